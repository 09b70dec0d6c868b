"""How much a store takes: of each table, and on the disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableSize:
    """One table on disk: its rows, the dead ones that still take space, and bytes in whole blocks."""

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
