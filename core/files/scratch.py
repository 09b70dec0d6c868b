"""One DuckDB in memory to look into files with, for the whole process.

Opening one takes nine milliseconds, asking one that is open a fifth of a millisecond; a small file is
looked into several times. Nothing is kept in it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from core.storage.faults import is_fatal

_lock = threading.Lock()
_open: tuple[int, duckdb.DuckDBPyConnection] | None = None  # the process that opened it, and it


@contextmanager
def looking() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one's own; it may be read from for as long as one likes."""
    cursor = _root().cursor()
    try:
        yield cursor
    except duckdb.Error as error:
        if is_fatal(error):  # of no use to anybody any more: the next one opens another
            _forget()
        raise
    finally:
        cursor.close()


def _root() -> duckdb.DuckDBPyConnection:
    global _open
    with _lock:
        if _open is None or _open[0] != os.getpid():  # a fork has none of its threads
            connection = duckdb.connect()
            # What a file held a moment ago must not be what is read now, and takes memory.
            connection.execute("SET enable_external_file_cache = false")
            _open = (os.getpid(), connection)
        return _open[1]


def _forget() -> None:
    global _open
    with _lock:
        _open = None
