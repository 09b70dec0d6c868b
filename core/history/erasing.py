"""While a person is being forgotten, nothing else is committed in their dataset: a lease, a row with a time at which it ends.

Looking for somebody reads every raw file, which takes a while. An import that was committed meanwhile could bring the
person back from what it had read before. A process that dies leaves a lease that runs out by itself.
"""

from __future__ import annotations

from datetime import timedelta

import duckdb

from core.errors import Conflict
from core.history.events import now

LEASE = timedelta(minutes=15)


def begin(
    connection: duckdb.DuckDBPyConnection, dataset: str, act_id: str, *, over: bool = False
) -> None:
    """Take the lease. Raises Conflict while another act has it, unless it is taken `over`."""
    if not over and _holder(connection, dataset) is not None:
        raise Conflict(
            f"somebody else is being forgotten in {dataset}", hint="Try again when that is done."
        )
    connection.execute("DELETE FROM ops.forgetting WHERE dataset = ?", [dataset])
    connection.execute(
        "INSERT INTO ops.forgetting VALUES (?, ?, ?)", [dataset, act_id, now() + LEASE]
    )


def renew(connection: duckdb.DuckDBPyConnection, dataset: str, act_id: str) -> None:
    """Still at it: the lease begins anew. Raises Conflict when it ran out."""
    must_hold(connection, dataset, act_id)
    connection.execute(
        "UPDATE ops.forgetting SET until = ? WHERE dataset = ?", [now() + LEASE, dataset]
    )


def end(connection: duckdb.DuckDBPyConnection, dataset: str, act_id: str) -> None:
    """Give the lease back; harmless for whoever has none."""
    connection.execute(
        "DELETE FROM ops.forgetting WHERE dataset = ? AND act_id = ?::UUID", [dataset, act_id]
    )


def must_hold(connection: duckdb.DuckDBPyConnection, dataset: str, act_id: str) -> None:
    """Raises Conflict when the lease ran out: something may have been committed since."""
    if _holder(connection, dataset) != act_id:
        raise Conflict(
            f"looking for the person in {dataset} took too long, and others went on meanwhile",
            hint="Try again.",
        )


def must_be_free(connection: duckdb.DuckDBPyConnection, dataset: str) -> None:
    """In the transaction of a commit. Raises Conflict while somebody is being forgotten."""
    if _holder(connection, dataset) is not None:
        raise Conflict(
            f"a person is being forgotten in {dataset}: nothing is committed there meanwhile",
            hint="Try again in a moment. Nothing was lost.",
        )


def _holder(connection: duckdb.DuckDBPyConnection, dataset: str) -> str | None:
    row = connection.execute(
        "SELECT act_id::VARCHAR FROM ops.forgetting WHERE dataset = ? AND until > ?",
        [dataset, now()],
    ).fetchone()
    return str(row[0]) if row else None
