"""What the database takes: rows, dead rows, blocks and bytes on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.storage.duckfile import paths
from core.storage.size import Files, TableSize
from core.storage.store import Connection

BLOCK = 262_144  # bytes of a block in the file


@dataclass(frozen=True)
class Rows:
    """A table of the file: its rows, and the dead ones that still take space."""

    schema: str
    table: str
    there: int
    removed: int


def rows(connection: Connection) -> list[Rows]:
    """Every table of the file with its rows; DuckDB has the numbers at hand."""
    tables = connection.execute(
        "SELECT schema_name, table_name, estimated_size FROM duckdb_tables()"  # removed ones included
        " WHERE database_name = current_database() AND NOT temporary ORDER BY ALL"
    ).fetchall()
    if not tables:
        return []
    counts = ", ".join(f'(SELECT count(*) FROM {schema}."{name}")' for schema, name, _ in tables)
    there = connection.execute(f"SELECT {counts}").fetchone() or ()
    return [
        Rows(
            schema, name, count, max(size - count, 0)
        )  # others may write between the two questions
        for (schema, name, size), count in zip(tables, there)
    ]


def tables(connection: Connection) -> list[TableSize]:
    """Every table with its rows and the blocks it has on disk, the largest first."""
    found = []
    for one in rows(connection):
        blocks = connection.execute(
            "SELECT count(DISTINCT block_id) FILTER (block_id >= 0) FROM pragma_storage_info(?)",
            [f'{one.schema}."{one.table}"'],
        ).fetchone()
        size = (int(blocks[0]) if blocks else 0) * BLOCK
        found.append(TableSize(f"{one.schema}.{one.table}", one.there, one.removed, size))
    return sorted(found, key=lambda one: (-one.size, -one.rows, one.name))


def files(database: Path, data_dir: Path) -> Files:
    """What lies on disk; what is not there counts as nothing."""
    disk = psutil.disk_usage(str(database.parent))
    return Files(
        database=_size(database),
        wal=_size(paths.log_of(database)),
        spilled=_folder(paths.temporary(database)),
        raw=_folder(data_dir / "raw"),
        free=disk.free,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folder(path: Path) -> int:
    return sum(_size(Path(root) / name) for root, _, names in os.walk(path) for name in names)
