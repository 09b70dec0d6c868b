"""Changes by hand: edit, delete and restore one record; checked, versioned, in history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import duckdb

from core.actor import Actor
from core.cleaning import vocabularies
from core.cleaning.checks import TITLES, TYPE_WORDS
from core.cleaning.compiler import compile_plan
from core.cleaning.plan import Column, Plan, default_steps
from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.datasets.tables import bump, columns, stored, table
from core.errors import BadValue, Merged, NotFound, VersionMismatch, WrongState
from core.history import events, feed
from core.history.events import now
from core.ingest.back import reversing
from core.ingest.deciders import empty_column
from core.ingest.merges.standing import survivor
from core.ingest.writing import collisions, keys
from core.ingest.writing.commit import whole
from core.storage.ids import check_id
from core.storage.planning import as_written
from core.storage.sql import ident, literal


def fetch(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str
) -> dict[str, Any]:
    """One record with its system columns; ids as text. Raises NotFound."""
    names = ", ".join(map(ident, columns(dataset)))
    record = _found(connection, dataset, record_id, names)
    if record is None:
        raise missing(connection, dataset, record_id)
    return record


def missing(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str
) -> NotFound | Merged:
    """Why a record is not there: it became part of another one, or nobody knows it."""
    other = survivor(connection, dataset.name, check_id(record_id, "record"))
    if other is not None:
        return Merged(f"{record_id} was merged into {other}", survivor=other)
    return NotFound(f"there is no record {record_id!r} in {dataset.name}")


def find(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str
) -> dict[str, Any] | None:
    """One record, also with what fields say that left the definition. None when it is not there."""
    return _found(connection, dataset, record_id, "*")


def _found(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str, names: str
) -> dict[str, Any] | None:
    wanted = check_id(record_id, "record")
    cursor = connection.execute(
        f"SELECT {names} FROM {table(dataset)} WHERE record_id = ?", [wanted]
    )
    found = [d[0] for d in cursor.description or []]
    row = cursor.fetchone()
    if row is None:
        return None
    record = dict(zip(found, row))
    for name in ("record_id", "_upload_id"):
        record[name] = str(record[name]) if record[name] else None
    return record


def typed(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    values: dict[str, Any],
    record: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Values as an import would take them: cleaned, typed, checked. Raises BadValue with every fault.

    A list or None is taken as it is meant; anything else is text. `record` is what the values will
    be part of: rules over several fields look at it.
    """
    for name in values:
        dataset.field(name)
    if not values:
        return {}
    beside = _beside(dataset, values, record or {})
    names = [*values, *beside]
    cells = [_as_cell(n, v) for n, v in (*values.items(), *beside.items())]
    plan = Plan(
        dataset=dataset.name,
        mapping=tuple(Column(index=i, column=n, field=n) for i, n in enumerate(names)),
    )
    steps = empty_column.by_hand(dataset, default_steps(dataset, set(names)), names)
    source = "SELECT 1::BIGINT AS _line, " + ", ".join(
        f"{literal(c)}::VARCHAR AS c{i}" for i, c in enumerate(cells)
    )
    today = now().date().isoformat()
    compiled = compile_plan(dataset, plan, steps, source, len(names), today)
    vocabularies.prepare(cursor, compiled.vocabularies)
    with as_written(cursor):
        found = cursor.execute(compiled.sql)
        row = dict(zip([d[0] for d in found.description or []], found.fetchone() or ()))
    faults = [
        {
            "field": c.field,
            "rule": c.rule,
            "title": TITLES[c.rule].format(field=dataset.field(c.field).label if c.field else ""),
            "expected": c.expected or TYPE_WORDS["text"],
        }
        for c in compiled.checks
        if c.severity == "error" and row[f"_p{c.word}"] & c.bit and c.field not in beside
    ]
    if faults:
        text = "; ".join(f"{f['title']}, expected {f['expected']}" for f in faults)
        raise BadValue(text, faults=faults)
    return {name: row[name] for name in values}


def _beside(dataset: Dataset, values: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """The other fields of the rules that an edited field is part of, as they are now."""
    rules = [rule.fields for rule in dataset.rules if set(rule.fields) & set(values)]
    return {n: record.get(n) for fields in rules for n in fields if n not in values}


def _as_cell(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        text = json.dumps([str(v) for v in value], ensure_ascii=False)
    else:
        text = str(value)
    if "\0" in text or "\\u0000" in text or any("\ud800" <= c <= "\udfff" for c in text):
        fault = {"field": name, "rule": "type", "title": "No text", "expected": TYPE_WORDS["text"]}
        raise BadValue(f"{name} holds what is no character", faults=[fault])
    return text


def edit(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    values: dict[str, Any],
    actor: Actor,
    version: int | None,
) -> dict[str, Any]:
    """Set fields of one record; `version` is the one that was read. Inside the writer's transaction."""
    record = fetch(connection, dataset, record_id)
    expect(connection, dataset, record, version, values)
    changed = {n: v for n, v in values.items() if record[n] != v}
    if not changed:
        return record
    before, at = {n: record[n] for n in changed}, now()
    sets = ", ".join(f"{ident(n)} = ?" for n in changed)
    connection.execute(
        f"UPDATE {table(dataset)} SET {sets}, _version = _version + 1, _updated_at = ?"
        " WHERE record_id = ?",
        [*changed.values(), at, record["record_id"]],
    )
    _keyed(connection, dataset, record["record_id"], set(changed), "Changing")
    old, new = (json.dumps(v, ensure_ascii=False) for v in (before, changed))
    _log(connection, dataset, record, "update", old, actor, at, new)
    events.append(
        connection,
        "record.edited",
        actor,
        dataset=dataset.name,
        record_id=record["record_id"],
        details={"fields": sorted(changed)},
    )
    return fetch(connection, dataset, record_id)


def _keyed(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    changed: set[str],
    act: str,
) -> None:
    """Its key is made anew, and is no other record's. Raises Conflict."""
    keys.fold_anew(connection, dataset, literal(record_id) + "::UUID")
    if changed & {*dataset.key.fields, dataset.key.when_both} or not dataset.key.fields:
        collisions.refuse(connection, dataset, record_id, act)


def delete(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    actor: Actor,
    version: int | None,
) -> None:
    """Take one record out of the table; history keeps it whole."""
    record = fetch(connection, dataset, record_id)
    expect(connection, dataset, record, version)
    row = connection.execute(
        f"SELECT {whole(stored(connection, dataset))} FROM {table(dataset)} m WHERE record_id = ?",
        [record["record_id"]],
    ).fetchone()
    _log(connection, dataset, record, "delete", row[0] if row else None, actor, now())
    connection.execute(f"DELETE FROM {table(dataset)} WHERE record_id = ?", [record["record_id"]])
    events.append(
        connection, "record.deleted", actor, dataset=dataset.name, record_id=record["record_id"]
    )


def must_not_be_forgotten(
    connection: duckdb.DuckDBPyConnection, dataset: str, record_id: str
) -> None:
    """Raises WrongState for a person who was forgotten: nothing of them is left to bring back."""
    row = connection.execute(
        "SELECT 1 FROM ops.forgotten WHERE dataset = ? AND record_id = ?::UUID",
        [dataset, check_id(record_id, "record")],
    ).fetchone()
    if row:
        raise WrongState("this person was forgotten, and nothing of them is left")


def restore(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str, actor: Actor
) -> dict[str, Any]:
    """Bring a deleted record back as it was. Raises NotFound, or WrongState when it is there."""
    wanted = check_id(record_id, "record")
    there = connection.execute(
        f"SELECT 1 FROM {table(dataset)} WHERE record_id = ?", [wanted]
    ).fetchone()
    if there:
        raise WrongState("this record is not deleted")
    if other := survivor(connection, dataset.name, wanted):
        raise WrongState(
            f"this record is part of {other} by a merge", hint="Take the merge apart instead."
        )
    last = connection.execute(
        "SELECT version, before FROM history.changes WHERE dataset = ? AND record_id = ?"
        " AND kind = 'delete' ORDER BY version DESC LIMIT 1",
        [dataset.name, wanted],
    ).fetchone()
    if not last:
        raise NotFound(f"there never was a record {record_id!r} in {dataset.name}")
    at = now()
    source = "(SELECT ?::UUID AS record_id, ?::INTEGER AS version, ?::VARCHAR AS before) w"
    connection.execute(
        f"INSERT INTO {table(dataset)} BY NAME {reversing.restored(dataset, stored(connection, dataset), source)}",
        [at, wanted, last[0], last[1]],
    )
    collisions.refuse(connection, dataset, wanted, "Bringing back")
    gone = {"record_id": wanted, "_version": last[0]}
    _log(connection, dataset, gone, "restore", None, actor, at)
    fallen = _fallen(connection, wanted)
    told = {"taken_back": fallen} if fallen else None
    name, kind = dataset.name, "record.restored"
    events.append(connection, kind, actor, dataset=name, record_id=wanted, details=told)
    return fetch(connection, dataset, wanted)


def _fallen(connection: duckdb.DuckDBPyConnection, record_id: str) -> list[str]:
    """The imports that gave the record values and were taken back since: who restores it vouches for them."""
    rows = connection.execute(
        "SELECT DISTINCT u.filename FROM history.changes c JOIN ops.uploads u USING (upload_id)"
        " WHERE c.record_id = ?::UUID AND u.kind = 'import' AND u.status = 'rolled_back' ORDER BY 1",
        [record_id],
    ).fetchall()
    return [row[0] for row in rows]


def expect(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: dict[str, Any],
    version: int | None,
    wanted: Iterable[str] = (),
) -> None:
    """Raises VersionMismatch when the record is not at that version; None is any."""
    if version is not None and record["_version"] != version:
        raise mismatch(connection, dataset, record, version, wanted)


def mismatch(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: dict[str, Any],
    version: int,
    wanted: Iterable[str] = (),
) -> VersionMismatch:
    """That a record is not at the version somebody saw, with the fields that changed since.

    `wanted` are the fields that were to be changed: those that somebody else changed are named first.
    """
    present = record["_version"]
    rows = connection.execute(
        "SELECT kind, json_keys(before), actor, door FROM history.changes"
        " WHERE dataset = ? AND record_id = ?::UUID AND version > ? ORDER BY version",
        [dataset.name, record["record_id"], version],
    ).fetchall()
    both = set(wanted)
    names = dict.fromkeys(n for kind, keys, *_ in rows if kind == "update" for n in keys or ())
    changed = sorted(names, key=lambda n: n not in both)
    known = dataset.field_names
    if isinstance(dataset, Narrowed):
        changed = [n for n in changed if n in known]
    labels = [dataset.field(n).label if n in known else n for n in changed]
    said = f"you saw version {version}, and it is at version {present} now"
    if labels:
        _, _, actor, door = rows[-1]
        said += f"; changed since: {', '.join(labels)} (last by {actor}, {door})"
    return VersionMismatch(
        said, version=present, changed=changed, both=[n for n in changed if n in both]
    )


def _log(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: dict[str, Any],
    kind: str,
    before: str | None,
    actor: Actor,
    at: datetime,
    after: str | None = None,
) -> None:
    # `at` is the record's own time of change, to the microsecond: a rebuilt record has the same.
    connection.execute(
        "INSERT INTO history.changes VALUES (?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?)",
        [
            *(dataset.name, record["record_id"], record["_version"] + 1, kind, before),
            *(actor.who, actor.door, at, after, feed.next_act(connection, dataset.name)),
        ],
    )
    bump(connection, dataset.name)
