"""The feed: every change of a dataset in the order of its commits, for whoever keeps something beside the records.

A committed act (an import, a rollback, rows brought back from quarantine, an edit) takes the next number of its
dataset in its own transaction, so the numbers have no gaps and none appears late. A consumer (search, alerts,
quality, a cache) asks for what came after its position, does its work, and writes its position down. Nobody
hooks into the commit.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import duckdb

from core.datasets.model import Dataset
from core.history import changes, erasing
from core.history.changes import Change
from core.history.events import now
from core.observe import traces

LIMIT = 1_000  # changes of one page
TRACED = 500  # acts whose trace is known
_traces: OrderedDict[tuple[str, int], str] = OrderedDict()


@dataclass(frozen=True, order=True)
class Position:
    """A place in the feed: behind this change of that act. `Position(7)` is the end of act 7."""

    act: int = 0
    record_id: str = "ffffffff-ffff-ffff-ffff-ffffffffffff"  # behind all others
    version: int = 0


@dataclass(frozen=True)
class Entry:
    """One change with the number of its act. `change.fields` has old and new values; kinds: insert, update,
    delete, restore."""

    act: int
    change: Change

    @property
    def position(self) -> Position:
        """Where a consumer is that has taken this entry in."""
        return Position(self.act, self.change.record_id, self.change.version)


def next_act(connection: duckdb.DuckDBPyConnection, dataset: str) -> int:
    """The number of the act that is being committed; part of its transaction.

    Raises Conflict while a person is being forgotten in the dataset.
    """
    erasing.must_be_free(connection, dataset)
    row = connection.execute(
        "UPDATE ops.datasets SET acts = coalesce(acts, 0) + 1 WHERE name = ? RETURNING acts",
        [dataset],
    ).fetchone()
    if row is None:
        raise RuntimeError(f"the dataset {dataset!r} has no table")
    act = int(row[0])
    _traces[(dataset, act)] = traces.traceparent()
    while len(_traces) > TRACED:
        _traces.popitem(last=False)
    return act


def trace_of(dataset: str, act: int) -> str | None:
    """The trace to which an act of this process belongs, for what follows from it; None for another's, or an old one."""
    return _traces.get((dataset, act)) or None


def read(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    after: Position = Position(),
    *,
    limit: int = LIMIT,
) -> list[Entry]:
    """The changes behind a position, oldest act first, within an act by record; empty at the end.

    New values are those that the change gave, also when the record was changed again since.
    """
    wanted = connection.execute(
        "SELECT act, record_id::VARCHAR, version FROM history.changes WHERE dataset = ? AND act >= ?"
        " AND (act, record_id, version) > (?, ?::UUID, ?) ORDER BY act, record_id, version LIMIT ?",
        [dataset.name, after.act, after.act, after.record_id, after.version, limit],
    ).fetchall()
    found = changes.of_versions(connection, dataset, [(r, v) for _, r, v in wanted])
    return [Entry(act, change) for (act, _, _), change in zip(wanted, found, strict=True)]


def count(connection: duckdb.DuckDBPyConnection, dataset: str, after: Position = Position()) -> int:
    """How many changes are behind a position: what `read` gives, page by page."""
    row = connection.execute(
        "SELECT count(*) FROM history.changes WHERE dataset = ? AND act >= ?"
        " AND (act, record_id, version) > (?, ?::UUID, ?)",
        [dataset, after.act, after.act, after.record_id, after.version],
    ).fetchone()
    return int(row[0]) if row else 0


def last(connection: duckdb.DuckDBPyConnection, dataset: str) -> int:
    """The number of the newest act; 0 when there is none."""
    row = connection.execute("SELECT acts FROM ops.datasets WHERE name = ?", [dataset]).fetchone()
    return int(row[0] or 0) if row else 0


def acts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Dataset to the number of its newest act, of those that have a table."""
    rows = connection.execute("SELECT name, coalesce(acts, 0) FROM ops.datasets ORDER BY name")
    return {str(name): int(act) for name, act in rows.fetchall()}


def position(connection: duckdb.DuckDBPyConnection, consumer: str, dataset: str) -> Position:
    """How far a consumer has come."""
    row = connection.execute(
        "SELECT act, record_id::VARCHAR, version FROM history.positions"
        " WHERE consumer = ? AND dataset = ?",
        [consumer, dataset],
    ).fetchone()
    return Position(*row) if row else Position()


def move(connection: duckdb.DuckDBPyConnection, consumer: str, dataset: str, to: Position) -> None:
    """Write a consumer's position down; best in the transaction of what it made of the entries."""
    connection.execute(
        "DELETE FROM history.positions WHERE consumer = ? AND dataset = ?", [consumer, dataset]
    )
    connection.execute(
        "INSERT INTO history.positions VALUES (?, ?, ?, ?, ?, ?)",
        [consumer, dataset, to.act, to.record_id, to.version, now()],
    )


# ------------------------------------------------------------------ which records, without their values


def waiting(connection: duckdb.DuckDBPyConnection, dataset: str, act: int) -> int:
    """How many changes came after this act."""
    row = connection.execute(
        "SELECT count(*) FROM history.changes WHERE dataset = ? AND act > ?", [dataset, act]
    ).fetchone()
    return int(row[0]) if row else 0


def records(connection: duckdb.DuckDBPyConnection, dataset: str, act: int) -> list[str]:
    """The records that were changed after this act: enough for whoever reads the records themselves."""
    rows = connection.execute(
        "SELECT DISTINCT record_id::VARCHAR FROM history.changes WHERE dataset = ? AND act > ?"
        " ORDER BY 1",
        [dataset, act],
    ).fetchall()
    return [row[0] for row in rows]


def print_of(connection: duckdb.DuckDBPyConnection, dataset: str, act: int) -> str:
    """By what an act is known again: another one has its number after a backup was restored."""
    row = connection.execute(
        "SELECT count(*), max(record_id)::VARCHAR, max(happened_at)::VARCHAR FROM history.changes"
        " WHERE dataset = ? AND act = ?",
        [dataset, act],
    ).fetchone()
    return "|".join(str(part) for part in row) if row else ""
