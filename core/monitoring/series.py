"""What the metrics were in the last hours: growth of counters and values of gauges, by the minute, in memory.

Time is that of a clock that nobody sets (monotonic), so a jump of the machine's clock moves no window. Restarts do not
matter to growth: what a process counted before it ended is in the database (`kept`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from core.observe import metrics
from core.observe.meters import METERS, Meter
from core.observe.metrics import Labels, Series

STEP = 15.0  # seconds: what happens within is one point
KEPT = 6 * 3_600.0  # seconds
STALE = 300.0  # seconds; an older value of a gauge is none
Key = tuple[str, Labels, str]  # metric, labels, part: "" or sum, count, or the number of a bucket


@dataclass
class Points:
    """Times (monotonic seconds) with a value: growth, or the value of a gauge."""

    points: deque[tuple[float, float]] = field(default_factory=deque)

    def put(self, at: float, value: float, grows: bool) -> None:
        """Add a point; within one step they are put together."""
        if self.points and at - self.points[-1][0] < STEP / 2:
            before = self.points.pop()
            value, at = (before[1] + value, before[0]) if grows else (value, at)
        self.points.append((at, value))
        while self.points and at - self.points[0][0] > KEPT:
            self.points.popleft()


class History:
    """Takes the metrics of this process again and again, and answers questions about windows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._points: dict[Key, Points] = {}
        self._before: dict[Key, float] = {}
        self._lock = threading.Lock()
        self.taken_at: float | None = None
        # What the database has of a window beyond what is in memory.
        self.older: Callable[[str, float, Mapping[str, str]], float] | None = None

    def take(self, found: Iterable[Series] | None = None) -> dict[Key, float]:
        """Note what the metrics are now; gives the growth and values of this step."""
        now, step = self.clock(), dict[Key, float]()
        with self._lock:
            for series in metrics.collect() if found is None else found:
                for part, value in _parts(series):
                    key = (series.meter.name, series.labels, part)
                    if series.meter.kind == "gauge":
                        step[key] = value
                    elif grown := max(value - self._before.get(key, 0.0), 0.0):
                        step[key] = grown
                    self._before[key] = value
            for key, value in step.items():
                self._points.setdefault(key, Points()).put(
                    now, value, METERS[key[0]].kind != "gauge"
                )
            self.taken_at = now
        return step

    def load(self, key: Key, ago: float, value: float) -> None:
        """A point of an earlier process, so many seconds ago; the oldest first."""
        with self._lock:
            grows = METERS[key[0]].kind != "gauge"
            self._points.setdefault(key, Points()).put(self.clock() - ago, value, grows)

    def latest(self, name: str, **labels: str) -> list[float]:
        """The newest values of all series of a gauge that have these labels."""
        oldest = self.clock() - STALE
        with self._lock:
            return [
                one.points[-1][1]
                for _, one in self._having(name, labels)
                if one.points and one.points[-1][0] >= oldest
            ]

    def growth(self, name: str, seconds: float, part: str = "", **labels: str) -> float:
        """By how much the counters grew in the last so many seconds; 0 when nothing happened."""
        since = self.clock() - seconds
        older = self.older(name, seconds, labels) if seconds > KEPT and self.older else 0.0
        part = part or ("count" if METERS[name].kind == "histogram" else "")
        with self._lock:
            return older + sum(
                value
                for (_, _, its), one in self._having(name, labels)
                if its == part
                for at, value in reversed(one.points)
                if at > since
            )

    def quantile(self, name: str, share: float, seconds: float, **labels: str) -> float | None:
        """The duration that so large a share of calls did not exceed; None without calls."""
        edges = METERS[name].buckets
        counts = [self.growth(name, seconds, part=str(n), **labels) for n in range(len(edges) + 1)]
        return quantile(edges, counts, share)

    def line(
        self, name: str, seconds: float, part: str = ""
    ) -> dict[Labels, list[tuple[float, float]]]:
        """The points of each series as (seconds ago, value), the oldest first."""
        now = self.clock()
        with self._lock:
            return {
                labels: [(now - at, value) for at, value in one.points if now - at <= seconds]
                for (_, labels, its), one in self._having(name, {})
                if its == part
            }

    def _having(self, name: str, labels: Mapping[str, str]) -> list[tuple[Key, Points]]:
        meter = METERS[name]
        wanted = {list(meter.labels).index(label): value for label, value in labels.items()}
        return [
            (key, one)
            for key, one in self._points.items()
            if key[0] == name and all(key[1][n] in value.split("|") for n, value in wanted.items())
        ]


def _parts(series: Series) -> list[tuple[str, float]]:
    one = series.histogram
    if one is None:
        return [("", series.value)]
    buckets = [(str(n), float(count)) for n, count in enumerate(one.counts) if count]
    return [("count", float(one.number)), ("sum", one.total), *buckets]


def quantile(edges: tuple[float, ...], counts: list[float], share: float) -> float | None:
    """From the counts of buckets, as Prometheus reckons it: evenly within a bucket; the last edge at most."""
    total = sum(counts)
    if not total:
        return None
    wanted, below = share * total, 0.0
    for n, count in enumerate(counts):
        if below + count >= wanted and count:
            if n >= len(edges):
                return edges[-1]
            low = edges[n - 1] if n else 0.0
            return low + (edges[n] - low) * (wanted - below) / count
        below += count
    return edges[-1]


def meter_of(key: Key) -> Meter:
    """The metric of a key."""
    return METERS[key[0]]
