"""The table of a dataset: made from the definition, grown when the definition grows."""

from __future__ import annotations

import json

import duckdb

from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.errors import BadDataset
from core.storage import catalog, keeping
from core.storage.ddl import altering
from core.storage.sql import ident

# What every record table has beside its fields.
SYSTEM = {
    "record_id": "UUID",
    "_key": "VARCHAR",  # the folded key, computed once
    "_extra": "VARCHAR",  # JSON: columns of the file that are no field
    "_source": "VARCHAR",  # the source that brought the record in
    "_version": "INTEGER",
    "_upload_id": "UUID",  # the upload that touched it last
    "_created_at": "TIMESTAMP",
    "_updated_at": "TIMESTAMP",
}


def columns(dataset: Dataset) -> dict[str, str]:
    """Column name to SQL type, in the order of the table."""
    fields = {f.name: f.sql_type for f in dataset.fields}
    return {"record_id": "UUID", **fields, **{k: v for k, v in SYSTEM.items() if k != "record_id"}}


def kept(dataset: Dataset, name: str) -> str:
    """SQL for how a column is kept, where DuckDB's own choice costs time.

    Packed ids are smaller by a third, but one record in ten million is then found in 10 ms instead of
    2; keys are compared four times as fast. Long texts and addresses hardly repeat as a whole: zstd makes them smaller
    than a dictionary does, and sooner.
    """
    if name in ("record_id", "_key"):
        return keeping.PLAIN
    field = next((f for f in dataset.fields if f.name == name), None)
    if field and field.type == "text" and (field.multiline or field.format == "url"):
        return keeping.PACKED
    return ""


def table(dataset: Dataset) -> str:
    """The quoted, qualified name of the record table; for who sees a part of it, the SELECT of that part."""
    if isinstance(dataset, Narrowed):
        return dataset.view
    return f"main.{ident(dataset.name)}"


def missing(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> dict[str, str] | None:
    """What the table lacks: all columns (None) or some. Raises BadDataset when a type was changed."""
    have = stored(connection, dataset)
    if not have:
        return None
    for name, kind in columns(dataset).items():
        if name in have and have[name] != kind:
            raise BadDataset(
                f"{dataset.name}.{name} is stored as {have[name]} and the definition now says {kind}",
                hint="Give the field another name, or change the type back.",
            )
    return {n: k for n, k in columns(dataset).items() if n not in have}


def stored(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> dict[str, str]:
    """Column name to SQL type of what the table really has.

    A field that left the definition keeps its column and its values: history and deletions speak of
    them too, so that nothing is lost when the field comes back.
    """
    return catalog.columns(connection, "main", dataset.name)


def ensure(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Create or extend the table. Runs on the writer, outside a transaction (see `altering`)."""
    lacking = missing(connection, dataset)
    if lacking == {}:
        return
    with altering(connection):
        if lacking is None:
            _create(connection, dataset)
            return
        for name, kind in lacking.items():
            connection.execute(f"ALTER TABLE {table(dataset)} ADD COLUMN {ident(name)} {kind}")


def _create(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    body = ", ".join(f"{ident(n)} {k}{kept(dataset, n)}" for n, k in columns(dataset).items())
    connection.execute(f"CREATE TABLE {table(dataset)} ({body})")
    connection.execute(
        "INSERT INTO ops.datasets (name, data_version, fields) VALUES (?, 0, ?)",
        [dataset.name, json.dumps({f.name: f.type for f in dataset.fields})],
    )


def data_version(connection: duckdb.DuckDBPyConnection, dataset: str) -> int:
    """A counter that grows with every committed change to the dataset."""
    row = connection.execute(
        "SELECT data_version FROM ops.datasets WHERE name = ?", [dataset]
    ).fetchone()
    return int(row[0]) if row else 0


def bump(connection: duckdb.DuckDBPyConnection, dataset: str) -> None:
    """Count one change; part of the transaction that makes it."""
    connection.execute(
        "UPDATE ops.datasets SET data_version = data_version + 1 WHERE name = ?", [dataset]
    )
