"""Changing tables: no such change is ever left in the write-ahead log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from core.observe import logs
from core.storage.store import Connection

log = logs.get("storage")


def checkpoint(connection: Connection, *, patience: float = 2.0) -> bool:
    """CHECKPOINT, tried again for `patience` seconds; False when readers never left a gap.

    DuckDB refuses it while a reader is older than the last write. Waiting without end could mean
    waiting for somebody who looks at half of an answer; the WAL keeps everything meanwhile.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("CHECKPOINT")
            return True
        except duckdb.TransactionException:
            if time.monotonic() >= until:
                log.say("database.no_checkpoint")
                return False
            time.sleep(0.005)


@contextmanager
def altering(connection: Connection) -> Iterator[None]:
    """Tables are made or changed inside: DuckDB 1.5 can replay a WAL wrongly that holds an ALTER TABLE."""
    checkpoint(connection)
    yield
    checkpoint(connection)
