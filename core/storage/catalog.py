"""Which tables and columns the database has: DuckDB's own tables, asked in one place."""

from __future__ import annotations

from dataclasses import dataclass

from core.storage.store import Connection


@dataclass(frozen=True)
class Shape:
    """A table: its schema, its name, and column name to SQL type in order."""

    schema: str
    name: str
    columns: dict[str, str]


def columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """Column name to SQL type, in the order of the table; empty when there is no such table."""
    rows = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ?"
        " AND database_name = current_database() AND table_name = ? ORDER BY column_index",
        [schema, table],
    ).fetchall()
    return dict(rows)


def shapes(
    connection: Connection, schemas: tuple[str, ...], database: str | None = None
) -> list[Shape]:
    """Every table of these schemas, of the connection's database or of another that is attached."""
    rows = connection.execute(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index),"
        " list(data_type ORDER BY column_index) FROM duckdb_columns()"
        " WHERE database_name = coalesce(?, current_database())"
        " AND list_contains(?, schema_name) AND NOT internal GROUP BY ALL ORDER BY ALL",
        [database, list(schemas)],
    ).fetchall()
    return [Shape(schema, name, dict(zip(names, kinds))) for schema, name, names, kinds in rows]


def staged_tables(connection: Connection) -> list[str]:
    """The names of the tables in `staging`."""
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'staging'"
    ).fetchall()
    return [str(name) for (name,) in rows]


def known_names(connection: Connection) -> set[str]:
    """Every way to write the qualified name of a table or view that a statement may use, in lower case.

    Not those of `core.access`: hashes of passwords and keys are in them.
    """
    rows = connection.execute(
        "SELECT database_name, schema_name, table_name, database_name = current_database()"
        " FROM duckdb_tables() UNION ALL"
        " SELECT database_name, schema_name, view_name, true FROM duckdb_views()"
    ).fetchall()
    names: set[str] = set()
    for catalog, schema, table, here in rows:
        if schema == "ops" and table.startswith("access_"):
            continue
        names.add(f"{catalog}.{schema}.{table}".lower())
        if here:
            names.add(f"{schema}.{table}".lower())
        if schema == "main":
            names.add(f"{catalog}.{table}".lower())
    return names
