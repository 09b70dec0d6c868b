"""The indexes of a process: one for each dataset, opened when it is first asked for, followed by one thread."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.model import Dataset
from core.errors import MarqueeError
from core.files import hidden
from core.observe import logs
from core.search import forms
from core.search.band import Bands
from core.search.embedded import Embedded
from core.search.engine import Engine
from core.search.layout import Layout
from core.search.searching import Searching
from core.settings import Settings
from core.storage import installation, sealing
from core.storage.store import Store

if TYPE_CHECKING:
    from core.search.elastic import Server

log = logs.get("search")
LOOK = 0.25  # seconds between looks at the feed
AGAIN = 30.0  # seconds after something went wrong
YIELDS = (
    60.0  # seconds at most that the index waits for imports, once for each time that it catches up
)


def folder(database: Path) -> Path:
    """Where the indexes of a database are."""
    return database.with_name(f"{database.stem}.search")


class Room:
    """All indexes. `start` follows the feed; without it an index catches up when it is asked."""

    def __init__(
        self,
        database: Store,
        datasets: Callable[[], list[Dataset]],
        settings: Settings,
        bands: Bands | None = None,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database, self._datasets = database, datasets
        self._settings, self._server, self._bands = settings, _server(settings), bands
        self._busy = busy  # whether a file is being imported: the index gives way to it
        self._open: dict[str, tuple[str, Searching]] = {}
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name="marquee-search", daemon=True)
        self._waits: dict[str, float] = {}

    def _place(self, whose: str) -> Path:
        """Where the indexes are: beside the database, or in the folder of this process when that is encrypted."""
        beside = folder(self._database.path)
        if not sealing.keys(self._settings):
            return beside
        shutil.rmtree(beside, ignore_errors=True)  # of before there was a key
        return hidden.private() / "search" / whose

    def known(self, dataset: Dataset) -> Searching | None:
        """What searches a dataset, when it is open and the definition is still this one."""
        found = self._open.get(dataset.name)
        return found[1] if found and found[1].dataset is dataset else None

    def of(self, dataset: Dataset) -> Searching:
        """What searches a dataset; another one when its definition changed."""
        open_ = self.known(dataset)
        if open_:
            return open_
        layout = Layout(dataset, self._bands)
        key = f"{layout.signature}|{dataset.search!r}"
        with self._lock:
            known = self._open.get(dataset.name)
            if known and known[0] == key:
                known[1].adopt(dataset)
                return known[1]
            if known:
                known[1].engine.close()
            engine, scans = self._engine(layout), self._settings.search_fallback
            made = Searching(self._database, engine, scans=scans)
            self._open[dataset.name] = (key, made)
            return made

    def _engine(self, layout: Layout) -> Engine:
        whose = self._database.read(installation.known)
        if self._server is not None:
            from core.search.elastic import Elastic

            return Elastic(self._server, layout, whose)
        place = self._place(whose) / layout.dataset.name
        return Embedded(place, layout, whose)

    # -------------------------------------------------------------- following

    @property
    def following(self) -> bool:
        """Whether a thread keeps the indexes up to date."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Follow the feeds of all datasets."""
        self._thread.start()

    def close(self) -> None:
        """Stop following, and let go of the folders."""
        self._stop.set()
        if self._server is not None:
            self._server.ending.set()  # no change waits for it any longer
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        with self._lock:
            for _, searching in self._open.values():
                searching.engine.close()
            self._open.clear()
        if self._server is not None:
            self._server.close()

    def _loop(self) -> None:
        forms.warm()  # so that nobody who asks waits for the dictionaries
        pause = LOOK
        while not self._stop.wait(pause):
            pause = LOOK
            for dataset in self.with_table():
                if self._stop.is_set():
                    return
                try:
                    self.of(dataset).keep_up(self._yielding())
                except MarqueeError as error:
                    if not self._stop.is_set():
                        log.say("search.behind", dataset=dataset.name, code=error.code)
                    pause = AGAIN
                except Exception as error:
                    log.say("search.index_failed", error, dataset=dataset.name)
                    pause = AGAIN

    def _yielding(self) -> Callable[[], bool]:
        """What is asked between two parts of the work: waits while a file is imported, and says whether to stop."""
        until = time.monotonic() + YIELDS

        def stopped() -> bool:
            while self._busy() and time.monotonic() < until and not self._stop.is_set():
                self._stop.wait(0.02)
            return self._stop.is_set()

        return stopped

    def with_table(self) -> list[Dataset]:
        """The datasets that have a table of records."""
        try:
            rows = self._database.read(
                lambda c: c.execute("SELECT name FROM ops.datasets").fetchall()
            )
            there = {row[0] for row in rows}
            return [dataset for dataset in self._datasets() if dataset.name in there]
        except MarqueeError:
            return []  # the database is being opened anew


def _server(settings: Settings) -> Server | None:
    """The server that keeps the indexes; its client is loaded when there is one."""
    if settings.search_url is None:
        return None
    from core.search.elastic.server import Server

    key = settings.search_api_key
    return Server(
        settings.search_url,
        api_key=key.get_secret_value() if key else None,
        certificates=settings.search_ca,
        prefix=settings.search_prefix,
        seconds=settings.search_seconds,
    )
