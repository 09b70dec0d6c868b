"""Merges taken apart: every record of a group is again what it is without them.

Merges that hang together (one absorbed what another had made) are taken apart as a whole, and those that are to stay are
made again by the same choices. So any of them can be taken apart at any time, in any order.

A field that merges set gets back what it was before the first of them. Where an import or an edit came in between, it
gets what the rows, edits and deletions say without any merge (`core/ingest/back/fold.py`): a later edit stays, and is told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.tables import bump, stored, table
from core.history import feed
from core.history.events import now
from core.ingest.back import fold, standing as uploads_standing
from core.ingest.back.reversing import restored
from core.ingest.merges import writing
from core.ingest.merges.choosing import Record
from core.ingest.merges.standing import Standing
from core.ingest.writing import collisions
from core.storage.ids import new_id
from core.storage.sql import literal


@dataclass(frozen=True)
class Kept:
    """A field of a record that did not get back what it was before the merge, since somebody changed it later."""

    record_id: str
    field: str
    before: Any
    now: Any
    why: str


def unwind(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    merges: Sequence[Standing],
    actor: Actor,
) -> list[Kept]:
    """Take merges apart, all that hang together. What was kept because of later changes. Raises Conflict (a key)."""
    at, act = now(), feed.next_act(connection, dataset.name)
    ids = sorted({r for m in merges for r in m.records})
    last = {
        r: m.id for m in merges for r in m.records
    }  # the changes carry the id of the last merge of the record
    told, kept = _before(connection, dataset, [m.id for m in merges], ids)
    living = {r["record_id"]: r for r in _living(connection, dataset, ids)}
    for record_id in ids:
        values = told.get(record_id, {})
        if record_id in living:
            record = living[record_id]
            changed = {n: v for n, v in values.items() if record.get(n) != v}
            if changed:
                writing.put(connection, dataset, record, changed, actor, last[record_id], at, act)
        elif _merged_away(connection, dataset, record_id, merges):
            _bring_back(connection, dataset, record_id, values, actor, last[record_id], at, act)
        else:
            kept.append(Kept(record_id, "", None, None, "was deleted since"))
    for record_id in ids:
        if _there(connection, dataset, record_id):
            collisions.refuse(connection, dataset, record_id, "Taking the merge apart for")
    for merge in merges:
        for absorbed in merge.absorbed:
            pair, details = (merge.survivor, absorbed), json.dumps(
                {"keep": merge.keep}, ensure_ascii=False
            )
            writing.note(connection, dataset, "unmerge", merge.id, pair, details, actor, at, act)
    bump(connection, dataset.name)
    return kept


def redo(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    merges: Sequence[Standing],
    actor: Actor,
) -> list[str]:
    """Make merges again, in their order, as far as their records are there. The ids of those that were made."""
    made = []
    for merge in merges:
        if not _there(connection, dataset, merge.survivor):
            continue
        absorbed = [r for r in merge.absorbed if _there(connection, dataset, r)]
        if absorbed:
            writing.merge(
                connection, dataset, [merge.survivor, *absorbed], merge.keep, actor, merge.id
            )
            made.append(merge.id)
    return made


def _there(connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str) -> bool:
    sql = f"SELECT 1 FROM {table(dataset)} WHERE record_id = ?::UUID"
    return connection.execute(sql, [record_id]).fetchone() is not None


def _living(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, ids: Sequence[str]
) -> list[Record]:
    return writing.fetch(connection, dataset, [i for i in ids if _there(connection, dataset, i)])


def _merged_away(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    merges: Sequence[Standing],
) -> bool:
    """Whether a merge took the record out last, and nobody else."""
    row = connection.execute(
        "SELECT kind, upload_id::VARCHAR FROM history.changes WHERE dataset = ? AND record_id = ?::UUID"
        " ORDER BY version DESC LIMIT 1",
        [dataset.name, record_id],
    ).fetchone()
    return row is not None and row[0] == "delete" and row[1] in {m.id for m in merges}


def _before(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, merge_ids: list[str], ids: list[str]
) -> tuple[dict[str, dict[str, Any]], list[Kept]]:
    """The values that the fields get which merges set, by record; and what is not what it was before."""
    first = _first(connection, dataset, merge_ids, ids)
    later = _later(connection, dataset, first)
    folded = _folded(connection, dataset, sorted({r for r, _ in later}))
    told: dict[str, dict[str, Any]] = {}
    kept = []
    for (record_id, name), (_, value) in first.items():
        if why := later.get((record_id, name)):
            now_ = folded.get(record_id, {}).get(name)
            if now_ != value:
                kept.append(Kept(record_id, name, value, now_, why))
            value = now_
        told.setdefault(record_id, {})[name] = value
    return told, kept


def _first(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, merge_ids: list[str], ids: list[str]
) -> dict[tuple[str, str], tuple[int, Any]]:
    """(record, field) to the version of the first change by these merges, as they stand now, and the value before it."""
    rows = connection.execute(
        "SELECT record_id::VARCHAR, version, before FROM history.changes c WHERE dataset = ? AND kind = 'update'"
        " AND list_contains(?::UUID[], upload_id) AND list_contains(?::UUID[], record_id)"
        f" AND act >= {_since('c')} ORDER BY version",
        [dataset.name, merge_ids, ids],
    ).fetchall()
    found: dict[tuple[str, str], tuple[int, Any]] = {}
    for record_id, version, before in rows:
        for name, value in json.loads(before).items():
            found.setdefault((record_id, name), (version, value))
    return found


def _since(alias: str) -> str:
    """SQL: the act in which the present life of a merge began (it may have been taken apart and made again)."""
    return f"(SELECT max(act) FROM history.merges g WHERE g.merge_id = {alias}.upload_id AND g.kind = 'merge')"


def _later(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    first: dict[tuple[str, str], tuple[int, Any]],
) -> dict[tuple[str, str], str]:
    """(record, field) that somebody but a merge changed after the merge, and who that was."""
    ids = sorted({r for r, _ in first})
    rows = connection.execute(
        "SELECT c.record_id::VARCHAR, c.version, json_keys(c.before), c.actor, c.door, u.filename FROM history.changes c"
        " LEFT JOIN ops.uploads u USING (upload_id) WHERE c.dataset = ? AND c.kind = 'update'"
        " AND list_contains(?::UUID[], c.record_id) AND (c.upload_id IS NULL OR c.upload_id NOT IN"
        " (SELECT merge_id FROM history.merges)) ORDER BY c.version",
        [dataset.name, ids],
    ).fetchall()
    found = {}
    for record_id, version, names, actor, door, filename in rows:
        for name in names or ():
            if (record_id, name) in first and version > first[record_id, name][0]:
                who = f"{filename} ({actor})" if filename else f"{actor} through the {door}"
                found[record_id, name] = f"changed since by {who}"
    return found


def _folded(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, ids: list[str]
) -> dict[str, dict[str, Any]]:
    """What rows, edits and deletions make of these records without any merge."""
    if not ids:
        return {}
    kinds = stored(connection, dataset)
    among = ", ".join(f"{literal(i)}::UUID" for i in ids)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE scope AS SELECT record_id FROM {table(dataset)} WHERE record_id IN ({among})"
        f" UNION SELECT record_id FROM history.changes WHERE record_id IN ({among})"
    )
    try:
        fallen = uploads_standing.load(connection, dataset.name).fallen()
        fold.fold(connection, dataset, kinds, fallen, new_id())
        names = list(fold.fields(kinds))
        columns = ", ".join(fold.column(n) for n in names)
        rows = connection.execute(f"SELECT record_id::VARCHAR, {columns} FROM folded").fetchall()
    finally:
        for name in ("scope", "folded"):
            connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    return {row[0]: dict(zip(names, row[1:])) for row in rows}


def _bring_back(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    values: dict[str, Any],
    actor: Actor,
    merge_id: str,
    at: object,
    act: int,
) -> None:
    """A record that a merge took out, as it was, with those of its fields set back that merges had set."""
    row = connection.execute(
        "SELECT version, before FROM history.changes WHERE dataset = ? AND record_id = ?::UUID AND kind = 'delete'"
        " ORDER BY version DESC LIMIT 1",
        [dataset.name, record_id],
    ).fetchone()
    version, before = row or (0, "{}")
    kinds = stored(connection, dataset)
    whole = {**json.loads(before), **values}
    after = (
        json.dumps({n: whole.get(n) for n in fold.fields(kinds)}, ensure_ascii=False)
        if values
        else None
    )
    source = "(SELECT ?::UUID AS record_id, ?::INTEGER AS version, ?::VARCHAR AS before) w"
    connection.execute(
        f"INSERT INTO {table(dataset)} BY NAME {restored(dataset, kinds, source)}",
        [at, record_id, version, json.dumps(whole, ensure_ascii=False)],
    )
    writing.log(
        connection, dataset, record_id, version + 1, "restore", (None, after), actor, merge_id, at, act  # type: ignore[arg-type]
    )
