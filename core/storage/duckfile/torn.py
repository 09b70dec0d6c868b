"""A write-ahead log that ends in the middle of a commit, before DuckDB reads it.

While DuckDB (1.5) replays its log, it adds the rows of a large insert at once, and not when it sees that
their transaction was ended: after a crash in the middle of that commit the rows are there, and nothing
else of it is (https://github.com/duckdb/duckdb/pull/25931). They are in no log and no checkpoint then, and
the next crash leaves a file that cannot be opened at all. So what was never ended is cut off first.

The log is a version, and then entries: 8 bytes length, 8 bytes checksum, then the entry, which begins
with its kind. Logs of another version are left alone.
"""

from __future__ import annotations

import logging
import os
import struct
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, where a file that is open elsewhere cannot be opened for writing
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("marquee.storage")

VERSION = bytes.fromhex("640062650002ffff")
KIND = b"d\0"  # what each entry begins with, before its kind
FRAME = struct.Struct("<QQ")  # length and checksum
ROWS, CHECKPOINT, END = (
    29,
    99,
    100,
)  # rows by their place in the file, a checkpoint, the end of a commit


def mend(database: Path) -> int:
    """Cut off what a crash left of a commit that writes many rows; how many bytes that were.

    They are kept beside the log, as `.cut`. Nothing is touched while a process has the database open.
    """
    cut = 0
    for suffix in (".wal", ".wal.checkpoint"):
        path = database.with_name(database.name + suffix)
        end = _last_end(path)
        if end is not None:
            cut += _cut(database, path, end)
    return cut


def _last_end(path: Path) -> int | None:
    """Where the last commit that was ended ends; None when nothing is to be cut off."""
    try:
        with path.open("rb") as file:
            return _walk(file, os.fstat(file.fileno()).st_size)
    except OSError:
        return None  # there is no log, or DuckDB will say what is wrong with it


def _walk(file: BinaryIO, size: int) -> int | None:
    if file.read(len(VERSION)) != VERSION:
        return None
    place = ended = len(VERSION)
    rows = False  # whether some were added since
    while len(frame := file.read(FRAME.size + 3)) == FRAME.size + 3:
        length, _ = FRAME.unpack_from(frame)
        if frame[FRAME.size : -1] != KIND:
            return None  # damaged, which DuckDB says better
        place += FRAME.size + length
        if place > size:
            break
        if frame[-1] in (END, CHECKPOINT):
            ended, rows = place, False
        rows |= frame[-1] == ROWS
        file.seek(place)
    return ended if rows else None


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
    log.warning(
        "a crash left half a commit in %s: %d bytes were moved to %s.cut",
        path.name,
        len(tail),
        path.name,
    )
    return len(tail)
