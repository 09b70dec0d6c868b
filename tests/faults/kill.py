"""kill -9 at random moments of every stage: nothing is lost, doubled or half, and work goes on.

The real app is fed through the API, the watched folder and the pages at random, is killed, and starts
again; the restart after one kill is the app of the next run. After each kill the files are looked at
as they lie there (`invariants`) and held against the model of what was brought (`model`).
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.faults import big, invariants, migrating, report
from tests.faults.app import App
from tests.faults.board import STAGES, Board
from tests.faults.feed import Feed
from tests.faults.invariants import State
from tests.faults.zygote import Forked, Zygote

ANYWHERE = "anywhere"
AIMS = (*[s for s in STAGES if s != "migrating"], ANYWHERE)
EPOCH = 25  # runs on one installation, so that a look at all of it stays quick
PATIENCE = 8.0  # seconds until a stage that does not come is given up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--runs", type=int, default=30, help="how many kills (default 30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="end after that, however few")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument(
        "--fork",
        action="store_true",
        help="starts are forks of a process that loaded the libraries",
    )
    parser.add_argument(
        "--big",
        action="store_true",
        help="with a database of more than 1 GB, made in the folder once: how soon it is back",
    )
    parser.add_argument(
        "--rows", type=int, default=200_000, help="with --big: of an import (default 200,000)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the folder when a promise broke")


def run(args: argparse.Namespace) -> int:
    """Kill it `runs` times."""
    if args.big:
        return _big(args)
    folder = args.folder or Path(tempfile.mkdtemp(prefix="marquee-kill-"))
    scene = Scene(folder, args.runs, random.Random(args.seed))
    scene.until = time.monotonic() + args.minutes * 60
    scene.zygote = Zygote() if args.fork else None
    try:
        scene.play()
    finally:
        scene.end()
    code = report.show("kill", scene.summary(), scene.faults)
    if not (args.keep and code):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"left in {folder}")
    return code


def _big(args: argparse.Namespace) -> int:
    folder = args.folder or Path(tempfile.mkdtemp(prefix="marquee-kill-"))
    until = time.monotonic() + args.minutes * 60
    scene = big.Scene(folder, args.runs, random.Random(args.seed), args.rows, until)
    try:
        scene.play()
    finally:
        scene.end()
        if not args.folder:
            shutil.rmtree(folder, ignore_errors=True)
    return report.show("kill --big", scene.summary(), scene.faults)


class Scene:
    """All runs, one after the other."""

    def __init__(self, folder: Path, runs: int, rng: random.Random) -> None:
        self.folder, self.runs, self.rng = folder, runs, rng
        self.faults: list[str] = []
        self.stages: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.ready: list[float] = []
        self.resumed: list[float] = []
        self.kills = 0
        self.began = time.monotonic()
        self.until = self.began + 36_000
        self.app: App | None = None
        self.zygote: Zygote | None = None
        self.feed: Feed
        self.board: Board
        self.known: dict[str, int] = {}

    def play(self) -> None:
        """Every run; the migration is a scene of its own."""
        migrations = self.runs // (len(AIMS) + 1)
        told = migrating.play(self.folder / "migrating", migrations, self.rng, self.zygote)
        self.stages["migrating"] += told.kills
        self.kills += told.kills
        self.faults += told.faults
        self.ready += told.ready
        said = len(self.faults)
        for number in range(self.runs - migrations):
            if time.monotonic() > self.until:
                break
            if number % EPOCH == 0:
                self._renew(number // EPOCH)
            self._one(AIMS[number % len(AIMS)])
            for fault in self.faults[said:]:
                print(f"run {number}, {AIMS[number % len(AIMS)]}: {fault}", flush=True)
            said = len(self.faults)
            if number % 50 == 49:
                print(f"{number + 1} runs, {time.monotonic() - self.began:.0f} s", flush=True)
        self._close()

    def end(self) -> None:
        """Whatever happened, no process stays."""
        if self.app is not None:
            self.app.kill()
        if self.zygote is not None:
            self.zygote.close()

    # -------------------------------------------------------------- an installation

    def _renew(self, epoch: int) -> None:
        if self.app is not None:
            self._close()
        folder = self.folder / f"epoch-{epoch}"
        self.app = App(folder)
        self.app.zygote = self.zygote
        self.board = Board(folder / "board")
        self.feed = Feed(self.app, self.rng)
        self.known = {}
        self._start()

    def _close(self) -> None:
        assert self.app is not None
        self.ready.append(self.app.wait_ready())
        self._settle()
        if code := self.app.stop():
            self.faults.append(f"SIGTERM ended the app with {code}: {self.app.said(500)}")
        self._compare(invariants.check(self.app.database, self.app.data), settled=True)
        self._checked()
        self._left_behind()
        self._gather()
        if not self.faults:
            shutil.rmtree(self.app.folder, ignore_errors=True)
        self.app = None

    def _checked(self) -> None:
        """What Marquee's own check says of it."""
        assert self.app is not None
        done = self.app.command("check")
        self.counts["checks by Marquee itself"] += 1
        if done.returncode:
            self.faults.append(f"python -m core check: {done.stdout[-1_500:]}{done.stderr[-500:]}")

    def _gather(self) -> None:
        self.counts += self.feed.counts
        self.counts["rows"] += sum(s.rows for s in self.feed.model.files.values())
        self.faults += self.feed.faults
        self.feed.counts.clear()
        self.feed.faults.clear()

    def _left_behind(self) -> None:
        assert self.app is not None
        for path in self.app.folder.glob("m.duckdb.tmp/*"):
            self.faults.append(f"left behind: {path.relative_to(self.app.folder)}")

    # -------------------------------------------------------------- one run

    def _start(self) -> None:
        assert self.app is not None
        self.board.clear()
        self.app.spawn(aimed=True, FAULT_BOARD=str(self.board.path))

    def _one(self, aim: str) -> None:
        """From a process that is starting to the next one."""
        assert self.app is not None
        if aim == "starting":
            self.app.kill()  # it has only begun; this one is killed at the place
            self.board.clear()
            self.board.aim(aim, self.rng.uniform(0, max(self.board.took(aim), 0.05)))
            self.app.spawn(aimed=True, FAULT_BOARD=str(self.board.path))
            self._death(aim)
        else:
            self.ready.append(self.app.wait_ready())
            self._settle()
            self._feed_and_kill(aim)
        self._after(aim)

    def _settle(self) -> None:
        resumed = self.feed.settle()
        if self.counts["interrupted now"]:
            self.resumed.append(self.ready[-1] + resumed)
        self.counts["interrupted now"] = 0

    def _feed_and_kill(self, aim: str) -> None:
        acts = self._acts(aim)
        if aim == ANYWHERE:
            self.timer = time.monotonic() + self.rng.uniform(0, 2.5)
        else:
            self.board.aim(aim, self.rng.uniform(0, max(self.board.took(aim), 0.002)))
        for act in acts:
            act.start()
        if aim == "checkpointing":
            assert self.app is not None
            now = (self.app.process,)  # not the one that is started after it
            threading.Thread(target=self._checkpoint, args=now, daemon=True).start()
        self._death(aim)
        for act in acts:
            act.join(90)

    def _acts(self, aim: str) -> list[threading.Thread]:
        # First: what is still to be brought would be waited for.
        back = (
            self.feed.to_take_back() if aim == "rolling back" or self.rng.random() < 0.2 else None
        )
        if back is None and aim == "rolling back":  # nothing to take back yet
            sent = self.feed.new("api")
            self.feed.send(sent)
            self.feed.settle()
            back = sent if sent.settled and not sent.shared else None
        doors: list[str | None] = [None, None]
        if aim in ("claiming", "moving"):
            doors[0] = "folder"
        if aim in ("receiving", "staging", "committing"):
            doors[0] = "api"
        acts = [
            threading.Thread(target=self.feed.send, args=(self.feed.new(door),), daemon=True)
            for door in doors[: self.rng.choice([1, 2])]
        ]
        if back is not None:
            acts.append(threading.Thread(target=self.feed.take_back, args=(back,), daemon=True))
        return acts

    def _checkpoint(self, process: subprocess.Popen[bytes] | Forked) -> None:
        time.sleep(self.rng.uniform(0, 0.6))
        if process.poll() is not None:
            return
        if self.rng.random() < 0.5:
            self.board.checkpoint()
        else:
            process.terminate()  # it checkpoints when it is told to stop

    def _death(self, aim: str) -> None:
        """Wait until it killed itself at the place, or kill it."""
        assert self.app is not None and self.app.process is not None
        until = self.timer if aim == ANYWHERE else time.monotonic() + PATIENCE
        while self.app.alive and time.monotonic() < until:
            time.sleep(0.005)
        if self.app.alive and aim != ANYWHERE:
            self.missed[aim] += 1
        inside = self.board.inside() if self.app.alive or self.app.process.poll() == -9 else []
        self.app.kill()
        self.kills += 1
        self.stages[aim if aim in inside else inside[-1] if inside else "between"] += 1

    def _after(self, aim: str) -> None:
        """Look at what lies there, while the next process starts on it."""
        assert self.app is not None
        with (
            invariants.copied(self.app.database) if self.app.database.exists() else _nothing()
        ) as copy:
            self._start()
            if copy is None:
                return
            state = invariants.look(copy)
        invariants.files(state, self.app.data, self.known)
        self._compare(state)
        active = [j for j in state.jobs if j["status"] in ("queued", "running")]
        self.counts["interrupted now"] = len(active)
        self.counts["jobs interrupted"] += len(active)

    def _compare(self, state: State, *, settled: bool = False) -> None:
        found = state.faults + self.feed.model.compare(state, settled=settled)
        self.faults += [fault for fault in found if fault not in self.faults]
        self.counts["looks"] += 1

    # -------------------------------------------------------------- the end

    def summary(self) -> dict[str, object]:
        """The counts."""
        del self.counts["interrupted now"]
        kinds = {"lost": "lost", "doubled": "twice", "half": "half"}
        return {
            "kills": self.kills,
            "by stage": dict(sorted(self.stages.items(), key=lambda s: -s[1])),
            "stages that did not come in time": dict(self.missed),
            **dict(sorted(self.counts.items())),
            **{k: sum(w in f for f in self.faults) for k, w in kinds.items()},
            "seconds until ready, median and most": _spread(self.ready),
            "seconds from the start until interrupted work was done": _spread(self.resumed),
            "minutes": (time.monotonic() - self.began) / 60,
        }


def _spread(values: list[float]) -> str:
    if not values:
        return "none"
    return f"{sorted(values)[len(values) // 2]:.1f}, {max(values):.1f}"


class _nothing:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
