"""The append-only history: read for one record, one upload, or everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.storage.sql import ident

_COLUMNS = (
    "c.dataset, c.record_id::VARCHAR, c.version, c.kind, c.before, u.upload_id::VARCHAR, c.row_no,"
    " c.actor, c.door, c.happened_at, u.filename, u.kind, u.status,"
    " CASE WHEN u.upload_id IS NULL THEN c.upload_id::VARCHAR END"
)


@dataclass(frozen=True)
class Change:
    """One version of one record: what it was before, who changed it, when, through which door.

    `fields` maps a field to (old, new). `upload_id`, `filename` and `row` say which row of which file
    it came from; None for an edit by hand. `taken_back`: that upload does not stand any more. `merge`: the merge
    that made the change, or that was taken apart by it.
    """

    dataset: str
    record_id: str
    version: int
    kind: str
    fields: dict[str, tuple[Any, Any]]
    upload_id: str | None
    filename: str | None
    row: int | None
    actor: str
    door: str
    at: datetime
    taken_back: bool = False
    merge: str | None = None


@dataclass(frozen=True)
class Source:
    """Where one value comes from: the change that gave it."""

    field: str
    value: Any
    change: Change


def of_record(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    record_id: str,
    present: dict[str, Any] | None,
    fields: tuple[str, ...],
) -> list[Change]:
    """All changes of a record, the newest first. `present` is the record now, None when deleted."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)"
        " WHERE c.dataset = ? AND c.record_id = ? ORDER BY c.version DESC",
        [dataset, record_id],
    ).fetchall()
    after = {f: (present or {}).get(f) for f in fields}  # walking back in time
    found = []
    for row in rows:
        change, after = _step(row, after, fields)
        found.append(change)
    return found


def _step(
    row: tuple[Any, ...], after: dict[str, Any], fields: tuple[str, ...]
) -> tuple[Change, dict[str, Any]]:
    *head, at, filename, act, status, merge = row
    name, record_id, version, kind, before, upload_id, row_no, actor, door = head
    old = json.loads(before) if before else {}
    if kind in ("insert", "restore"):
        touched = {f: (None, v) for f, v in after.items() if v is not None}
        earlier: dict[str, Any] = {f: None for f in fields}
    else:
        known = {f: v for f, v in old.items() if f in after}
        touched = {f: (v, None if kind == "delete" else after[f]) for f, v in known.items()}
        touched = {f: pair for f, pair in touched.items() if pair != (None, None)}
        earlier = {**after, **known}
    where = filename if act == "import" else None
    change = Change(
        *(name, record_id, version, kind, touched, upload_id, where, row_no, actor, door, at),
        taken_back=status == "rolled_back",
        merge=merge,
    )
    return change, earlier


def sources(changes: list[Change], present: dict[str, Any]) -> dict[str, Source]:
    """For every value of a record the change that gave it: the newest one that touched the field.

    Follows a rollback or a restore through to the change whose value came back.
    """
    found: dict[str, Source] = {}
    for field, value in present.items():
        if value is None:
            continue
        touching = [c for c in changes if field in c.fields and c.fields[field][1] == value]
        # A value that was taken away and given back comes from whoever gave it first since.
        own = [c for c in touching if c.kind != "restore"]
        giver = next((c for c in own if c.filename or c.upload_id is None), None)
        if giver or touching:
            found[field] = Source(field, value, giver or touching[-1])
    return found


def _before_only(row: tuple[Any, ...]) -> Change:
    name, record_id, version, kind, before, upload_id, row_no, actor, door, at, *_ = row
    old = {f: (v, None) for f, v in json.loads(before or "{}").items()}
    return Change(name, record_id, version, kind, old, upload_id, None, row_no, actor, door, at)


def page_of_upload(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    upload_id: str,
    *,
    kind: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Change]:
    """A page of the changes of one upload with old and new values, in the order of its rows."""
    wanted = connection.execute(
        "SELECT record_id::VARCHAR, version FROM history.changes"
        " WHERE upload_id = ? AND (? IS NULL OR kind = ?)"
        " ORDER BY row_no, record_id, version LIMIT ? OFFSET ?",
        [upload_id, kind, kind, limit, offset],
    ).fetchall()
    return of_versions(connection, dataset, wanted)


def count_of_upload(
    connection: duckdb.DuckDBPyConnection, upload_id: str, kind: str | None = None
) -> int:
    """How many changes `page_of_upload` gives, page by page."""
    row = connection.execute(
        "SELECT count(*) FROM history.changes WHERE upload_id = ? AND (? IS NULL OR kind = ?)",
        [upload_id, kind, kind],
    ).fetchone()
    return int(row[0]) if row else 0


def of_versions(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, wanted: list[tuple[str, int]]
) -> list[Change]:
    """The changes of these (record, version), in this order, with old and new values."""
    ids = sorted({record_id for record_id, _ in wanted})
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)"
        " WHERE c.dataset = ? AND list_contains(?::UUID[], c.record_id) ORDER BY c.version DESC",
        [dataset.name, ids],
    ).fetchall()
    names = (*dataset.field_names, "_extra")
    after = _present(connection, dataset, ids, names)
    found: dict[tuple[str, int], Change] = {}
    for row in rows:  # every record walks back in time on its own
        change, after[row[1]] = _step(row, after[row[1]], names)
        found[row[1], row[2]] = change
    return [found[key] for key in wanted]


def _present(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    ids: list[str],
    names: tuple[str, ...],
) -> dict[str, dict[str, Any]]:
    columns = ", ".join(ident(name) for name in names)
    rows = connection.execute(
        f"SELECT record_id::VARCHAR, {columns} FROM {table(dataset)}"
        " WHERE list_contains(?::UUID[], record_id)",
        [ids],
    ).fetchall()
    there = {row[0]: dict(zip(names, row[1:])) for row in rows}
    return {record_id: there.get(record_id, dict.fromkeys(names)) for record_id in ids}


def edits(
    connection: duckdb.DuckDBPyConnection, *, dataset: str | None = None, limit: int = 100
) -> list[Change]:
    """Edits, deletions and restores by hand, the newest first. New values are not filled in."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)"
        " WHERE c.upload_id IS NULL AND (? IS NULL OR c.dataset = ?)"
        " ORDER BY c.happened_at DESC LIMIT ?",
        [dataset, dataset, limit],
    ).fetchall()
    return [_before_only(r) for r in rows]


def deleted(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    table: str,
    *,
    limit: int = 100,
    offset: int = 0,
) -> list[Change]:
    """The last state of records that are not there any more, newest deletion first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)"
        f" WHERE {_gone(table)}"
        " QUALIFY row_number() OVER (PARTITION BY c.record_id ORDER BY c.version DESC) = 1"
        " ORDER BY c.happened_at DESC, c.record_id LIMIT ? OFFSET ?",
        [dataset, limit, offset],
    ).fetchall()
    return [_before_only(r) for r in rows]


def count_deleted(connection: duckdb.DuckDBPyConnection, dataset: str, table: str) -> int:
    """How many records `deleted` gives, page by page."""
    row = connection.execute(
        f"SELECT count(DISTINCT c.record_id) FROM history.changes c WHERE {_gone(table)}", [dataset]
    ).fetchone()
    return int(row[0]) if row else 0


def _gone(table: str) -> str:
    """Deletions of records of a dataset (the parameter) that are not there; what was merged is part of another one."""
    return (
        "c.dataset = ? AND c.kind = 'delete'"
        f" AND c.record_id NOT IN (SELECT record_id FROM {table})"
        " AND (c.upload_id IS NULL OR c.upload_id NOT IN (SELECT merge_id FROM history.merges))"
    )
