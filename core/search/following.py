"""How an index catches up with the records: by the feed, or from the whole table.

The mark of the index says which act it has last, and by which change that act is known again. After a crash, a
rollback or a pause the acts behind the mark are taken in. Where the mark is no act of this database any more (a backup
was restored), the index is built anew from the table, as it is the first time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.datasets.tables import table
from core.errors import Cancelled
from core.history import feed
from core.history.events import now
from core.observe import metrics, traces
from core.search.documents import Document, Documents
from core.search.engine import Build, Engine, Mark
from core.storage.store import Connection, Store

BATCH = 2_000  # records
MANY = 50_000  # changes; with more, and more than a third of the table, building anew is faster
Heard = Callable[[list[Document]], None]
Stop = Callable[[], bool]
Told = Callable[[int, int], None]  # done, of so many


class Follower:
    """Keeps the index of one dataset. One thread at a time works on it; others go on."""

    def __init__(self, database: Store, engine: Engine, heard: Heard = lambda _: None) -> None:
        self._database, self._engine, self._heard = database, engine, heard
        self._layout = engine.layout
        self._documents = Documents(engine.layout)
        self._dataset = engine.layout.dataset
        self._working = threading.Lock()
        self._checked: Mark | None = None  # the mark that was seen to be of this database
        self.building: tuple[int, int] | None = None  # done, of so many

    # -------------------------------------------------------------- looking

    def behind(self, mark: Mark | None) -> int:
        """How many changes the index does not have yet; without an index, how many records."""
        return self._database.read(lambda c: self._behind(c, mark))

    def _behind(self, cursor: Connection, mark: Mark | None) -> int:
        if mark is None:
            return _count(cursor, f"SELECT count(*) FROM {table(self._dataset)}")
        if feed.last(cursor, self._dataset.name) <= mark.act:
            return 0
        return feed.waiting(cursor, self._dataset.name, mark.act)

    def fits(self, mark: Mark) -> bool:
        """Whether the mark is an act of this database: not after a backup from before it was restored."""
        if mark == self._checked:
            return True
        return self._database.read(lambda c: self._fits(c, mark))

    def _fits(self, cursor: Connection, mark: Mark) -> bool:
        if mark.act > feed.last(cursor, self._dataset.name):
            return False
        if feed.print_of(cursor, self._dataset.name, mark.act) != mark.print:
            return False
        self._checked = mark
        return True

    # -------------------------------------------------------------- working

    def catch_up(self, stop: Stop = lambda: False) -> bool:
        """Take in what came behind the mark; build the index when there is none. False when another does it."""
        if not self._working.acquire(blocking=False):
            return False
        try:
            mark = self._engine.mark()
            if mark is None or not self.fits(mark) or self._much(mark):
                self._rebuild(stop)
            else:
                self._follow(mark, stop)
            return True
        finally:
            self._working.release()

    def rebuild(self, told: Told = lambda done, total: None, stop: Stop = lambda: False) -> int:
        """Build the index from the table; the present one is searched until it is done. Returns the documents."""
        with self._working:
            return self._rebuild(stop, told)

    def _much(self, mark: Mark) -> bool:
        waiting = self.behind(mark)
        if waiting <= MANY:
            return False
        return 3 * waiting > self._engine.standing().documents

    def _follow(self, mark: Mark, stop: Stop) -> None:
        with self._database.reader() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            last = feed.last(cursor, self._dataset.name)
            if last <= mark.act:
                return
            new = Mark(last, feed.print_of(cursor, self._dataset.name, last))
            touched = feed.records(cursor, self._dataset.name, mark.act)
            with self._traced("follow", last) as done:
                self._engine.change(self._present(cursor, touched, stop), touched, new)
                done.append(len(touched))
            cursor.execute("COMMIT")
        self._checked = new

    @contextmanager
    def _traced(self, how: str, act: int) -> Iterator[list[int]]:
        """Around some work on the index, which belongs to the trace of the act that it takes in; put in the records."""
        done: list[int] = []
        began, parent = time.perf_counter(), feed.trace_of(self._dataset.name, act)
        with traces.span(f"search {how}", parent=parent, dataset=self._dataset.name) as span:
            yield done
            span.set(records=sum(done))
        metrics.observe("marquee.search.index.duration", time.perf_counter() - began, how=how)
        metrics.count("marquee.search.indexed", sum(done))

    def _present(self, cursor: Connection, touched: list[str], stop: Stop) -> Iterator[Document]:
        """The documents of those of them that are records now."""
        for first in range(0, len(touched), BATCH):
            if stop():
                raise Cancelled("the index did not catch up; it goes on from where it was")
            part = touched[first : first + BATCH]
            rows = cursor.execute(
                f"{self._select} WHERE r.record_id IN (SELECT unnest(?::UUID[]))", [part]
            ).fetchall()
            made = list(self._documents.of(rows))
            self._heard(made)
            yield from made

    def _rebuild(self, stop: Stop, told: Told = lambda done, total: None) -> int:
        build = self._engine.build()
        try:
            last = self._database.read(lambda c: feed.last(c, self._dataset.name))
            with self._traced("rebuild", last) as records:
                done, mark = self._fill(build, stop, told)
                build.finish(mark)
                records.append(done)
        except BaseException:
            build.abandon()
            raise
        finally:
            self.building = None
        self._checked = mark
        return done

    def _fill(self, build: Build, stop: Stop, told: Told) -> tuple[int, Mark]:
        name, done = self._dataset.name, 0
        with self._database.reader() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")  # table and act are of one moment
            act = feed.last(cursor, name)
            mark = Mark(act, feed.print_of(cursor, name, act))
            total = _count(cursor, f"SELECT count(*) FROM {table(self._dataset)}")
            rows = cursor.execute(self._select)
            while batch := rows.fetchmany(BATCH):
                if stop():
                    raise Cancelled("the index was not finished; the one before stays")
                done += build.add(self._documents.of(batch))
                self.building = (done, total)
                told(done, total)
            cursor.execute("COMMIT")
        return done, mark

    @property
    def _select(self) -> str:
        columns = self._layout.selected(now().date().isoformat())
        return f"SELECT r.record_id::VARCHAR{columns}, r.rowid FROM {table(self._dataset)} r"


def _count(cursor: Connection, sql: str, parameters: Any = None) -> int:
    row = cursor.execute(sql, parameters or []).fetchone()
    return int(row[0]) if row else 0
