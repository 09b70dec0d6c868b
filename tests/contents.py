"""What is in a database, in an order of its own: two databases are the same when this is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from core import Workbench

_TABLES = (
    "SELECT schema_name || '.\"' || table_name || '\"', list(column_name ORDER BY column_name)"
    " FROM duckdb_columns() WHERE schema_name IN ('main', 'ops', 'history')"
    " AND database_name = current_database() AND NOT internal GROUP BY ALL ORDER BY ALL"
)


def everything(path: Path, wb: Workbench | None = None) -> dict[str, list[Any]]:
    """Every table with every row, byte for byte; of an open workbench, or of a file."""
    if wb is not None:
        return wb.database.read(_all)
    with duckdb.connect(str(path), read_only=True) as connection:
        return _all(connection)


def _all(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    found = {}
    for name, columns in connection.execute(_TABLES).fetchall():
        listed = ", ".join(f'"{c}"' for c in columns)
        rows = connection.execute(f"SELECT {listed} FROM {name}").fetchall()
        found[name] = [columns, sorted(map(repr, rows))]
    return found
