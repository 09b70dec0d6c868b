"""What it costs that Marquee watches itself: the same import in pairs, with logs, traces and metrics, and with none of them.

With: what a server has (a log as JSON on the output and in a file, spans and lines to a collector over HTTP, the metrics).
Without: the ports of all three do nothing. The collector is a process of its own, so that only the sender counts.

On a machine that others use two imports differ by more than what is looked for. So it is also added up: the processor time
within the ports and of the threads that write and send, as a share of that of the same import.
"""

from __future__ import annotations

import gc
import http.client
import itertools
import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks import people
from core import Workbench
from core.monitoring.monitor import STEP
from core.observe import context, exposition, logs, metrics, otel, traces
from core.observe.meters import ALL
from core.observe.process import Observer
from core.settings import Settings

MOST = 0.02  # of the processor time of an import
SIZES = ((1_000, 30), (20_000, 10))  # rows, and pairs of imports
PORTS = ("count", "add", "gauge", "gauges", "observe")  # of the metrics
DRAWS = 2_000  # samples of the pairs, for the interval


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of the processor in all threads and children."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class Cost:
    """Of pairs of imports: how much more the watched ones took, in each pair (0.02: 2 %)."""

    rows: int
    cpu: tuple[float, ...]
    clock: tuple[float, ...]
    added_up: tuple[float, ...]  # of some more imports: the share of their processor time
    spans: float  # of one import, to the collector
    lines: float

    @property
    def median(self) -> float:
        """Of processor time, in the median pair."""
        return statistics.median(self.cpu)

    @property
    def good(self) -> bool:
        """Whether it is as little as was promised: reckoned, since the pairs may say anything on a busy machine."""
        return statistics.median(self.added_up) <= MOST


def run(sizes: Sequence[tuple[int, int]], say: Callable[[str], None]) -> list[Cost]:
    """Import into a database of its own each time; the first pair of each size is thrown away."""
    found = []
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch, collector() as url:
        for rows, pairs in sizes:
            home = Path(scratch) / str(rows)
            file = people.generate(home / "files", rows).path("people")
            found.append(_pairs(home, file, rows, pairs, url, say))
            say(", ".join(map(" ".join, zip(HEADS, lines(found[-1:])[0]))))
    return found


def _pairs(
    home: Path, file: Path, rows: int, pairs: int, url: str, say: Callable[[str], None]
) -> Cost:
    cpu, clock, spans, lines = [], [], [], []
    for pair in range(pairs + 1):
        say(f"{rows:,} rows, pair {pair} of {pairs}")
        took = {}
        for watched in (False, True) if pair % 2 else (True, False):
            place = home / f"{pair}-{watched}"
            if not watched:
                with _blind():
                    took[watched] = _import(place, file, lambda: None)
                continue
            with _observed(place, url) as observer:
                took[watched] = _import(place, file, observer.flush)
            written, sent, _ = observer.pushers
            lines.append(written.sent)
            spans.append(sent.sent)
        if pair:
            cpu.append(took[True].cpu / took[False].cpu - 1)
            clock.append(took[True].clock / took[False].clock - 1)
    added = [_added_up(home / f"added-{n}", file, url) for n in range(max(pairs // 3, 1) + 1)][1:]
    return Cost(
        rows,
        tuple(cpu),
        tuple(clock),
        tuple(added),
        statistics.median(spans),
        statistics.median(lines),
    )


def _import(place: Path, file: Path, arrived: Callable[[], None]) -> Took:
    settings = Settings(
        database=place / "m.duckdb",
        data_dir=place / "raw",
        datasets_dir=place / "sets",
        backup_dir=place / "backups",
    )
    with Workbench.open(settings=settings) as wb:
        gc.collect()
        clock, cpu = time.perf_counter(), _cpu()
        with context.bound(door="cli"), traces.span("job import"):
            wb.import_file(file, source_name="people")
        clock = time.perf_counter() - clock
        arrived()  # what is on its way belongs to this import
        return Took(clock, _cpu() - cpu)


def _cpu() -> float:
    """Of this process and the children that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def _observed(place: Path, url: str) -> Iterator[Observer]:
    settings = Settings(log_format="json", log_file=place / "log" / "marquee.log", otlp_url=url)
    with Path(os.devnull).open("w", encoding="utf-8") as out:
        observer = Observer(settings, "benchmark", out)
        observer.begin()
        try:
            yield observer
        finally:
            observer.end()


@contextmanager
def _blind() -> Iterator[None]:
    def nothing(*_: object, **__: object) -> None:
        """Nobody watches."""

    with ExitStack() as stack:
        for name in PORTS:
            stack.enter_context(patch.object(metrics, name, nothing))
        stack.enter_context(patch.object(logs.Log, "say", nothing))
        yield


def _added_up(place: Path, file: Path, url: str) -> float:
    """The share of an import's processor time that goes into watching it."""
    spent = [0.0]
    with _observed(place, url) as observer, _timed_ports(spent):
        threads: list[float] = []

        def arrived() -> None:
            observer.flush()
            threads.extend(pusher.processor() for pusher in observer.pushers)

        took = _import(place, file, arrived)
    return (spent[0] + sum(threads)) / took.cpu


@contextmanager
def _timed_ports(spent: list[float]) -> Iterator[None]:
    """Add up the processor time of every call of a port; one within another counts once."""
    inside = threading.local()

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            if getattr(inside, "it", False):
                return work(*args, **more)
            inside.it, began = True, time.thread_time()
            try:
                return work(*args, **more)
            finally:
                inside.it = False
                spent[0] += time.thread_time() - began

        return run

    with ExitStack() as stack:
        for place, names in (
            (metrics, PORTS),
            (logs.Log, ("say",)),
            (traces, ("span", "begin", "past", "traceparent", "ids")),
            (traces._Inside, ("__exit__",)),
            (otel._Open, ("set", "end")),
        ):
            for name in names:
                stack.enter_context(patch.object(place, name, timed(getattr(place, name))))
        yield


# ------------------------------------------------------------------ the collector


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Takes everything."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """It says nothing."""


def _sink(told: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sink)
    told.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def collector() -> Iterator[str]:
    """The address of a collector that takes everything, in a process of its own."""
    context_ = multiprocessing.get_context("spawn")
    ours, theirs = context_.Pipe()
    process = context_.Process(target=_sink, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


# ------------------------------------------------------------------ what goes on all the time


@dataclass(frozen=True)
class Steady:
    """What a server does while nobody does anything: shares of one processor, and a scrape in seconds."""

    looking: float
    probing: float
    scrape: float  # median
    slowest: float
    full: float  # median, with every series that there may be
    series: int


def steady(say: Callable[[str], None], times: int = 20) -> Steady:
    """The look of every quarter of a minute, the probe of every minute, and scrapes."""
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        home = Path(scratch)
        settings = Settings(
            database=home / "m.duckdb",
            data_dir=home / "raw",
            datasets_dir=home / "sets",
            backup_dir=home / "backups",
        )
        file = people.generate(home / "files", 1_000).path("people")
        with Workbench.open(settings=settings) as wb:
            wb.start()
            wb.import_file(file)
            monitor = wb.services.monitor
            say("looks and probes")
            looks = _each(monitor.look, times)
            probes = _each(lambda: monitor.canary.run(), times)
            monitor.canary.close()
        say("scrapes")
        usual = _scraped(5 * times)
        fill()
        full = _scraped(times)
    return Steady(
        statistics.median(looks) / STEP,
        statistics.median(probes) / settings.canary_seconds,
        statistics.median(usual),
        max(usual),
        statistics.median(full),
        len(metrics.collect()),
    )


def _each(act: Callable[[], object], times: int) -> list[float]:
    act()
    found = []
    for _ in range(times):
        cpu = time.process_time()
        act()
        found.append(time.process_time() - cpu)
    return found


def _scraped(times: int) -> list[float]:
    port, found = exposition.Port(0), []
    try:
        for _ in range(times):
            began = time.perf_counter()
            line = http.client.HTTPConnection("127.0.0.1", port.port, timeout=30)
            line.request("GET", "/metrics")
            line.getresponse().read()
            line.close()
            found.append(time.perf_counter() - began)
    finally:
        port.close()
    return found


def fill() -> None:
    """As many series of each metric as there may be."""
    for meter in ALL:
        values = [
            [f"{label}-{n}" for n in range(allowed)] if isinstance(allowed, int) else allowed
            for label, allowed in meter.labels.items()
        ]
        for labels in itertools.islice(itertools.product(*values), metrics.MOST):
            named = dict(zip(meter.labels, labels))
            if meter.kind == "counter":
                metrics.count(meter.name, **named)
            elif meter.kind == "gauge":
                metrics.gauge(meter.name, 1, **named)
            else:
                metrics.observe(meter.name, 0.2, **named)


# ------------------------------------------------------------------ what is said


def interval(shares: Sequence[float], seed: int = 7) -> tuple[float, float]:
    """Between which values the median lies, in 95 of 100 samples of the pairs."""
    chance = random.Random(seed)  # nosec B311
    drawn = sorted(statistics.median(chance.choices(shares, k=len(shares))) for _ in range(DRAWS))
    return drawn[int(DRAWS * 0.025)], drawn[int(DRAWS * 0.975) - 1]


HEADS = ("an import of", "added up", "pairs", "in pairs", "95 of 100", "clock", "spans", "lines")


def lines(found: Sequence[Cost]) -> list[tuple[str, ...]]:
    """For a table: how much more the watched import takes, in the median pair."""
    rows = []
    for one in found:
        low, high = interval(one.cpu)
        rows.append(
            (
                f"{one.rows:,} rows",
                f"{statistics.median(one.added_up):.2%}",
                str(len(one.cpu)),
                f"{one.median:+.1%}",
                f"{low:+.1%} to {high:+.1%}",
                f"{statistics.median(one.clock):+.1%}",
                f"{one.spans:g}",
                f"{one.lines:g}",
            )
        )
    return rows


def steady_lines(found: Steady) -> list[tuple[str, str]]:
    """For a table."""
    return [
        ("the look of every 15 s, of one processor", f"{found.looking:.1%}"),
        ("the probe of every minute, of one processor", f"{found.probing:.1%}"),
        (
            "a scrape, median and slowest",
            f"{found.scrape * 1000:.0f} and {found.slowest * 1000:.0f} ms",
        ),
        (
            f"a scrape of all {found.series:,} series that there may be, median",
            f"{found.full * 1000:.0f} ms",
        ),
    ]
