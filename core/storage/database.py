"""One DuckDB file, one instance, one writer.

All changes go through one writer thread: a task is a function that gets the write connection inside
a transaction. Readers take a cursor each and see the last committed state. Staged uploads live in an
attached in-memory database, `staging`: every connection sees them, they never touch the file or its
WAL, they spill to the temp folder when memory is short, and they can be made again from the raw file.
"""

from __future__ import annotations

import errno
import logging
import os
import queue
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from core.errors import (
    Cancelled,
    DatabaseBroken,
    DatabaseLocked,
    DiskFull,
    MemoryShort,
    RestoreInterrupted,
    SpillFull,
    StorageError,
)
from core.settings import Settings
from core.storage import migrations, recovery, torn, vacuum
from core.storage.sql import literal
from core.telemetry import kept
from core.telemetry.operations import Line, Operations, Timer

log = logging.getLogger("marquee.storage")
T = TypeVar("T")
Connection = duckdb.DuckDBPyConnection
Task = tuple[Callable[[Connection], Any], "Future[Any]", bool, bool]

# The format of new files: the first one in which DuckDB compresses text in one attempt instead of trying
# two ways, which halves the work of writing. What is there already keeps its format.
STORAGE = "v1.3.0"

PAGE_ROWS = 1_001  # the largest page, and the row that tells whether there is more

# Seconds. A program that only looked something up leaves the file as it was when it ends.
WORTH_KEEPING = 2.0

# How Linux and macOS, and how Windows say it.
_LOCKED = ("Could not set lock", "Conflicting lock", "being used by another process")

UNWRITABLE = (
    "The disk takes nothing any more. What was accepted before is safe, and can be looked at. Let somebody"
    " look at the disk; when it can be written again, start Marquee anew."
)

_OPEN: dict[Path, "Database"] = {}
_OPEN_LOCK = threading.Lock()


class Database:
    """An open database. Get one with `open_database`, which shares it within the process."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.users = 0
        self._root = _connect(path, settings)
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # no task is put behind the end of the queue
        self._reading: dict[int, tuple[str, float]] = {}  # thread and since when, by cursor
        self.recovery = recovery.Recovery(self._reopen, self._holders)
        self._closed = False
        self.operations = Operations(self._keep)
        self._writer = threading.Thread(target=self._write_loop, name="marquee-writer", daemon=True)
        try:
            self._prepare()
        except duckdb.Error as error:
            self._root.close()
            raise translate(error, path) from error
        except BaseException:
            self._root.close()
            raise
        self._write_connection = self._root.cursor()
        self._writer.start()

    def _prepare(self) -> None:
        self._root.execute("ATTACH ':memory:' AS staging")
        migrations.apply(self._root, self.path)
        vacuum.decide(self._root)

    # -------------------------------------------------------------- reading

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """A cursor of one's own; it sees the last committed state."""
        if self._closed:
            raise StorageError("the database was closed")
        with self.recovery.inside():
            try:
                cursor = self._root.cursor()
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
        with self._counted(name) as timer, self.reader() as cursor:
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
            return self.queue(task, transaction=transaction, note=note).result()

    def queue(
        self, task: Callable[[Connection], T], *, transaction: bool = True, note: bool = False
    ) -> Future[T]:
        """`write` without waiting: the task runs after those that are queued already."""
        if threading.current_thread() is self._writer:
            raise RuntimeError("a write inside a write would wait for itself")
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise StorageError("the database was closed")
            self._tasks.put((task, future, transaction, note))
        return future

    def check_space(self, needed: int, *, note: bool = False) -> None:
        """Refuse before the disk is full: a full disk can invalidate the whole instance."""
        free = shutil.disk_usage(self.path.parent).free
        floor = self.settings.min_free_mb * 1_000_000
        if note:  # how things ended is told with what is kept for that
            floor //= 4
        if free < needed + floor:
            raise DiskFull(
                f"{free // 1_000_000} MB are free where the database lives, and this needs "
                f"about {(needed + floor) // 1_000_000} MB"
            )

    def bound_spill(self) -> None:
        """What is put aside on disk may fill it up to the floor, and no further."""
        free = shutil.disk_usage(self.path.parent).free // 1_000_000
        room = max(min(self.settings.max_temp_mb, free - self.settings.min_free_mb), 1)
        self.read(lambda c: c.execute(f"SET max_temp_directory_size = '{room}MB'") and None)

    def free_spill(self) -> None:
        """Open the file anew where DuckDB keeps temporary files that nobody needs: of a write that failed."""
        if not self.spilled() or self.read(_staged):
            return  # somebody works with what is put aside
        self.recovery.renew("what was put aside on the disk is given back")

    def spilled(self) -> int:
        """Bytes that are put aside on the disk."""
        total = 0
        for path in Path(f"{self.path}.tmp").glob("*"):
            with suppress(FileNotFoundError):  # DuckDB removes what it does not need
                total += path.stat().st_size
        return total

    def _write_loop(self) -> None:
        while (item := self._tasks.get()) is not None:
            task, future, transaction, note = item
            try:
                with self.recovery.inside():
                    self.check_space(0, note=note)
                    found = _run(self._write_connection, task, transaction)
                future.set_result(found)
            except BaseException as error:  # the waiting caller gets it, whatever it is
                if isinstance(error, duckdb.Error):
                    self._notice(error)
                    error = translate(error)
                future.set_exception(error)

    def _notice(self, error: duckdb.Error) -> None:
        """Open the file anew if the instance is lost, or holds the room that everybody waits for."""
        crowded = isinstance(error, duckdb.OutOfMemoryException) and self._is_full()
        self.recovery.notice(error, lost=crowded)

    def _is_full(self) -> bool:
        """Whether not even a note can be written."""
        try:
            self.check_space(0, note=True)
        except DiskFull:
            return True
        return False

    def _reopen(self) -> None:
        """The instance is lost: let go of it and open the file anew. Raises while that cannot be."""
        for connection in (self._write_connection, self._root):
            with suppress(duckdb.Error):
                connection.close()
        shutil.rmtree(f"{self.path}.tmp", ignore_errors=True)  # room, should there be none
        root = _connect(self.path, self.settings)
        try:
            root.execute("ATTACH ':memory:' AS staging")
            migrations.apply(root, self.path)
        except BaseException:
            root.close()
            raise
        self._root, self._write_connection = root, root.cursor()

    def _keep(self, lines: list[Line]) -> None:
        """Write statistics down behind whatever is queued; nobody waits, and nobody misses them."""
        if lines and threading.current_thread() is not self._writer:
            with suppress(StorageError):  # closed
                self.queue(
                    lambda c: kept.write(c, lines, datetime.now(timezone.utc).replace(tzinfo=None))
                )

    def close(self) -> None:
        """Finish the tasks in the queue, checkpoint, and let go of the file."""
        if any(
            line.upload_id or line.seconds > WORTH_KEEPING for line in self.operations.pending()
        ):
            self._keep(self.operations.drain())
        with self._door:
            if self._closed:
                return
            self._closed = True
            self._tasks.put(None)
        self._writer.join()
        self.recovery.end()
        try:
            self.check_space(0, note=True)
            self._root.execute("CHECKPOINT")
        except (duckdb.Error, DiskFull):
            pass  # the WAL keeps everything; the next start replays it
        self._write_connection.close()
        self._root.close()


def _run(connection: Connection, task: Callable[[Connection], T], in_transaction: bool) -> T:
    if not in_transaction:
        return task(connection)
    with transaction(connection):
        return task(connection)


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
                log.warning("no checkpoint was possible; the next one takes the changes along")
                return False
            time.sleep(0.005)


def open_database(path: Path, settings: Settings) -> Database:
    """The one Database of this process for `path` (symlinks resolved, so a file is never open twice)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        real = path.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symlinks
        raise DatabaseBroken(f"{path}: {error}") from error
    with _OPEN_LOCK:
        database = _OPEN.get(real)
        if database is None:
            if restoring_note(real).exists():
                raise RestoreInterrupted(f"{real} is not wholly in its place")
            database = _OPEN[real] = Database(real, settings)
        database.users += 1
        return database


def restoring_note(path: Path) -> Path:
    """The note that a restore writes while it puts one file in the other's place."""
    return path.with_name(path.name + ".restoring")


def is_open(path: Path) -> bool:
    """Whether this process has the database open."""
    with _OPEN_LOCK:
        return path.resolve() in _OPEN


def release(database: Database) -> None:
    """Give one use back; the last one closes the file."""
    with _OPEN_LOCK:
        database.users -= 1
        if database.users > 0 or _OPEN.get(database.path) is not database:
            return
        del _OPEN[database.path]
        database.close()


def _connect(path: Path, settings: Settings) -> Connection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "storage_compatibility_version": STORAGE,
        # Nothing in a query may fetch code from outside.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        # A name in a query is a table, never a variable of the program.
        "python_enable_replacements": False,
    }
    torn.mend(path)
    try:
        connection = duckdb.connect(str(path), config=config)
    except duckdb.Error as error:
        raise translate(error, path) from error
    # The file is ours alone now, so what lies there is what a crash left behind.
    shutil.rmtree(str(path) + ".tmp", ignore_errors=True)
    connection.execute(f"SET temp_directory = {literal(str(path) + '.tmp')}")
    # After the folder: naming one lifts the limit of the one before (DuckDB 1.5).
    connection.execute(f"SET max_temp_directory_size = '{settings.max_temp_mb}MB'")
    connection.execute("SET TimeZone = 'UTC'")
    # A row group is compressed by the thread that filled it, as soon as it is full. DuckDB gathers five
    # by default, which leaves one thread without work at the end of a large import.
    connection.execute("SET write_buffer_row_group_count = 1")
    # A page of records is sorted by its row numbers, and only what is shown is fetched whole; by default
    # that ends at 50 rows.
    connection.execute(f"SET late_materialization_max_rows = {PAGE_ROWS}")
    # A file is read once or twice, and the system has it in its own memory: keeping its bytes here as well
    # pushes pages of the database out. CSV and Parquet are read as fast without.
    connection.execute("SET enable_external_file_cache = false")
    _count_progress(connection)
    return connection


def _count_progress(connection: Connection) -> None:
    """Progress is only counted when a progress bar is on; it need not be printed.

    In a notebook without ipywidgets DuckDB refuses both: there a job's progress goes by its stages alone.
    """
    with suppress(duckdb.InvalidInputException):
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")


def translate(error: duckdb.Error, path: Path | None = None) -> Exception:
    """DuckDB's errors about the file and the disk in Marquee's words; others as they are."""
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return Cancelled("stopped while the database was working")
    if isinstance(error, duckdb.IOException) and any(words in text for words in _LOCKED):
        pid = re.search(r"PID (\d+)", text)
        who = f"process {pid.group(1)}{_command(int(pid.group(1)))}" if pid else "another process"
        return DatabaseLocked(f"{who} holds {path or 'the database'}")
    if "No space left" in text or os.strerror(errno.ENOSPC) in text:
        return DiskFull(text.splitlines()[0])
    if isinstance(error, duckdb.OutOfMemoryException):
        return _short(text)
    if path is not None:
        return DatabaseBroken(f"{path}: {text.splitlines()[0]}")
    if any(os.strerror(number) in text for number in (errno.EROFS, errno.EIO)):
        return StorageError(text.splitlines()[0], hint=UNWRITABLE)
    if recovery.is_fatal(error):
        return StorageError(
            text.splitlines()[0],
            hint="Marquee opens the database again by itself; nothing committed is lost.",
        )
    return error


def _staged(cursor: Connection) -> int:
    found = cursor.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'staging'")
    return int((found.fetchone() or [0])[0])


def _short(text: str) -> StorageError:
    used = re.search(r"/([\d.]+ \w+) used\)", text)
    limit = f"the limit is {used[1]}, and it is used up" if used else text.splitlines()[0]
    return SpillFull(limit) if "max_temp_directory_size" in text else MemoryShort(limit)


def _command(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    words = raw.replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return f" ({words[:80]})" if words else ""
