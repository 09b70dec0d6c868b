"""Feeding the app through every door at once, while it may die at any moment.

Whatever has no answer is tried again after the restart, as a careful client does: the API with its
Idempotency-Key, the page by looking, the folder not at all (a file that lies there is the app's).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx2 as httpx
import psutil

from tests.faults.app import App
from tests.faults.model import SHARED, Model, Sent
from tests.faults.page import Page, PageBroken

GONE = (httpx.TransportError, OSError)
DOORS = ("api", "folder", "page")


@dataclass
class Feed:
    """One app, its model, and what is still without an answer."""

    app: App
    rng: random.Random
    prefix: str = "K"
    model: Model = field(default_factory=Model)
    open: dict[str, Sent] = field(default_factory=dict)  # tag to a file whose fate is not settled
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _number: int = 0

    def new(self, door: str | None = None, rows: int | None = None, *, alone: bool = False) -> Sent:
        """A file that nobody has seen, in the model from now on. `alone`: of people that no other has."""
        rng = self.rng
        self._number += 1
        shared = tuple(sorted(rng.sample(range(SHARED), 3))) if rng.random() < 0.4 else ()
        shared = () if alone else shared
        sent = Sent(
            tag=f"{self.prefix}{self._number:05d}",
            rows=rows or rng.choice([1, 40, 300, 300, 800, 800, 2_000]),
            bad=rng.choice([0, 0, 2]),
            shared=shared,
            kind=rng.choices(["csv", "json", "xlsx"], [6, 3, 1])[0],
            door=door or rng.choices(DOORS, [5, 3, 2])[0],
        )
        if sent.door == "page":
            sent.kind, sent.rows, sent.content = "csv", min(sent.rows, 800), b""
            sent.__post_init__()
        self.counts[f"files by {sent.door}"] += 1
        self.open[sent.tag] = self.model.add(sent)
        return sent

    def to_take_back(self) -> Sent | None:
        """An import that nobody shares a record with."""
        fit = [
            s
            for s in self.model.files.values()
            if s.settled and s.upload_id and not s.shared and s.back is None and not s.refused
        ]
        return self.rng.choice(fit) if fit else None

    # -------------------------------------------------------------- acts; the app may die in each

    def send(self, sent: Sent, *, again: bool = False) -> None:
        """Bring one file through its door, to the end."""
        try:
            if sent.door == "folder":
                sent.accepted = True  # from the rename on it is the app's
                self.app.drop(sent.name, sent.content)
            elif sent.door == "page":
                self._by_page(sent)
            else:
                self._by_api(sent, again)
        except GONE:
            self.counts["requests without an answer"] += 1
        except PageBroken as broken:
            if self.app.alive and not _gone_soon(self.app):
                self.faults.append(f"the page broke: {broken}")

    def _by_api(self, sent: Sent, again: bool) -> None:
        wait = 10 if again else self.rng.choice([0, 10])
        answer = self.app.upload(sent.name, sent.content, key=f"key-{sent.tag}", wait=wait)
        told = answer.json()
        if answer.status_code in (201, 202):
            sent.accepted = True
            sent.upload_id = told.get("upload_id") or told["id"]
            self.counts["accepted by api"] += 1
        elif not answer.status_code == 503:  # it stops
            self.faults.append(f"{sent.name} was refused: {answer.status_code} {answer.text[:300]}")

    def _by_page(self, sent: Sent) -> None:
        page = Page(self.app)
        if sent.upload_id is None:
            sent.upload_id = page.receive(sent.content.decode())
            sent.accepted = True
            self.counts["accepted by page"] += 1
        if sent.upload_id is not None:
            page.import_(sent.upload_id)

    def take_back(self, sent: Sent) -> None:
        """Roll an import back."""
        sent.back = "wanted"
        self.open[sent.tag] = sent
        try:
            answer = self.app.post(f"uploads/{sent.upload_id}/rollback", limit=0)
        except GONE:
            self.counts["requests without an answer"] += 1
            return
        if answer.status_code == 200 and answer.json()["counts"]["reversed"] == sent.rows:
            sent.back = "done"
            self.counts["taken back"] += 1
        elif answer.status_code != 503:
            self.faults.append(f"{sent.name} was not taken back: {answer.text[:300]}")

    # -------------------------------------------------------------- after a restart

    def settle(self, patience: float = 60.0) -> float:
        """Wait for what goes on by itself, then try again what has no answer. Seconds of the first."""
        begun = time.monotonic()
        self._quiet(patience)
        resumed = time.monotonic() - begun
        for sent in list(self.open.values()):
            if sent.back == "wanted":
                self._back_again(sent)
            elif sent.back is None and sent.door != "folder" and self._status(sent) != "imported":
                self.counts["tried again"] += 1
                self.send(sent, again=True)
        self._quiet(patience)
        for sent in self.open.values():
            if sent.door == "folder":
                self._report(sent)
            sent.settled = sent.back != "wanted"
        self.open.clear()
        return resumed

    def _back_again(self, sent: Sent) -> None:
        if self._status(sent) == "rolled_back":
            sent.back = "done"
        else:
            self.take_back(sent)

    def _status(self, sent: Sent) -> str | None:
        if sent.upload_id is None:
            return None
        return str(self.app.ask(f"uploads/{sent.upload_id}")["status"])

    def _quiet(self, patience: float) -> None:
        """Until no job is active and no file waits in the folder."""
        dropped = [s for s in self.open.values() if s.door == "folder" and s.back is None]
        until = time.monotonic() + patience
        while time.monotonic() < until:
            busy = [j for j in self.app.jobs() if j["status"] in ("queued", "running")]
            waiting = [s for s in dropped if "processed" not in self.app.places(s.name)]
            if not busy and not waiting:
                return
            time.sleep(0.1)
        where = {s.name: self.app.places(s.name) for s in dropped}
        os.kill(self.app.pid, signal.SIGUSR1)  # where every thread is goes into the log
        at_it = [p.cmdline()[-3:] for p in psutil.Process(self.app.pid).children(recursive=True)]
        self.faults.append(
            f"after {patience:.0f} s there is still work: {busy} {where}; children of the app: {at_it}"
        )

    def _report(self, sent: Sent) -> None:
        report = self.app.data / "processed" / f"{sent.name}.report.json"
        until = time.monotonic() + 2
        while not report.exists() and time.monotonic() < until:
            time.sleep(0.05)
        if not report.exists():
            self.faults.append(f"{sent.name} has no report in processed")
        if self.app.places(sent.name) not in (["processed"], []):
            self.faults.append(f"{sent.name} is in {self.app.places(sent.name)}")


def _gone_soon(app: App) -> bool:
    assert app.process is not None
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if not app.alive:
            return True
        time.sleep(0.02)
    return False


def at_once(*acts: threading.Thread) -> None:
    """Start them all."""
    for act in acts:
        act.start()
