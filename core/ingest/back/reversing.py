"""Carrying out what a rollback planned: history first, then the records. Inside the writer's transaction."""

from __future__ import annotations

import json

import duckdb

from core.actor import Actor
from core.cleaning.compiler import key
from core.datasets.model import Dataset
from core.datasets.tables import bump, stored, table
from core.history import feed
from core.history.events import now
from core.ingest.back import fold
from core.ingest.writing import keys
from core.ingest.writing.commit import whole
from core.storage.sql import ident, literal


def apply(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    name: str,
    rollback_id: str,
    actor: Actor,
) -> None:
    """Delete, set back and bring back the records of the work table `name`."""
    at, kinds = now(), stored(connection, dataset)
    anything = connection.execute(
        f"SELECT 1 FROM {name} WHERE act IN ('delete', 'update', 'restore') AND fault IS NULL LIMIT 1"
    ).fetchone()
    if not anything:  # all of it was kept: what the upload says of itself has changed, no record
        bump(connection, dataset.name)
        return
    who = [rollback_id, actor.who, actor.door, at]
    act = feed.next_act(connection, dataset.name)
    _write_history(connection, dataset, kinds, name, who, act)
    gone = f"SELECT record_id FROM {name} WHERE act = 'delete' AND fault IS NULL"
    connection.execute(f"DELETE FROM {table(dataset)} WHERE record_id IN ({gone})")
    _set(connection, dataset, kinds, name, at)
    source = f"""(SELECT w.record_id, w.version, w.values, c.before FROM {name} w
        JOIN history.changes c ON c.record_id = w.record_id AND c.version = w.version
        WHERE w.act = 'restore' AND w.fault IS NULL) w"""
    connection.execute(
        f"INSERT INTO {table(dataset)} BY NAME {restored(dataset, kinds, source, values='w.values')}",
        [at],
    )
    keys.fold_anew(
        connection,
        dataset,
        f"SELECT record_id FROM {name} WHERE act = 'update' AND fault IS NULL",
    )
    bump(connection, dataset.name)


def _write_history(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    kinds: dict[str, str],
    name: str,
    who: list[object],
    act: int,
) -> None:
    base = (
        f"{act} AS act, {literal(dataset.name)} AS dataset, w.record_id, w.version + 1 AS version, ?::UUID AS upload_id,"
        " ? AS actor, ? AS door, ?::TIMESTAMP AS happened_at"
    )
    names = fold.fields(kinds)
    joined = f"{name} w JOIN {table(dataset)} m USING (record_id)"
    new = _picked(names, "w.values")
    parts = (
        f"'delete' AS kind, {whole(kinds)} AS before FROM {joined} WHERE w.act = 'delete'",
        f"'update' AS kind, {_old(names)} AS before, CASE WHEN NOT w.told THEN {new} END AS after"
        f" FROM {joined} WHERE w.act = 'update'",
        "'restore' AS kind, CASE WHEN NOT w.told THEN w.values END AS after"
        f" FROM {name} w WHERE w.act = 'restore'",
    )
    for part in parts:
        connection.execute(
            f"INSERT INTO history.changes BY NAME SELECT {base}, {part} AND w.fault IS NULL", who
        )


def _goes_back(field: str) -> str:
    return f"list_contains(w.fields, {literal(field)})"


def _old(names: dict[str, str]) -> str:
    """SQL: JSON of what the fields that are set back were."""
    parts = [
        f"CASE WHEN {_goes_back(n)} THEN '\"{n}\":' || coalesce(to_json(m.{ident(n)})::VARCHAR, 'null') END"
        for n in names
    ]
    return "'{' || concat_ws(',', " + ", ".join(parts) + ") || '}'"


def _picked(names: dict[str, str], source: str) -> str:
    """SQL: of a whole record in JSON the fields that are set back."""
    parts = [
        f"CASE WHEN {_goes_back(n)} THEN '\"{n}\":' || coalesce(({source}::JSON -> {literal(n)})::VARCHAR, 'null') END"
        for n in names
    ]
    return "'{' || concat_ws(',', " + ", ".join(parts) + ") || '}'"


def from_json(name: str, kind: str, source: str) -> str:
    """SQL for the typed value of a field in the JSON text `source`."""
    text = f"({source} ->> {literal('$.' + json.dumps(name))})"
    if kind.endswith("[]"):
        return f"from_json({source} -> {literal('$.' + json.dumps(name))}, '[\"VARCHAR\"]')"
    return text if kind == "VARCHAR" else f"{text}::{kind}"


def restored(
    dataset: Dataset, kinds: dict[str, str], source: str, *, values: str | None = None
) -> str:
    """SELECT of whole records out of `before` (alias w, with version); one parameter, the time.

    Their fields are those of `values` (JSON) where there are such. `kinds` are the columns of the table.
    The key may have changed since, so it is folded anew.
    """
    names = fold.fields(kinds)
    parts = [
        f"{from_json(n, k, f'coalesce({values}, w.before)' if values and n in names else 'w.before')} AS {ident(n)}"
        for n, k in kinds.items()
        if n not in ("record_id", "_version", "_updated_at")
    ]
    folded = key(dataset, kinds, prefix="")
    return (
        f"SELECT * REPLACE ({folded} AS _key) FROM (SELECT w.record_id, {', '.join(parts)},"
        f" w.version + 1 AS _version, ?::TIMESTAMP AS _updated_at FROM {source})"
    )


def _set(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    kinds: dict[str, str],
    name: str,
    at: object,
) -> None:
    names = fold.fields(kinds)
    values = ", ".join(
        f"CASE WHEN {_goes_back(n)} THEN {from_json(n, k, 'w.values')} ELSE m.{ident(n)} END AS {ident(n)}"
        for n, k in names.items()
    )
    sets = ", ".join(f"{ident(n)} = y.{ident(n)}" for n in names)
    connection.execute(
        f"UPDATE {table(dataset)} AS t SET {sets}, _version = y._was + 1, _updated_at = ?::TIMESTAMP"
        f" FROM (SELECT w.record_id, w.version AS _was, {values} FROM {name} w"
        f" JOIN {table(dataset)} m USING (record_id) WHERE w.act = 'update' AND w.fault IS NULL) y"
        " WHERE t.record_id = y.record_id",
        [at],
    )
