"""A write-ahead log that ends in the middle of a commit, before DuckDB reads it.

While DuckDB (1.5) replays its log, it adds the rows of a large insert at once, and not when it sees that
their transaction was ended: after a crash in the middle of that commit the rows are there, and nothing
else of it is (https://github.com/duckdb/duckdb/pull/25931). They are in no log and no checkpoint then, and
the next crash leaves a file that cannot be opened at all. So what was never ended is cut off first.

Logs of another version, and encrypted ones that no key opens, are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from core.observe import logs
from core.storage.duckfile import log_entries

try:
    import fcntl
except ImportError:  # Windows, where a file that is open elsewhere cannot be opened for writing
    fcntl = None  # type: ignore[assignment]

log = logs.get("storage")

ROWS, CHECKPOINT, END = (
    29,
    99,
    100,
)  # rows by their place in the file, a checkpoint, the end of a commit


def mend(database: Path, keys: Sequence[str] = ()) -> int:
    """Cut off what a crash left of a commit that writes many rows; how many bytes that were.

    They are kept beside the log, as `.cut`. Nothing is touched while a process has the database open. `keys`: as DuckDB
    is given them, of which one may have encrypted it.
    """
    cut = 0
    for suffix in (".wal", ".wal.checkpoint"):
        path = database.with_name(database.name + suffix)
        end = _last_end(path, database, keys)
        if end is not None:
            cut += _cut(database, path, end)
    return cut


def _last_end(path: Path, database: Path, keys: Sequence[str]) -> int | None:
    """Where the last commit that was ended ends; None when nothing is to be cut off."""
    try:
        with path.open("rb") as file:
            found = log_entries.entries(file, database, keys)
            if found is None:
                return None
            (ended, whole), rows = found, False  # whether some were added since
            for place, kind in whole:
                if kind is None:
                    return None  # damaged, which DuckDB says better
                if kind in (END, CHECKPOINT):
                    ended, rows = place, False
                rows |= kind == ROWS
            return ended if rows else None
    except OSError:
        return None  # there is no log, or DuckDB will say what is wrong with it


def _cut(database: Path, path: Path, end: int) -> int:
    try:
        with database.open("r+b") as held:
            if fcntl is not None:
                fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as DuckDB does
            with path.open("r+b") as file:
                file.seek(end)
                tail = file.read()
                with path.with_name(path.name + ".cut").open("wb") as kept:
                    kept.write(tail)
                    kept.flush()
                    os.fsync(kept.fileno())
                file.truncate(end)
                os.fsync(file.fileno())
    except OSError:
        return 0  # somebody has it open and is at it; or DuckDB will say what is wrong with it
    log.say("database.torn", file=path.name, bytes=len(tail))
    return len(tail)
