"""kill -9 of an app with a large database: it is ready soon, and interrupted work goes on soon.

The database is made once, by importing people, and stays in the folder for the next time. The app dies
at a random moment of a large import, an update of as many records, or a rollback, while records are
edited one by one. Then the file is put out of the system's memory, as after a restart of the machine,
and the clock runs: until /health and the first page answer, and until what was interrupted runs again.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx2 as httpx

from core.storage.duckfile import torn
from tests.faults import invariants
from tests.faults.app import App
from tests.faults.big_database import Batch, batches_of, edits_of, prepared, versions_of
from tests.faults.feed import GONE
from tests.faults.page import Page

READY, RESUMED = 10.0, 30.0  # seconds: what is promised
TIMEOUT = 180.0
CELEBRITIES = "datasets/celebrities/records"  # below /api/v1
ACTS = ("import", "update", "rollback")


@dataclass
class Kill:
    """One line of the output: seconds since the start, unless told otherwise."""

    act: str
    after: float  # seconds since the act began
    wal: float  # MB that lay there
    ready: float = 0.0
    page: float = 0.0
    resumed: float | None = None  # None: nothing was interrupted
    done: float | None = None

    def __str__(self) -> str:
        again = "nothing to resume"
        if self.resumed is not None:
            again = f"resumed {self.resumed:.1f} s, done {self.done or 0:.1f} s"
        return (
            f"{self.act:<9} killed after {self.after:5.2f} s, log {self.wal:6.1f} MB:"
            f" ready {self.ready:.1f} s, first page {self.page:.1f} s, {again}"
        )


class Scene:
    """All kills of one database."""

    def __init__(
        self, folder: Path, runs: int, rng: random.Random, rows: int, until: float
    ) -> None:
        self.folder, self.runs, self.rng, self.rows, self.until = folder, runs, rng, rows, until
        self.app = App(folder / "app")
        self.faults: list[str] = []
        self.kills: list[Kill] = []
        self.batches: list[Batch] = []
        self.edited: dict[str, list[str | None]] = {}  # record to the texts it may have
        self.took = {act: 5.0 for act in ACTS}
        self.people = 0
        self.edits = 0

    def play(self) -> None:
        """Every kill, and in the end Marquee's own check."""
        self.people = prepared(self.folder, self.app)
        self.app.start()
        self.ids = [r["record_id"] for r in self.app.ask(f"{CELEBRITIES}?limit=300")["records"]]
        for number in range(self.runs):
            if time.monotonic() > self.until:
                break
            self._one(ACTS[number % len(ACTS)])
        self.app.stop()
        self._look(self.app.database)
        done = self.app.command("check")
        if done.returncode:
            self.faults.append(f"python -m core check: {done.stdout[-1_500:]}{done.stderr[-500:]}")

    def end(self) -> None:
        """No process stays, and the database is as it was made the next time."""
        self.app.kill()
        shutil.rmtree(self.app.folder, ignore_errors=True)

    def _one(self, name: str) -> None:
        batch = self._batch(name)
        begun = time.monotonic()
        acts = [
            threading.Thread(target=_gone(work), daemon=True)
            for work in (lambda: self._act(name, batch), self._edit)
        ]
        for act in acts:
            act.start()
        time.sleep(self.rng.uniform(0.05, 1.0) * self.took[name])
        assert self.app.process is not None
        self.app.process.send_signal(signal.SIGKILL)
        kill = Kill(name, time.monotonic() - begun, _megabytes(_wal(self.app.database)))
        for act in acts:
            act.join(60)
        self.app.kill()
        copy = self._copied()
        self._start(kill)
        self._settle(name, batch, kill)
        self.kills.append(kill)
        print(kill, flush=True)
        self._look(copy)

    # -------------------------------------------------------------- what is killed

    def _batch(self, name: str) -> Batch:
        """A new one, or one that is there; when there is none, it is brought first."""
        there = [b for b in self.batches if b.text]
        if name != "import" and there:
            return there[-1]
        self.batches.append(Batch(f"Big{len(self.batches):03d}", self.rows))
        if name != "import":
            self._act("import", self.batches[-1])
        return self.batches[-1]

    def _act(self, name: str, batch: Batch) -> None:
        begun = time.monotonic()
        if name == "rollback":
            batch.wanted = batch.text - 1
            answer = self.app.post(f"uploads/{batch.uploads[-1]}/rollback", limit=0)
            if answer.status_code == 200:
                self._back(batch)
        else:
            batch.wanted = batch.text + 1
            batch.sent += 1
            self._send(batch)
            self._wait()
            batch.text = batch.wanted
        self.took[name] = time.monotonic() - begun

    def _back(self, batch: Batch) -> None:
        batch.uploads.pop()
        batch.text = batch.wanted

    def _send(self, batch: Batch) -> None:
        name = f"{batch.tag}-{batch.wanted}.csv"
        key = f"key-{name}-{batch.sent}"
        answer = self.app.upload(name, batch.content(batch.wanted), key=key, wait=0)
        told = answer.json()
        if answer.status_code not in (200, 201, 202):
            self.faults.append(f"{name} was refused: {answer.status_code} {answer.text[:300]}")
            return
        upload = told.get("upload_id") or told["id"]
        if upload not in batch.uploads:
            batch.uploads.append(upload)

    def _wait(self) -> None:
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            if not _active(self.app.jobs()):
                return
            time.sleep(0.05)
        self.faults.append(f"after {TIMEOUT:.0f} s there is still work: {_active(self.app.jobs())}")

    def _edit(self) -> None:
        """One record after the other gets another description, until the app is gone."""
        while True:
            record = self.rng.choice(self.ids)
            self.edits += 1
            text = f"Edited {self.edits}"
            self.edited.setdefault(record, [None]).append(text)  # no answer yet
            url = f"{self.app.url}/api/v1/{CELEBRITIES}/{record}"
            with httpx.Client(timeout=60, trust_env=False) as client:
                answer = client.patch(url, json={"description": text}, headers={"If-Match": "*"})
            if answer.status_code == 200:
                self.edited[record] = [text]
            elif answer.status_code != 503:
                self.faults.append(f"an edit was refused: {answer.text[:300]}")
                return

    # -------------------------------------------------------------- what comes after

    def _copied(self) -> Path:
        """The files as they lie there; the originals are put out of memory."""
        copy = self.folder / "copy.duckdb"
        for path in (self.app.database, _wal(self.app.database)):
            there = copy if path == self.app.database else _wal(copy)
            there.unlink(missing_ok=True)
            if path.exists():
                shutil.copyfile(path, there)
                _forget(path)
        return copy

    def _start(self, kill: Kill) -> None:
        """Start it and wait for both: the database answers, and a page is there."""
        self.app.spawn()
        kill.ready = self.app.wait_ready(TIMEOUT)
        page = Page(self.app)
        while True:
            try:
                page.look()  # home
                break
            except GONE:
                if time.monotonic() - self.app.started > TIMEOUT:
                    raise
                time.sleep(0.05)
        kill.page = time.monotonic() - self.app.started
        if max(kill.ready, kill.page) > READY:
            self.faults.append(f"late: {kill}")

    def _settle(self, name: str, batch: Batch, kill: Kill) -> None:
        self._resumed(kill)
        if kill.resumed is not None and kill.resumed > RESUMED:
            self.faults.append(f"late: {kill}")
        if batch.text == batch.wanted:
            return
        if name == "rollback":
            if self.app.ask(f"uploads/{batch.uploads[-1]}")["status"] == "rolled_back":
                self._back(batch)
            else:
                self._act(name, batch)
        else:  # the same again, with the same key
            self._send(batch)
            self._wait()
            batch.text = batch.wanted
        if (
            name != "rollback"
            and self.app.ask(f"uploads/{batch.uploads[-1]}")["status"] != "imported"
        ):
            self.faults.append(f"{batch.tag} was not imported")

    def _resumed(self, kill: Kill) -> None:
        """Until every job that was interrupted runs, and then until it is done."""
        interrupted = {j["id"] for j in self.app.jobs() if j["status"] in ("queued", "running")}
        while interrupted:
            jobs = [j for j in self.app.jobs() if j["id"] in interrupted]
            passed = time.monotonic() - self.app.started
            if kill.resumed is None and all(j["status"] != "queued" for j in jobs):
                kill.resumed = passed
            if not _active(jobs):
                kill.done = passed
                return
            if passed > TIMEOUT:
                self.faults.append(f"an interrupted job is not done: {_active(jobs)}")
                return
            time.sleep(0.05)

    # -------------------------------------------------------------- what lies there

    def _look(self, database: Path) -> None:
        torn.mend(database)  # as Marquee does, see `invariants`
        with closing(duckdb.connect(str(database))) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '4GB'")
            found = invariants.look(connection, records=False).faults
            found += batches_of(connection, self.batches, self.people)
            found += edits_of(connection, self.edited) + versions_of(connection)
        self.faults += [fault for fault in found if fault not in self.faults]

    def summary(self) -> dict[str, Any]:
        """The counts, and one line per kill."""
        resumed = [k.resumed for k in self.kills if k.resumed is not None]
        return {
            "people": self.people,
            "database, MB": _megabytes(self.folder / "made.duckdb"),
            "rows of an import or update": self.rows,
            "kills": len(self.kills),
            "edits": self.edits,
            "interrupted jobs": len(resumed),
            "seconds until ready, most": max((k.ready for k in self.kills), default=0.0),
            "seconds until the first page, most": max((k.page for k in self.kills), default=0.0),
            "seconds until interrupted work went on, most": max(resumed, default=0.0),
            **{w: sum(w in f for f in self.faults) for w in ("lost", "twice", "half", "late")},
        }


def _active(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [j for j in jobs if j["status"] in ("queued", "running")]


def _wal(database: Path) -> Path:
    return database.with_name(database.name + ".wal")


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6 if path.exists() else 0.0


def _forget(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def _gone(work: Callable[[], object]) -> Callable[[], None]:
    def guarded() -> None:
        try:
            work()
        except GONE:
            pass  # it was killed

    return guarded
