"""When dead rows are vacuumed.

At a checkpoint DuckDB puts neighbouring row groups together as soon as they fit into fewer, and writes all
their rows anew. An update is a removal and an insertion to it, so that an import which changes a fifth of
a million records was followed by two seconds of writing what had not changed. It waits until a quarter of
all rows are removed ones: so much of the file, and of every look at all of it, is what it may cost.
"""

from __future__ import annotations


import duckdb

from core.observe import faults, logs
from core.storage.duckfile import sizes

log = logs.get("storage")
SHARE = 0.25
MANY = 122_880  # dead rows, as many as a row group has; fewer cost little
TASKS = 100  # DuckDB's own number of merges in one checkpoint
EVERY = 16  # imports, after which it does not wait: small row groups of small imports are put together, too


def decide(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the next checkpoints of this process take room back, or not. A few milliseconds.

    Asked after a commit, so it raises nothing: what was done must not be told as failed.
    """
    try:
        found = sizes.rows(connection)
        removed = sum(one.removed for one in found)
        few = removed < SHARE * sum(one.there + one.removed for one in found)
        imports = sum(one.there for one in found if (one.schema, one.table) == ("ops", "ledger"))
        waits = removed >= MANY and few and not (imports and imports % EVERY == 0)
        connection.execute(f"SET GLOBAL max_vacuum_tasks = {0 if waits else TASKS}")
    except duckdb.Error as error:
        log.say("database.vacuum_unset", code=faults.code_of(error))
