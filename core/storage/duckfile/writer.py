"""The writer: one thread owns the write connection and runs tasks from a queue, each a transaction."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import duckdb

from core.errors import StorageError
from core.observe import context, metrics
from core.storage.store import Connection, transaction

T = TypeVar("T")
Task = tuple[Callable[[Connection], Any], "Future[Any]", bool, bool]


class Writer:
    """Runs tasks in their order. `run(task, in_transaction, note)` does one and raises what it raises."""

    def __init__(self, run: Callable[[Callable[[Connection], Any], bool, bool], Any]) -> None:
        self._run_one = run
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # no task is put behind the end of the queue
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="marquee-writer", daemon=True)

    def start(self) -> None:
        """Begin with what is in the queue."""
        self._thread.start()

    @property
    def here(self) -> bool:
        """Whether this is the writer's own thread."""
        return threading.current_thread() is self._thread

    def queue(self, task: Callable[[Connection], T], *, transaction: bool, note: bool) -> Future[T]:
        """Put a task behind those that are there. Raises StorageError when the end was reached."""
        if self.here:
            raise RuntimeError("a write inside a write would wait for itself")
        future: Future[T] = Future()
        task = _timed(context.carried(task))
        with self._door:
            if self._closed:
                raise StorageError("the database was closed")
            self._tasks.put((task, future, transaction, note))
        metrics.gauge("db.client.write.queue", self._tasks.qsize())
        return future

    def end(self) -> bool:
        """Take no more tasks and finish those that are queued; False when that was done before."""
        with self._door:
            if self._closed:
                return False
            self._closed = True
            self._tasks.put(None)
        self._thread.join()
        return True

    def _loop(self) -> None:
        while (item := self._tasks.get()) is not None:
            task, future, in_transaction, note = item
            try:
                future.set_result(self._run_one(task, in_transaction, note))
            except BaseException as error:  # the waiting caller gets it, whatever it is
                future.set_exception(error)


def _timed(task: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """The same task; how long it waited for its turn is counted."""
    ordered = time.perf_counter()

    def run(connection: Connection) -> T:
        metrics.observe("db.client.write.wait", time.perf_counter() - ordered)
        return task(connection)

    return run


def run(
    connection: duckdb.DuckDBPyConnection,
    task: Callable[[Connection], T],
    in_transaction: bool,
) -> T:
    """Do a task on a connection; its own transaction, unless it opens one itself."""
    if not in_transaction:
        return task(connection)
    with transaction(connection):
        return task(connection)
