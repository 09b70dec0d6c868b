"""The probe: every minute a small file is received, previewed, imported and taken back, in a database of its own.

It walks through the same steps as a user's file, on the same disk, and no user sees it: not in the records, the
history or the figures. The scratch database is made anew now and then, so that it stays small.
"""

from __future__ import annotations

import io
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core.actor import Actor
from core.cleaning.plan import Plan
from core.datasets.registry import DEFAULT, Registry
from core.ingest import importing, previewing, receiving, takeback
from core.ingest.corridor import Corridor
from core.monitoring.health import Unused, Unwell
from core.observe import faults, logs, metrics
from core.observe.context import quiet
from core.settings import Settings
from core.storage.opening import open_store
from core.storage.sink import NoSink
from core.storage.store import Store

log = logs.get("monitoring")
RUNS = 500  # until the scratch database is made anew
LATE = 30.0  # seconds; a run that takes longer did not go well
HANGS = 120.0  # seconds; one that still goes on then will not end
ROWS = 5
ACTOR = Actor("canary", "schedule")


class Wrong(Exception):
    """The probe went through, and what came out is not what went in."""


@dataclass(frozen=True)
class Run:
    """One run: when it ended (seconds since 1970), how long it took, and the step and the code of what failed."""

    at: float
    seconds: float
    step: str = ""
    code: str = ""

    @property
    def ok(self) -> bool:
        """It went through, in time."""
        return not self.step


class Canary:
    """Runs the probe. `run` is for one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.database.parent / f".{settings.database.name}.canary"
        self.every = settings.canary_seconds
        self._settings = settings.model_copy(
            update={
                "database": self.folder / "canary.duckdb",
                "data_dir": self.folder / "files",
                "datasets_dir": self.folder / "datasets",
                "backup_dir": self.folder / "backups",
                "memory_limit": "150MB",
                "threads": 1,
            }
        )
        self._store: Store | None = None
        self._runs = 0
        self._lock = threading.Lock()
        self._began: float | None = None  # of the run that goes on (monotonic seconds)
        self.last: Run | None = None
        self._failed = 0  # in a row

    def check(self) -> None:
        """For the health: raises Unwell when the last two runs failed or one hangs, Unused when there is no probe."""
        if not self.every:
            raise Unused
        began = self._began
        if began is not None and time.monotonic() - began > HANGS:
            raise Unwell(
                "the probe does not come to an end",
                "A file that somebody brings now would wait, too: see what the disk does.",
            )
        if self.last and self._failed >= 2:
            raise Unwell(
                f"the probe failed at {self.last.step} ({self.last.code})",
                "A file that somebody brings now would fail the same way: see the log.",
            )

    def run(self) -> Run:
        """Once, through all steps."""
        with self._lock:
            began, step = time.monotonic(), ["opening"]
            self._began, code = began, ""
            try:
                with quiet():
                    self._walk(step)
                if time.monotonic() - began > LATE:
                    step, code = ["time"], "late"
            except Exception as error:
                code = faults.code_of(error)
                self._begin_anew()
            self._began = None
            self.last = self._tell(time.monotonic() - began, step[0] if code else "", code)
            return self.last

    def _tell(self, seconds: float, step: str, code: str) -> Run:
        outcome = "failed" if code else "passed"
        metrics.count("marquee.canary.runs", outcome=outcome)
        metrics.observe("marquee.canary.duration", seconds)
        metrics.count("marquee.slo.events", slo="imports", outcome="bad" if code else "good")
        if code:
            self._failed += 1
            log.say("canary.failed", step=step, code=code)
        else:
            self._failed = 0
            log.say("canary.passed", seconds=round(seconds, 3))
        return Run(time.time(), seconds, step, code)

    def _walk(self, step: list[str]) -> None:
        corridor = self._open()
        stamp = f"{time.time_ns()}"
        names = [f"Probe {stamp} {n}" for n in range(ROWS)]
        data = "name\n" + "".join(f"{name}\n" for name in names)
        step[0] = "receiving"
        upload = receiving.receive(
            corridor, io.BytesIO(data.encode()), Plan(dataset=DEFAULT), ACTOR, filename="probe.csv"
        )
        step[0] = "previewing"
        if previewing.preview(corridor, upload.id).counts.new != ROWS:
            raise Wrong
        step[0] = "importing"
        importing.commit(corridor, upload.id, ACTOR)
        if _records(corridor) != ROWS:
            raise Wrong
        step[0] = "taking back"
        takeback.take_back(corridor, upload.id, ACTOR, dry_run=False, limit=1)
        if _records(corridor):
            raise Wrong

    def _open(self) -> Corridor:
        if self._store is None or self._runs >= RUNS:
            self._begin_anew()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._store, self._runs = open_store(self._settings, lambda _: NoSink()), 0
        self._runs += 1
        return Corridor(self._store, Registry(self._settings.datasets_dir), self._settings)

    def _begin_anew(self) -> None:
        if self._store is not None:
            store, self._store = self._store, None
            store.release()
        _remove(self.folder)

    def close(self) -> None:
        """Leave nothing behind."""
        with self._lock, quiet():
            self._begin_anew()


def _records(corridor: Corridor) -> int:
    found = corridor.database.read(
        lambda c: c.execute(f"SELECT count(*) FROM main.{DEFAULT}").fetchone()
    )
    return int(found[0]) if found else 0


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
