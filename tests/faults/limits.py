"""Too few descriptors, too little memory, SIGTERM, SIGSTOP, a clock set back, a second process.

Each is done to the real app in the middle of imports. It may refuse, in plain words; it stays up, or it
stops and comes back; and what it accepted is in the table once, whole.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import psutil

from core.launch.supervisor import (
    AGAIN,
)  # the exit code of an app that ended although something hung
from tests.faults import invariants, report
from tests.faults.app import ROOT, App
from tests.faults.board import Board
from tests.faults.feed import Feed

SCENES = ("descriptors", "memory", "sigterm", "sigstop", "zombie", "clock", "second", "leftovers")
LEASE = 2.0  # seconds, in the scenes about leases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--runs", type=int, default=1, help="how often each (default 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SCENES, action="append")


@dataclass
class Scene:
    """An installation for one scene."""

    folder: Path
    rng: random.Random
    counts: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = App(self.folder)
        self.board = Board(self.folder / "board")
        self.feed = Feed(self.app, self.rng, prefix="L")

    def start(self, **more: str) -> float:
        """Start it in the wrapper."""
        self.board.clear()
        return self.app.start(aimed=True, FAULT_BOARD=str(self.board.path), **more)

    def send(self, rows: int = 2_000, door: str = "api") -> threading.Thread:
        """Bring a file while something else happens."""
        sent = self.feed.new(door, rows)
        act = threading.Thread(target=self.feed.send, args=(sent,), daemon=True)
        act.start()
        return act

    def until(self, stage: str, patience: float = 20) -> bool:
        """Wait until somebody is in that stage."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if stage in self.board.inside():
                return True
            time.sleep(0.001)
        return False

    def close(self, *, may_hang: bool = False) -> None:
        """Settle, stop, and look at everything."""
        if not self.app.alive:
            self.start()
        self.feed.settle()
        begun = time.monotonic()
        try:
            code = self.app.stop()
        except subprocess.TimeoutExpired:
            os.kill(self.app.pid, signal.SIGUSR1)  # where every thread is goes into the log
            time.sleep(1)
            raise AssertionError(f"it does not end:\n{self.app.said(12_000)}") from None
        self.counts["seconds until it had ended"] = time.monotonic() - begun
        if code and not (may_hang and code == AGAIN):
            self.faults.append(f"it ended with {code}")
        self.look(settled=True)

    def look(self, *, settled: bool = False) -> invariants.State:
        """What lies there."""
        state = invariants.check(self.app.database, self.app.data)
        self.faults += state.faults + self.feed.model.compare(state, settled=settled)
        self.faults += self.feed.faults
        self.feed.faults.clear()
        return state


def run(args: argparse.Namespace) -> int:
    """Every scene, or those that are named."""
    rng = random.Random(args.seed)
    counts: dict[str, object] = {}
    faults: list[str] = []
    for name in args.only or SCENES:
        told: list[dict[str, object]] = []
        for _ in range(args.runs):
            scene = Scene(Path(tempfile.mkdtemp(prefix=f"marquee-{name}-")), rng)
            try:
                WHAT[name](scene)
            except Exception as error:  # the others are still tried
                scene.faults.append(f"{type(error).__name__}: {error}"[:14_000])
            finally:
                scene.app.kill()
            told.append(scene.counts)
            faults += [f"{name}: {fault}" for fault in scene.faults]
            if not scene.faults:
                shutil.rmtree(scene.folder, ignore_errors=True)
        counts[name] = _sum(told)
    return report.show("limits", {"runs of each": args.runs, **counts}, faults)


def _sum(told: list[dict[str, object]]) -> object:
    """Of several runs: numbers added, of seconds the most."""
    found: dict[str, float] = {}
    for one in told:
        for name, value in one.items():
            if isinstance(value, (int, float)):
                most = "second" in name
                found[name] = max(found.get(name, 0), value) if most else found.get(name, 0) + value
    return found


# ------------------------------------------------------------------ resources


def _under(scene: Scene, kind: int, limit: int, act: Callable[[], None]) -> None:
    process = psutil.Process(scene.app.pid)
    before = process.rlimit(kind)
    process.rlimit(kind, (limit, before[1]))
    try:
        act()
    finally:
        if scene.app.alive:
            process.rlimit(kind, before)


def _tries(scene: Scene, number: int = 6) -> dict[int, int]:
    """Files through the API, each answered somehow; how often with which status (0: none)."""
    seen: dict[int, int] = {}
    for _ in range(number):
        sent = scene.feed.new("api", 2_000)
        try:
            answer = scene.app.upload(sent.name, sent.content, key=f"key-{sent.tag}", wait=5)
            status = answer.status_code
            if status in (201, 202):
                sent.accepted, sent.upload_id = True, answer.json().get("upload_id", None)
                sent.upload_id = sent.upload_id or answer.json()["id"]
            elif not answer.json().get("hint"):
                scene.faults.append(f"no hint in {answer.text[:300]}")
        except (httpx.TransportError, OSError):
            status = 0
        seen[status] = seen.get(status, 0) + 1
    return seen


def descriptors(scene: Scene) -> None:
    """No more than half of the file descriptors that it uses: it cannot open anything."""
    scene.start()
    scene.send().join(60)
    used = psutil.Process(scene.app.pid).num_fds()
    scene.app.client = httpx.Client(timeout=8, trust_env=False)
    seen: dict[int, int] = {}
    for limit in (used // 2, used + 3):  # no connection at all; one, and hardly a file
        _under(scene, resource.RLIMIT_NOFILE, limit, lambda: _add(seen, _tries(scene, 2)))
        scene.counts[f"limits of {used} descriptors"] = limit
    _after_need(scene, seen)


def memory(scene: Scene) -> None:
    """Half of the address space that it uses: nothing can be allocated any more."""
    scene.start()
    scene.send().join(60)
    limit = psutil.Process(scene.app.pid).memory_info().vms // 2
    scene.app.client = httpx.Client(timeout=8, trust_env=False)
    seen: dict[int, int] = {}
    _under(scene, resource.RLIMIT_AS, limit, lambda: seen.update(_tries(scene, 4)))
    scene.counts["MB"] = limit // 1_000_000
    _after_need(scene, seen)


def _add(seen: dict[int, int], more: dict[int, int]) -> None:
    for status, number in more.items():
        seen[status] = seen.get(status, 0) + number


def _after_need(scene: Scene, seen: dict[int, int]) -> None:
    """The need is over: it works again by itself, or after a restart."""
    scene.counts |= {"without an answer" if s == 0 else f"answered {s}": n for s, n in seen.items()}
    scene.counts["stayed up"] = int(scene.app.alive)
    scene.app.client = httpx.Client(timeout=60, trust_env=False)
    if scene.app.alive:
        begun = time.monotonic()
        while time.monotonic() - begun < 30:
            try:
                scene.app.ask("health")
                break
            except (httpx.HTTPError, OSError):
                time.sleep(0.2)
        else:
            scene.faults.append("it does not answer 30 s after the need is over")
            scene.app.kill()
        scene.counts["seconds until it answered again"] = time.monotonic() - begun
    if scene.app.alive:
        scene.send().join(60)
    try:
        scene.feed.settle(20)
    finally:  # a job may hang for ever: it goes on after a restart
        hung, scene.feed.faults[:] = len(scene.feed.faults), []
        scene.counts["jobs that hung until a restart"] = int(hung > 0)
    if hung:
        scene.counts["exit code"] = scene.app.stop()
    scene.close(may_hang=True)


# ------------------------------------------------------------------ signals


def sigterm(scene: Scene) -> None:
    """SIGTERM in the middle of an import: it finishes or rolls back, ends with 0, and goes on."""
    scene.start()
    scene.send(500).join(60)
    for stage in ("reading", "staging", "committing"):
        act = scene.send(40_000)
        if not scene.until(stage):
            scene.faults.append(f"no {stage}")
        time.sleep(scene.rng.uniform(0, max(scene.board.took(stage), 0.05)))
        begun = time.monotonic()
        code = scene.app.stop(patience=60)
        took = time.monotonic() - begun
        act.join(60)
        most = float(str(scene.counts.get("seconds until it had ended", 0)))
        scene.counts["seconds until it had ended"] = max(most, took)
        scene.counts[f"in {stage}"] = 1
        if code != 0 or took > 30:
            scene.faults.append(f"SIGTERM while {stage}: code {code} after {took:.1f} s")
        scene.look()
        scene.start()
        scene.feed.settle()
    scene.close()


def sigstop(scene: Scene) -> None:
    """Stopped for longer than a lease, in the middle of an import: it goes on, and imports once."""
    scene.start(FAULT_LEASE=str(LEASE))
    scene.send(500).join(60)
    act = scene.send(20_000)
    scene.until(scene.rng.choice(["staging", "committing"]))
    os.kill(scene.app.pid, signal.SIGSTOP)
    time.sleep(2 * LEASE)
    os.kill(scene.app.pid, signal.SIGCONT)
    act.join(60)
    scene.feed.settle()
    attempts = max(job["attempts"] for job in scene.app.jobs())
    scene.counts["attempts of the job"] = attempts
    scene.close()


def zombie(scene: Scene) -> None:
    """A worker that hangs in its commit for longer than its lease: another one does the job, and the
    commit of the first is refused by its fence, inside its transaction."""
    told = scene.folder / "refused"
    scene.start(FAULT_LEASE=str(LEASE), FAULT_ZOMBIE=str(told))
    act = scene.send(500)
    act.join(90)
    scene.feed.settle()
    refused = told.read_text("utf-8").split() if told.exists() else []
    scene.counts["commits refused"] = len(refused)
    if refused != ["taken_over"]:
        scene.faults.append(f"the zombie's commit was not refused: {refused}")
    job = scene.app.jobs()[0]
    if (job["status"], job["attempts"]) != ("done", 2):
        scene.faults.append(f"the heir did not do the job: {job}")
    kinds = [event["kind"] for event in scene.app.ask("events")["events"]]
    if kinds.count("upload.imported") != 1 or "upload.cancelled" in kinds:
        scene.faults.append(f"the zombie wrote into the trail: {kinds}")
    scene.close()


# ------------------------------------------------------------------ the clock


def clock(scene: Scene) -> None:
    """An hour back, while it runs and over a restart; then forth again. The order of things stays."""
    off = scene.folder / "clock"
    scene.start(FAULT_CLOCK=str(off))
    scene.send(500).join(60)
    scene.feed.settle()
    shown = _preview(scene)
    off.write_text("-3600")
    scene.send(500).join(60)
    scene.feed.settle()
    answer = scene.app.post(f"uploads/{shown}/commit")
    if answer.status_code != 200:
        scene.faults.append(f"the preview of before is refused: {answer.text[:300]}")
    scene.board.aim("committing", 0.0)
    scene.send(500).join(60)
    scene.app.kill()
    scene.start(FAULT_CLOCK=str(off))  # the clock is still behind what was written down
    scene.feed.settle()
    back = scene.feed.to_take_back() or scene.feed.new("api", 50)
    if back.settled:
        scene.feed.take_back(back)
        scene.feed.settle()
    off.write_text("0")
    scene.send(500, "folder").join(60)
    scene.feed.settle()
    _in_order(scene)
    _drop_shown(scene, shown)
    scene.close()


def _preview(scene: Scene) -> str:
    # Of people that no file brings meanwhile: else it would be refused as stale, and rightly.
    sent = scene.feed.new("api", 100, alone=True)
    answer = scene.app.upload(sent.name, sent.content, commit="false")
    sent.accepted, sent.upload_id = True, answer.json()["id"]
    scene.feed.open.pop(sent.tag)
    return str(sent.upload_id)


def _drop_shown(scene: Scene, shown: str) -> None:
    if scene.app.ask(f"uploads/{shown}")["status"] != "imported":
        scene.faults.append("the preview of before was not imported")


def _in_order(scene: Scene) -> None:
    events = scene.app.ask("events", limit=1_000)["events"]
    times = [event["at"] for event in sorted(events, key=lambda e: e["seq"])]
    if times != sorted(times):
        scene.faults.append("the events are not in the order of their times")
    ids = [upload["id"] for upload in scene.app.ask("uploads")["uploads"]]
    if ids != sorted(ids, reverse=True):
        scene.faults.append("the uploads are not in the order in which they came")
    scene.counts |= {"events in order": len(times), "uploads in order": len(ids)}


# ------------------------------------------------------------------ processes


def second(scene: Scene) -> None:
    """A command beside the app asks the app; a second app gets one clear error, and the first does not notice."""
    scene.start()
    scene.send(500).join(60)
    command = [sys.executable, "-m", "core", "records"]
    asked = subprocess.run(
        command, cwd=ROOT, env=scene.app.environment(), capture_output=True, text=True, timeout=60
    )
    said = asked.stderr + asked.stdout
    if asked.returncode or "L00001 Person 000049" not in said or "Traceback" in said:
        scene.faults.append(f"the command line said: {asked.returncode} {said[-400:]}")
    other = App(scene.folder)
    other.log = scene.folder / "second.log"
    code = other.spawn().wait(60)
    said = other.said()
    if code == 0 or str(scene.app.pid) not in said:
        scene.faults.append(f"the second app ended with {code}: {said[-600:]}")
    scene.counts["answered by the first, refused in words that name it"] = 2
    scene.send(500).join(60)
    scene.app.kill()
    if not scene.app.database.with_name("m.duckdb.wal").exists():
        scene.faults.append("there is no WAL to be left behind")
    scene.counts["seconds until ready after a kill"] = scene.start()
    scene.close()


def leftovers(scene: Scene) -> None:
    """What a crash leaves in temporary places is swept up, and what is being received is not."""
    incoming = scene.app.data / "raw" / ".incoming"
    incoming.mkdir(parents=True)
    (incoming / "old.part").write_bytes(b"name\n" * 1_000)
    spill = scene.app.database.with_name("m.duckdb.tmp")
    spill.mkdir()
    (spill / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(bytes(1_000_000))
    scene.start()
    until = time.monotonic() + 10
    while (left := [*incoming.iterdir(), *spill.glob("*")]) and time.monotonic() < until:
        time.sleep(0.1)
    scene.faults += [f"left behind: {path.name}" for path in left]
    scene.counts["swept up"] = 2 - len(left)
    scene.send(500).join(60)
    scene.close()


WHAT: dict[str, Callable[[Scene], None]] = {
    "descriptors": descriptors,
    "memory": memory,
    "sigterm": sigterm,
    "sigstop": sigstop,
    "zombie": zombie,
    "clock": clock,
    "second": second,
    "leftovers": leftovers,
}
