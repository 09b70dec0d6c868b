"""When the room of removed rows is worth taking back.

At a checkpoint DuckDB puts neighbouring row groups together as soon as they fit into fewer, and writes all
their rows anew. An update is a removal and an insertion to it, so that an import which changes a fifth of
a million records was followed by two seconds of writing what had not changed. It waits until a quarter of
all rows are removed ones: so much of the file, and of every look at all of it, is what it may cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.storage.sql import ident

SHARE = 0.25
MANY = 122_880  # removed rows, as many as a row group has; fewer cost little
TASKS = 100  # DuckDB's own number of merges in one checkpoint


@dataclass(frozen=True)
class Rows:
    """A table of the file: its rows, and the removed ones that still take room."""

    schema: str
    table: str
    there: int
    removed: int


def decide(connection: duckdb.DuckDBPyConnection, *, tidy: bool = False) -> None:
    """Let the next checkpoints of this process take room back, or not. A few milliseconds.

    `tidy` lets them in any case: what they put together are also the small row groups of many small imports.
    """
    found = rows(connection)
    removed = sum(one.removed for one in found)
    waits = MANY <= removed < SHARE * sum(one.there + one.removed for one in found) and not tidy
    connection.execute(f"SET GLOBAL max_vacuum_tasks = {0 if waits else TASKS}")


def rows(connection: duckdb.DuckDBPyConnection) -> list[Rows]:
    """Every table of the file with its rows; DuckDB has the numbers at hand."""
    tables = connection.execute(
        "SELECT schema_name, table_name, estimated_size FROM duckdb_tables()"  # removed ones included
        " WHERE database_name = current_database() AND NOT temporary ORDER BY ALL"
    ).fetchall()
    if not tables:
        return []
    counts = ", ".join(
        f"(SELECT count(*) FROM {ident(schema)}.{ident(name)})" for schema, name, _ in tables
    )
    there = connection.execute(f"SELECT {counts}").fetchone() or ()
    return [
        Rows(
            schema, name, count, max(size - count, 0)
        )  # others may write between the two questions
        for (schema, name, size), count in zip(tables, there)
    ]
