"""One DuckDB file, one instance, one writer.

All changes go through one writer thread: a task is a function that gets the write connection inside
a transaction. Readers take a cursor each and see the last committed state. Staged uploads live in an
attached in-memory database, `staging`: every connection sees them, they never touch the file or its
WAL, they spill to the temp folder when memory is short, and they can be made again from the raw file.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from core.errors import DatabaseBroken, DiskFull, RestoreInterrupted, StorageError
from core.settings import Settings
from core.storage import migrations
from core.storage.catalog import staged_tables
from core.storage.duckfile import connecting, paths, recovery, sizes, vacuum, writer
from core.storage.duckfile.space import Space
from core.storage.faults import translate
from core.storage.patience import changed, present, watched
from core.storage.sink import NoSink, Sink, Timer
from core.storage.size import Files, TableSize
from core.storage.store import Connection, Store

T = TypeVar("T")
Observe = Callable[[Store], Sink]

_OPEN: dict[Path, "Database"] = {}
_OPEN_LOCK = threading.Lock()


def unobserved(_store: Store) -> Sink:
    """Nobody measures."""
    return NoSink()


class Database:
    """An open database. Get one with `open_database`, which shares it within the process."""

    def __init__(self, path: Path, settings: Settings, observe: Observe = unobserved) -> None:
        self.path = path
        self.settings = settings
        self.users = 0
        self._space = Space(path, settings)
        self._root = connecting.connect(path, settings)
        self._reading: dict[int, tuple[str, float]] = {}  # thread and since when, by cursor
        self.recovery = recovery.Recovery(self._reopen, self._holders)
        self._closed = False
        self._writer = writer.Writer(self._write_one)
        self.operations: Sink = observe(self)
        try:
            _prepare(self._root, path)
        except duckdb.Error as error:
            self._root.close()
            raise translate(error, path) from error
        except BaseException:
            self._root.close()
            raise
        vacuum.decide(self._root)
        self._write_connection = connecting.cursor(self._root, settings)
        self._writer.start()

    # -------------------------------------------------------------- reading

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """A cursor of one's own; it sees the last committed state."""
        if self._closed:
            raise StorageError("the database was closed")
        with self.recovery.inside():
            try:
                cursor = connecting.cursor(self._root, self.settings)
                self._reading[id(cursor)] = threading.current_thread().name, time.monotonic()
                try:
                    yield cursor
                finally:
                    del self._reading[id(cursor)]
                    cursor.close()
            except duckdb.Error as error:
                self._notice(error)
                raise translate(error) from error

    def _holders(self) -> list[str]:
        """Who is reading, and for how long."""
        found = list(self._reading.values())
        return [f"{name}, for {time.monotonic() - since:.0f} s" for name, since in found]

    def read(self, question: Callable[[Connection], T], *, name: str | None = None) -> T:
        """Run `question(cursor)` on a reader of its own; with a `name` it is counted under that."""
        with (
            self._counted(name) as timer,
            self.reader() as cursor,
            watched(cursor, present()),
        ):
            found = question(cursor)
            timer.rows = len(found) if isinstance(found, list) else 1
            return found

    def _counted(self, name: str | None) -> AbstractContextManager[Timer]:
        return self.operations.measure(name) if name else nullcontext(Timer())

    # -------------------------------------------------------------- writing

    def write(
        self,
        task: Callable[[Connection], T],
        *,
        transaction: bool = True,
        name: str | None = None,
        note: bool = False,
    ) -> T:
        """Run `task(connection)` on the writer thread and wait. One task is one transaction.

        With `transaction=False` the task opens its own (DDL needs CHECKPOINTs around it). A `note` is
        small and tells how something ended: it is written even when the disk is nearly full.
        Raises what the task raises, after ROLLBACK; DiskFull before the task when the disk is.
        """
        with self._counted(name):
            found = self.queue(task, transaction=transaction, note=note).result()
            changed()
            return found

    def queue(
        self, task: Callable[[Connection], T], *, transaction: bool = True, note: bool = False
    ) -> Future[T]:
        """`write` without waiting: the task runs after those that are queued already."""
        return self._writer.queue(task, transaction=transaction, note=note)

    def tables(self) -> list[TableSize]:
        """Every table with its rows and its bytes on disk, the largest first."""
        return self.read(sizes.tables)

    def files(self) -> Files:
        """Bytes on disk: database, WAL, spill, raw files, free."""
        return sizes.files(self.path, self.settings.data_dir)

    def release(self) -> None:
        """Give one use back; the last one closes the file."""
        with _OPEN_LOCK:
            self.users -= 1
            if self.users <= 0 and _OPEN.get(self.path) is self:
                del _OPEN[self.path]
                self.close()

    @property
    def writing(self) -> bool:
        """Whether this is the writer's thread, which must not wait for itself."""
        return self._writer.here

    def _write_one(self, task: Callable[[Connection], Any], transaction: bool, note: bool) -> Any:
        try:
            with self.recovery.inside():
                self.check_space(0, note=note)
                return writer.run(self._write_connection, task, transaction)
        except duckdb.Error as error:
            self._notice(error)
            if (told := translate(error)) is error:
                raise
            raise told from error

    def maintain(self, connection: Connection) -> None:
        """After a commit: decide whether the next checkpoints remove dead rows. Raises nothing."""
        vacuum.decide(connection)

    # -------------------------------------------------------------- room

    def check_space(self, needed: int, *, note: bool = False) -> None:
        """Refuse before the disk is full: a full disk can invalidate the whole instance."""
        self._space.check(needed, note=note)

    def bound_spill(self) -> None:
        """Temporary files may fill the disk up to the floor, and no further."""
        room = self._space.for_spill()
        self.read(lambda c: c.execute(f"SET max_temp_directory_size = '{room}MB'") and None)

    def free_spill(self) -> None:
        """Open the file anew where DuckDB keeps temporary files that nobody needs: of a write that failed."""
        if not paths.spilled(self.path) or self.read(staged_tables):
            return  # somebody works with them
        self.recovery.renew("the space of temporary files is given back")

    # -------------------------------------------------------------- the end of an instance

    def _notice(self, error: duckdb.Error) -> None:
        """Open the file anew if the instance is lost, or holds the room that everybody waits for."""
        self.recovery.notice(error, lost=self._holds_the_room(error))

    def _holds_the_room(self, error: duckdb.Error) -> bool:
        """Whether there is no room for a note, and temporary files of ours lie on the disk."""
        if isinstance(error, duckdb.OutOfMemoryException):
            return self._space.full()
        no_room = isinstance(translate(error), DiskFull)
        return no_room and self._space.full() and paths.spilled(self.path) > 0

    def _reopen(self) -> None:
        """The instance is lost: let go of it and open the file anew. Raises while that cannot be."""
        for connection in (self._write_connection, self._root):
            with suppress(duckdb.Error):
                connection.close()
        paths.clear_temporary(self.path)  # room, should there be none
        root = connecting.connect(self.path, self.settings)
        try:
            _prepare(root, self.path)
        except BaseException:
            root.close()
            raise
        self._root, self._write_connection = root, connecting.cursor(root, self.settings)

    def close(self) -> None:
        """Finish the tasks in the queue, checkpoint, and let go of the file."""
        if not self._closed:
            self.operations.close()
        if not self._writer.end():
            return
        self._closed = True
        self.recovery.end()
        try:
            self.check_space(0, note=True)
            self._root.execute("CHECKPOINT")
        except (duckdb.Error, DiskFull):
            pass  # the WAL keeps everything; the next start replays it
        self._write_connection.close()
        self._root.close()


def _prepare(root: Connection, path: Path) -> None:
    root.execute("ATTACH ':memory:' AS staging")
    migrations.apply(root, path)


def open_database(path: Path, settings: Settings, observe: Observe = unobserved) -> Database:
    """The one Database of this process for `path` (symlinks resolved, so a file is never open twice).

    `observe` makes what its operations are told to, when the file is opened first.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        real = path.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symlinks
        raise DatabaseBroken(f"{path}: {error}") from error
    with _OPEN_LOCK:
        database = _OPEN.get(real)
        if database is None:
            if paths.restoring_note(real).exists():
                raise RestoreInterrupted(f"{real} is not wholly in its place")
            database = _OPEN[real] = Database(real, settings, observe)
        database.users += 1
        return database


def is_open(path: Path) -> bool:
    """Whether this process has the database open."""
    with _OPEN_LOCK:
        return path.resolve() in _OPEN
