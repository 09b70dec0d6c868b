"""What a record store must do, whatever engine is behind it.

Everything above `core/storage` uses a `Store`: a read cursor, write tasks in transactions, room on the disk, and
maintenance. `core/storage/duckfile` is the default engine, chosen in `opening.py`.

Every engine speaks DuckDB's SQL, so bulk insertion and merging are statements of the rooms on the connection of a write
task (`INSERT INTO ... SELECT`, `UPDATE ... FROM`), without keys, indexes and sequences. What version of a dataset a
reader sees is the number of its last act, kept in the same transaction (`core.history.feed.last`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb

from core.storage.sink import Sink
from core.storage.size import Files, TableSize

T = TypeVar("T")
Connection = duckdb.DuckDBPyConnection


class Renewal(Protocol):
    """What an engine does when it loses its instance: it opens another one by itself."""

    reason: str | None  # why there is no instance at the moment
    lost: int  # how many instances were lost; who sees it grow has lost what was staged
    again: list[Callable[[], None]]  # called when the store is open again
    give_up: Callable[[str], None]  # called once when this process cannot open it again

    def check(self) -> None:
        """Raises StorageError while there is no instance."""

    def renew(self, reason: str) -> None:
        """Begin to open the next instance."""


class Store(Protocol):
    """An open record store. Tables of staged uploads are in its schema `staging`."""

    operations: Sink

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def recovery(self) -> Renewal:
        """What happens when the instance is lost."""

    def reader(self) -> AbstractContextManager[Connection]:
        """A cursor of one's own; it sees the last committed state."""

    def read(self, question: Callable[[Connection], T], *, name: str | None = None) -> T:
        """Run `question(cursor)` on a cursor of its own; with a `name` it is counted under that."""

    def write(
        self,
        task: Callable[[Connection], T],
        *,
        transaction: bool = True,
        name: str | None = None,
        note: bool = False,
    ) -> T:
        """Run `task(connection)` alone, in one transaction, and wait. Raises what the task raises, after ROLLBACK.

        With `transaction=False` the task opens its own. A `note` is small and says how something ended: it is
        written even when the disk is nearly full.
        """

    def queue(
        self, task: Callable[[Connection], T], *, transaction: bool = True, note: bool = False
    ) -> Future[T]:
        """`write` without waiting."""

    def tables(self) -> list[TableSize]:
        """Every table with its rows and its bytes on disk, the largest first."""

    def files(self) -> Files:
        """Bytes on disk: database, WAL, spill, raw files, free."""

    def release(self) -> None:
        """Give one use of the store back; the last one closes it."""

    @property
    def writing(self) -> bool:
        """Whether this thread does a write task, and so must not wait for another."""

    def check_space(self, needed: int, *, note: bool = False) -> None:
        """Raises DiskFull unless so many bytes can be written."""

    def bound_spill(self) -> None:
        """Limit temporary files by what is free on the disk."""

    def free_spill(self) -> None:
        """Give back what a failed write left on the disk."""

    def maintain(self, connection: Connection) -> None:
        """After a commit on `connection`: decide what is cleaned up, such as dead rows. Raises nothing."""


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """BEGIN and COMMIT, or ROLLBACK when anything goes wrong in between."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        try:
            connection.execute("ROLLBACK")
        except duckdb.Error:
            pass  # COMMIT failed and has rolled back already
        raise
