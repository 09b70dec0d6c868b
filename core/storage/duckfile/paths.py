"""The files of one database: the file itself, its write-ahead log, and the folder for temporary files."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

COPY = "marquee.duckdb"  # the name of a copy in a backup


def log_of(database: Path) -> Path:
    """The write-ahead log, which is there while the file is behind."""
    return database.with_name(database.name + ".wal")


def temporary(database: Path) -> Path:
    """The folder of what does not fit into memory."""
    return Path(f"{database}.tmp")


def restoring_note(database: Path) -> Path:
    """The note that a restore writes while it puts one file in the other's place."""
    return database.with_name(database.name + ".restoring")


def remove(database: Path) -> None:
    """Remove a database that nobody has open, with its log."""
    for path in (database, log_of(database)):
        path.unlink(missing_ok=True)


def size(database: Path) -> int:
    """Bytes of the file and its log."""
    return sum(path.stat().st_size for path in (database, log_of(database)) if path.exists())


def spilled(database: Path) -> int:
    """Bytes in the temporary files."""
    total = 0
    for path in temporary(database).glob("*"):
        with suppress(FileNotFoundError):  # DuckDB removes what it does not need
            total += path.stat().st_size
    return total


def clear_temporary(database: Path) -> None:
    """Remove what a crash left in the temporary folder. The database must not be open."""
    shutil.rmtree(temporary(database), ignore_errors=True)
