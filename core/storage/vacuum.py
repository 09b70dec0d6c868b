"""When the room of removed rows is worth taking back.

At a checkpoint DuckDB puts neighbouring row groups together as soon as they fit into fewer, and writes all
their rows anew. An update is a removal and an insertion to it, so that an import which changes a fifth of
a million records was followed by two seconds of writing what had not changed. It waits until a quarter of
all rows are removed ones: so much of the file, and of every look at all of it, is what it may cost.
"""

from __future__ import annotations

import duckdb

from core.telemetry import sizes

SHARE = 0.25
MANY = 122_880  # removed rows, as many as a row group has; fewer cost little
TASKS = 100  # DuckDB's own number of merges in one checkpoint


def decide(connection: duckdb.DuckDBPyConnection, *, tidy: bool = False) -> None:
    """Let the next checkpoints of this process take room back, or not. A few milliseconds.

    `tidy` lets them in any case: what they put together are also the small row groups of many small imports.
    """
    found = sizes.rows(connection)
    removed = sum(one.removed for one in found)
    waits = MANY <= removed < SHARE * sum(one.there + one.removed for one in found) and not tidy
    connection.execute(f"SET GLOBAL max_vacuum_tasks = {0 if waits else TASKS}")
