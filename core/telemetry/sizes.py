"""What the database takes: tables, files, memory, spill."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil

BLOCK = 262_144  # bytes of a block in the file


@dataclass(frozen=True)
class Rows:
    """A table of the file: its rows, and the removed ones that still take room."""

    schema: str
    table: str
    there: int
    removed: int


@dataclass(frozen=True)
class TableSize:
    """One table on disk: its rows, the removed ones that still take room, and bytes in whole blocks."""

    name: str
    rows: int
    removed: int
    size: int


@dataclass(frozen=True)
class Files:
    """Bytes on disk: the database, its WAL, what is spilled, the raw files, and what is free."""

    database: int
    wal: int
    spilled: int
    raw: int
    free: int


@dataclass(frozen=True)
class Memory:
    """Bytes: DuckDB's share and its limit, this process now and at its peak, its child processes."""

    duckdb: int
    limit: int
    spilled: int
    process: int
    process_peak: int
    children: int
    threads: int
    by_use: dict[str, int]


def rows(connection: duckdb.DuckDBPyConnection) -> list[Rows]:
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


def tables(connection: duckdb.DuckDBPyConnection) -> list[TableSize]:
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
        wal=_size(Path(f"{database}.wal")),
        spilled=_folder(Path(f"{database}.tmp")),
        raw=_folder(data_dir / "raw"),
        free=disk.free,
    )


def memory(connection: duckdb.DuckDBPyConnection) -> Memory:
    """What is in memory now, and the most that this process ever had."""
    uses = connection.execute(
        "SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()"
    ).fetchall()
    limits = connection.execute(
        "SELECT parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
    ).fetchone() or (0, 0)
    me = psutil.Process()
    return Memory(
        duckdb=sum(use[1] for use in uses),
        limit=int(limits[0]),
        spilled=sum(use[2] for use in uses),
        process=me.memory_info().rss,
        process_peak=peak(),
        children=sum(_rss(child) for child in me.children(recursive=True)),
        threads=int(limits[1]),
        by_use={use[0]: use[1] for use in uses if use[1]},
    )


def peak() -> int:
    """The most memory in bytes that this process ever had resident."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    try:
        for line in Path("/proc/self/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it ended meanwhile
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folder(path: Path) -> int:
    return sum(_size(Path(root) / name) for root, _, names in os.walk(path) for name in names)
