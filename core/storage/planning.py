"""How much a query is thought about before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

NEVER = 1 << 62  # rows, more than any table has
FEW = 2_000  # rows: a SELECT of 200 to 500 KB takes longer to optimise than to run over them


@contextmanager
def as_written(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run statements of this cursor without the optimiser. For long expressions over few rows, where it costs more than it saves."""
    cursor.execute("PRAGMA disable_optimizer")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # aborted: the cursor is of no use any more
            cursor.execute("PRAGMA enable_optimizer")


def apart(sql: str) -> str:
    """The same rows, planned by themselves: no condition on them is pushed into their expressions, and one thread has them.

    Where layers of long expressions stand on one another, a condition that is pushed through all of them grows with each,
    and planning takes seconds. A limit stops it, whatever it is.
    """
    return f"SELECT * FROM ({sql}) LIMIT {NEVER}"
