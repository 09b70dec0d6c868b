"""What is kept in memory, so that looking again and importing need no second reading: tables, staged uploads."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.cleaning.plan import same_choices, same_rows
from core.datasets.model import Dataset
from core.files.cache import sql_path
from core.files.table import Table
from core.ingest.preview import Preview
from core.ingest.rows.staged import drop_staged, staged_ids
from core.ingest.uploads import Upload
from core.storage.store import Store

KEPT = 4  # others are made again when somebody asks for them
OUTDATED = -1  # no version of data
READ = 8  # tables that are remembered as they were read


class Tables:
    """How the last few files were read, so that the next question needs no look at every byte."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Table] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[object, ...], read: Callable[[], Table], raw: Path) -> Table:
        """The table under a key, or else what `read` gives; kept when its SELECT parses the raw file.

        Others have their cells in derived files, which are kept anyway, and swept up some day.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        table = read()
        if sql_path(raw) in table.sql:
            with self._lock:
                self._kept[key] = table
                while len(self._kept) > READ:
                    self._kept.popitem(last=False)
        return table

    def clear(self) -> None:
        """Forget how files were read."""
        with self._lock:
            self._kept.clear()


class Shelf:
    """Previews by upload, the few that were used last, and one lock per upload."""

    def __init__(self, database: Store) -> None:
        self._database = database
        self._previews: OrderedDict[str, Preview] = OrderedDict()
        self._made: dict[str, float] = {}  # when each was put here, by the monotonic clock
        self._laid: dict[str, int] = {}
        self._locks: weakref.WeakValueDictionary[str, threading.RLock] = (
            weakref.WeakValueDictionary()  # whoever holds one, or waits for it, keeps it
        )
        self._lock = threading.Lock()
        database.recovery.again.append(self.clear)

    def held(self, upload_id: str) -> threading.RLock:
        """The lock that lets one thread at a time work on an upload."""
        with self._lock:
            return self._locks.setdefault(upload_id, threading.RLock())

    @property
    def busy(self) -> bool:
        """Whether somebody works on an upload now."""
        return len(self._locks) > 0

    def find(self, upload: Upload, dataset: Dataset) -> Preview | None:
        """What is staged for the upload, when it was staged as the plan and the dataset say."""
        with self._lock:
            kept = self._previews.get(upload.id)
            if kept is None or not same_rows(kept.staged.plan, upload.plan):
                return None
            if kept.staged.dataset != dataset:
                return None
            if kept.staged.plan != upload.plan:
                known = kept.data_version
                if not same_choices(kept.staged.plan, upload.plan):
                    known = OUTDATED  # it is compared anew before anybody is shown it
                kept = replace(
                    kept, staged=replace(kept.staged, plan=upload.plan), data_version=known
                )
                self._previews[upload.id] = kept
            return kept

    def base(self, upload: Upload, dataset: Dataset) -> Preview | None:
        """What is staged for the upload, also where cells were fixed since: those stand beside it."""
        with self._lock:
            kept = self._previews.get(upload.id)
            if kept is None or kept.staged.dataset != dataset:
                return None
            now = upload.plan.model_copy(update={"fixes": kept.staged.plan.fixes})
            return kept if same_rows(kept.staged.plan, now) else None

    def laid(self, upload_id: str, act: int | None = None) -> int | None:
        """The act of fixing up to which rows were checked again beside what is staged; with `act`, note it."""
        with self._lock:
            if act is not None and upload_id in self._previews:
                self._laid[upload_id] = act
            return self._laid.get(upload_id)

    def used(self, upload_id: str) -> None:
        """Somebody looked at it: it goes last."""
        with self._lock:
            if upload_id in self._previews:
                self._previews.move_to_end(upload_id)

    def keep(self, preview: Preview) -> None:
        """Put a preview on the shelf; the one that was not used for longest goes."""
        with self._lock:
            self._made[preview.id] = time.monotonic()
            self._laid[preview.id] = preview.staged.plan.fixes
            self._previews[preview.id] = preview
            self._previews.move_to_end(preview.id)
            old = list(self._previews)[:-KEPT]
        for upload_id in old:
            # Where somebody works on it, perhaps waits to commit it, it stays.
            lock = self.held(upload_id)
            if lock.acquire(blocking=False):
                try:
                    self.forget(upload_id)
                finally:
                    lock.release()

    def outdated(self, upload_id: str) -> None:
        """The plan gives other rows now; what is staged is replaced at the next preview."""
        with self._lock:
            self._previews.pop(upload_id, None)
            self._made.pop(upload_id, None)
            self._laid.pop(upload_id, None)

    def clear(self) -> None:
        """Nothing is staged any more: the database was opened anew."""
        with self._lock:
            self._previews.clear()
            self._made.clear()
            self._laid.clear()

    def forget(self, upload_id: str) -> None:
        """Drop what is staged for an upload; it can be made again."""
        self.outdated(upload_id)
        self._database.read(lambda c: drop_staged(c, upload_id))

    def sweep(self, seconds: float) -> int:
        """Drop what was staged longer ago, and what no preview stands for; returns how many uploads.

        What somebody works on is left alone.
        """
        with self._lock:
            old = {i for i, made in self._made.items() if time.monotonic() - made > seconds}
        there = self._database.read(staged_ids)
        dropped = 0
        for upload_id in there:
            lock = self.held(upload_id)
            if not lock.acquire(blocking=False):
                continue
            try:
                with self._lock:
                    kept = upload_id in self._previews and upload_id not in old
                if not kept:
                    self.forget(upload_id)
                    dropped += 1
            finally:
                lock.release()
        return dropped
