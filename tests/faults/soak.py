"""Uploads, previews, rollbacks and page visits without end: nothing grows that should not.

Memory and file descriptors are looked at every few seconds; a line is laid through the last two thirds
(least squares). DuckDB keeps what it read of its file until `memory_limit` is reached, so its memory is full
before the first look (a smaller limit, and more in the file than fits in): what grows then grows without
end. Every temp folder, the WAL and the staged tables must stay within their bounds, and in the end
everything is held against the model.
"""

from __future__ import annotations

import argparse
import base64
import csv
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from core.datasets.model import Dataset
from core.settings import Settings
from core.workbench import Workbench
from tests.faults import invariants, report
from tests.faults.app import App
from tests.faults.feed import Feed
from tests.faults.page import Page, PageBroken

PREVIEW_DAYS = 60 / 86_400  # a minute, so that previews come of age here
WAL_MB = 40.0  # DuckDB checkpoints at 16 MB; a commit is in it whole
CACHE_MB = 200.0
KEEP = 25  # files in the table at most; older ones are taken back
LONG = 20  # minutes; before, caches still fill, and growth is not judged
MEMORY_MB = 256  # what DuckDB may use
CROWD = 90_000  # records beside those of the load, with texts that hardly compress
TEXT = 3_000  # characters of each
SESSION = 5  # seconds that a session outlives its visitor; three descriptors belong to each
VISITS = ("home", "records", "history", "datasets", "upload")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)


@dataclass
class Line:
    """What was seen at one moment."""

    second: float
    memory: float  # MB of the whole process
    engine: float  # MB of it that DuckDB holds: pages of the file, staged tables
    own: float  # MB beside that
    descriptors: int
    threads: int
    wal: float  # MB
    temp: float  # MB in every temporary folder
    cache: float  # MB of derived files
    parts: int
    staged: int


@dataclass
class Soak:
    """The load and what was seen."""

    app: App
    rng: random.Random
    lines: list[Line] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, minutes: float) -> Feed:
        """Until the time is over."""
        feed = Feed(self.app, self.rng, prefix="S")
        page = Page(self.app)
        begun = time.monotonic()
        looked = 0.0
        while (now := time.monotonic() - begun) < minutes * 60:
            self._act(feed, page)
            if now - looked > max(minutes / 4, 1):
                looked = now
                self.lines.append(self.look(now))
                if len(self.lines) % 20 == 0:
                    print(self.lines[-1], flush=True)
        feed.settle()
        self.counts += feed.counts
        self.faults += feed.faults
        return feed

    def _act(self, feed: Feed, page: Page) -> None:
        kind = self.rng.choices(["import", "preview", "visit", "back"], [4, 2, 4, 1])[0]
        self.counts[kind] += 1
        try:
            if kind == "import":
                feed.send(feed.new())
                feed.settle()
            elif kind == "preview":
                self._preview(feed)
            elif kind == "visit":
                self._visit(page)
            if kind == "back" or self._inside(feed) > KEEP:
                if (sent := feed.to_take_back()) is not None:
                    feed.take_back(sent)
                    feed.settle()
        except PageBroken as broken:
            self.faults.append(f"the page broke: {broken}")

    def _inside(self, feed: Feed) -> int:
        return sum(s.back is None and not s.shared for s in feed.model.files.values())

    def _preview(self, feed: Feed) -> None:
        """A preview that nobody imports."""
        sent = feed.new("api")
        del feed.model.files[sent.tag], feed.open[sent.tag]
        answer = self.app.upload(sent.name, sent.content, commit="false", wait=30)
        if answer.status_code != 201:
            self.faults.append(f"no preview: {answer.text[:200]}")

    def _visit(self, page: Page) -> None:
        if self.rng.random() < 0.1:
            page.session = None  # somebody new
        where = self.rng.choice(VISITS)
        try:
            page.go("" if where == "home" else where)
        except PageBroken as broken:
            if "unknown_session" not in str(broken):
                raise
            page.session = None  # away for too long: he comes back as a browser does
            page.go("" if where == "home" else where)
        if where == "records":
            page.go("records", q=f"S{self.rng.randrange(1, 50):05d}")

    def look(self, second: float) -> Line:
        """One look at the process and its folders."""
        engine = self._engine()  # it looks through every table, so DuckDB's memory is full now
        process = psutil.Process(self.app.pid)
        with process.oneshot():
            memory, descriptors = process.memory_info().rss, process.num_fds()
            threads = process.num_threads()
        wal = self.app.database.with_name("m.duckdb.wal")
        return Line(
            *(second, memory / 1e6, engine / 1e6, (memory - engine) / 1e6, descriptors, threads),
            wal.stat().st_size / 1e6 if wal.exists() else 0.0,
            _size(self.app.folder / "m.duckdb.tmp") + _size(self.app.folder / "tmp"),
            _size(self.app.data / ".cache"),
            len(list((self.app.data / "raw" / ".incoming").glob("*.part"))),
            self._staged(),
        )

    def _engine(self) -> int:
        """Bytes that DuckDB holds, as the app itself says."""
        answer = self.app.client.get(f"{self.app.url}/api/v1/performance")
        return int(answer.json()["memory"]["duckdb"])

    def _staged(self) -> int:
        board = self.app.folder / "staged"  # told by the wrapper: no door gives a look at them
        return int(board.read_text() or 0) if board.exists() else 0


def _size(folder: Path) -> float:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            pass  # it is gone
    return total / 1e6


def slope(lines: list[Line], name: str) -> float:
    """How much it grows per hour, by a line through the last two thirds."""
    late = lines[len(lines) // 3 :]
    if len(late) < 3:
        return 0.0
    return float(
        np.polyfit([x.second for x in late], [getattr(x, name) for x in late], 1)[0] * 3_600
    )


def crowd(app: App) -> None:
    """A dataset of its own, larger than what DuckDB may hold."""
    fields = [{"name": "name", "required": True}, {"name": "description", "max_length": TEXT}]
    dataset = Dataset.model_validate(
        {"name": "crowd", "fields": fields, "key": {"fields": ["name"]}}
    )
    rng = random.Random(0)
    file = app.folder / "crowd.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["name", "description"])
        for number in range(CROWD):
            text = base64.b64encode(rng.randbytes(TEXT * 3 // 4)).decode()
            rows.writerow([f"Somebody {number:06d}", text])
    settings = Settings(
        database=app.database, data_dir=app.data, datasets_dir=app.folder / "datasets"
    )
    with Workbench.open(settings=settings) as wb:
        wb.save_dataset(dataset)
        wb.import_file(file, dataset="crowd")
    file.unlink()


def run(args: argparse.Namespace) -> int:
    """Soak it."""
    folder = args.folder or Path(tempfile.mkdtemp(prefix="marquee-soak-"))
    app = App(
        folder,
        MARQUEE_PREVIEW_DAYS=str(PREVIEW_DAYS),
        MARQUEE_MEMORY_LIMIT=f"{MEMORY_MB}MB",
        TMPDIR=str(folder / "tmp"),
    )
    app.session_seconds = SESSION
    (folder / "tmp").mkdir(exist_ok=True)
    if args.minutes >= LONG:
        crowd(app)
    soak = Soak(app, random.Random(args.seed))
    try:
        app.start(aimed=True, FAULT_STAGED=str(folder / "staged"))
        feed = soak.run(args.minutes)
        code = app.stop()
    finally:
        app.kill()
    if code:
        soak.faults.append(f"it ended with {code}")
    state = invariants.check(app.database, app.data)
    soak.faults += state.faults + feed.model.compare(state, settled=True)
    counts = summary(soak, args.minutes)
    soak.faults += judge(soak.lines, args.minutes)
    code = report.show("soak", counts, soak.faults)
    if args.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    return code


def judge(lines: list[Line], minutes: float) -> list[str]:
    """What grew that should not."""
    late = lines[len(lines) // 3 :]
    faults = []
    if minutes >= LONG:
        if (least := min(line.engine for line in late)) < 0.8 * MEMORY_MB:
            faults.append(f"DuckDB's memory was not full, with {least:.0f} MB: it proves nothing")
        if (grown := slope(lines, "memory")) > 60:
            faults.append(f"memory grows by {grown:.0f} MB an hour")
        if (grown := slope(lines, "descriptors")) > 5:
            faults.append(f"file descriptors grow by {grown:.1f} an hour")
    bounds = {"wal": WAL_MB, "temp": 50.0, "cache": CACHE_MB, "parts": 4, "staged": 60}
    for name, bound in bounds.items():
        worst = max((getattr(line, name) for line in late), default=0)
        if worst > bound:
            faults.append(f"{name} reached {worst:.1f}, and {bound} is its bound")
    return faults


def summary(soak: Soak, minutes: float) -> dict[str, object]:
    """The figures."""
    lines = soak.lines
    found: dict[str, object] = {"minutes": minutes, **dict(sorted(soak.counts.items()))}
    for name in (
        "memory",
        "engine",
        "own",
        "descriptors",
        "threads",
        "wal",
        "temp",
        "cache",
        "parts",
        "staged",
    ):
        values = [getattr(line, name) for line in lines]
        unit = " MB" if name in ("memory", "engine", "own", "wal", "temp", "cache") else ""
        middle = values[len(values) // 3] if values else 0
        found[f"{name}: at a third, at the end, most{unit}"] = (
            f"{middle:.0f}, {values[-1] if values else 0:.0f}, {max(values, default=0):.0f}"
        )
    for name in ("memory", "engine", "own", "descriptors"):
        found[f"{name} per hour, by a line through the last two thirds"] = slope(lines, name)
    return found
