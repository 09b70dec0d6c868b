"""How much a query is thought about before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def as_written(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run statements of this cursor without the optimiser. For long expressions over few rows, where it costs more than it saves."""
    cursor.execute("PRAGMA disable_optimizer")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # aborted: the cursor is of no use any more
            cursor.execute("PRAGMA enable_optimizer")
