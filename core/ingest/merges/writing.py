"""One merge as one act: the survivor gets values, the others leave the table. Inside the writer's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.tables import bump, stored, table
from core.errors import NotFound
from core.history import feed
from core.history.events import now
from core.ingest.merges.choosing import Choice, Record, choose
from core.ingest.writing import collisions, keys
from core.ingest.writing.commit import whole
from core.storage.sql import ident, literal


def fetch(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, ids: Sequence[str]
) -> list[Record]:
    """These records with their system columns, in this order. Raises NotFound."""
    cursor = connection.execute(
        f"SELECT * FROM {table(dataset)} WHERE list_contains(?::UUID[], record_id)", [list(ids)]
    )
    names = [d[0] for d in cursor.description or []]
    there = {str(row[names.index("record_id")]): dict(zip(names, row)) for row in cursor.fetchall()}
    for each in ids:
        if each not in there:
            raise NotFound(f"there is no record {each!r} in {dataset.name}")
    return [{**there[each], "record_id": each} for each in ids]


def merge(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    ids: Sequence[str],
    keep: Mapping[str, Any],
    actor: Actor,
    merge_id: str,
) -> list[Choice]:
    """Make one record of several; the first one stays. Raises NotFound, InputError, Conflict (another has its key)."""
    records = fetch(connection, dataset, ids)
    choices = choose(dataset, records, keep)
    survivor, at = records[0], now()
    act = feed.next_act(connection, dataset.name)
    for record in records[1:]:
        take_out(connection, dataset, record, actor, merge_id, at, act)
    changed = {c.field: c.value for c in choices if survivor.get(c.field) != c.value}
    if changed:
        put(connection, dataset, survivor, changed, actor, merge_id, at, act)
        if {*changed} & {*dataset.key.fields, dataset.key.when_both} or not dataset.key.fields:
            collisions.refuse(connection, dataset, ids[0], "Merging")
    details = json.dumps({"keep": dict(keep)}, ensure_ascii=False, default=str)
    for absorbed in ids[1:]:
        note(connection, dataset, "merge", merge_id, (ids[0], absorbed), details, actor, at, act)
    bump(connection, dataset.name)
    return choices


def put(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: Record,
    values: Mapping[str, Any],
    actor: Actor,
    merge_id: str,
    at: datetime,
    act: int,
) -> None:
    """Give a record other values: history first, then the record with its key."""
    before = {n: record.get(n) for n in values}
    old, new = (json.dumps(v, ensure_ascii=False) for v in (before, dict(values)))
    _log(connection, dataset, record, "update", (old, new), actor, merge_id, at, act)
    sets = ", ".join(f"{ident(n)} = ?" for n in values)
    connection.execute(
        f"UPDATE {table(dataset)} SET {sets}, _version = _version + 1, _updated_at = ? WHERE record_id = ?",
        [*values.values(), at, record["record_id"]],
    )
    keys.fold_anew(connection, dataset, literal(record["record_id"]) + "::UUID")


def take_out(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: Record,
    actor: Actor,
    merge_id: str,
    at: datetime,
    act: int,
) -> None:
    """Take a record out of the table; history keeps it whole."""
    row = connection.execute(
        f"SELECT {whole(stored(connection, dataset))} FROM {table(dataset)} m WHERE record_id = ?",
        [record["record_id"]],
    ).fetchone()
    kept = row[0] if row else None
    _log(connection, dataset, record, "delete", (kept, None), actor, merge_id, at, act)
    connection.execute(f"DELETE FROM {table(dataset)} WHERE record_id = ?", [record["record_id"]])


def _log(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record: Record,
    kind: str,
    texts: tuple[str | None, str | None],
    actor: Actor,
    merge_id: str,
    at: datetime,
    act: int,
) -> None:
    log(
        connection,
        dataset,
        record["record_id"],
        record["_version"] + 1,
        kind,
        texts,
        actor,
        merge_id,
        at,
        act,
    )


def log(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    record_id: str,
    version: int,
    kind: str,
    texts: tuple[str | None, str | None],
    actor: Actor,
    merge_id: str,
    at: datetime,
    act: int,
) -> None:
    """One line of history; `texts` are before and after."""
    connection.execute(
        "INSERT INTO history.changes BY NAME SELECT ? AS dataset, ?::UUID AS record_id, ?::INTEGER AS version, ? AS kind,"
        " ? AS before, ?::UUID AS upload_id, ? AS actor, ? AS door, ?::TIMESTAMP AS happened_at, ? AS after, ? AS act",
        [
            dataset.name,
            record_id,
            version,
            kind,
            texts[0],
            merge_id,
            actor.who,
            actor.door,
            at,
            texts[1],
            act,
        ],
    )


def note(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    kind: str,
    merge_id: str,
    pair: tuple[str, str],
    details: str,
    actor: Actor,
    at: datetime,
    act: int,
) -> None:
    """One line of the merges."""
    connection.execute(
        "INSERT INTO history.merges VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)",
        [merge_id, dataset.name, kind, *pair, details, actor.who, actor.door, at, act],
    )
