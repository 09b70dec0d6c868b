"""How long operations take: counted in memory, handed on in batches. Never a value.

`Operations` belongs to a database. Calls of one name become one line with their number, their time and
an even sample of their durations, so a busy day costs no more room than a quiet one. The statements of
the slowest calls are kept too, with their parameters, for as long as the process lives: only so can
somebody ask why one was slow. They never go to disk.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from core.observe import metrics, traces
from core.storage.sink import Timer

SAMPLES = 64  # durations kept of the calls of one name in one batch
EVERY = 600.0  # seconds between batches
STAGES = 200  # stages of imports kept until the next batch
SLOW = 0.02  # seconds; below, a statement is not worth keeping
KEPT = 3  # statements of one name
WORTH_KEEPING = 2.0  # seconds
LONGEST = 90_000  # characters of a statement, and of its parameters; a search has a table of 50,000


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


@dataclass
class Line:
    """The calls of one name since the last batch, or one stage of an import."""

    name: str
    upload_id: str | None = None
    calls: int = 0
    failed: int = 0
    rows: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    samples: list[float] = field(default_factory=list)
    at: datetime = field(default_factory=_now)

    def add(self, seconds: float, rows: int, failed: bool) -> None:
        """Count one call. Every call has the same chance to be among the samples."""
        self.calls += 1
        self.failed += failed
        self.rows += rows
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        if len(self.samples) < SAMPLES:
            self.samples.append(seconds)
        elif (place := random.randrange(self.calls)) < SAMPLES:  # nosec B311
            self.samples[place] = seconds


@dataclass(frozen=True)
class Asked:
    """A slow statement of this process, as it was run. For `explain`; its parameters are never shown."""

    id: int
    name: str
    at: datetime
    seconds: float
    rows: int
    sql: str
    parameters: tuple[Any, ...] = field(default=(), repr=False)


class Operations:
    """Counts calls. `keep(lines)` gets what has gathered, at most every ten minutes."""

    def __init__(self, keep: Callable[[list[Line]], None] = lambda lines: None) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._stages: list[Line] = []
        self._asked: dict[str, list[Asked]] = {}
        self._number = 0
        self._next = time.monotonic() + EVERY

    @contextmanager
    def measure(self, name: str) -> Iterator[Timer]:
        """Count the call inside; set `rows` of what is given. One that raises counts as failed."""
        timer = Timer()
        try:
            with traces.span(name) as span:
                yield timer
                span.set(rows=timer.rows)
        except BaseException:
            timer.pause()
            self.add(name, timer.seconds, timer.rows, failed=True)
            raise
        timer.pause()
        self.add(name, timer.seconds, timer.rows)

    def add(self, name: str, seconds: float, rows: int = 0, *, failed: bool = False) -> None:
        """Count one call."""
        metrics.observe("db.client.operation.duration", seconds, db_operation_name=name)
        if failed:
            metrics.count("db.client.operation.failures", db_operation_name=name)
        with self._lock:
            line = self._lines.get(name)
            if line is None:
                line = self._lines[name] = Line(name)
            line.add(seconds, rows, failed)
            due = time.monotonic() >= self._next
        if due:
            self._keep(self.drain())

    def stage(self, upload_id: str, name: str, seconds: float, rows: int) -> None:
        """Note one stage of an import."""
        metrics.observe("marquee.import.stage.duration", seconds, stage=name)
        line = Line(name, upload_id)
        line.add(seconds, rows, False)
        with self._lock:
            self._stages = [*self._stages[-STAGES + 1 :], line]

    def asked(
        self, name: str, timer: Timer, sql: str, parameters: Sequence[Any], *, failed: bool = False
    ) -> None:
        """Count a statement, and remember it when it is among the slowest of its name."""
        self.add(name, timer.seconds, timer.rows, failed=failed)
        traces.past(name, timer.seconds, rows=timer.rows)
        if failed or timer.seconds < SLOW or len(sql) > LONGEST:
            return
        with self._lock:
            kept = self._asked.setdefault(name, [])
            if len(kept) == KEPT and timer.seconds <= kept[-1].seconds:
                return
            if sum(len(str(value)) for value in parameters) > LONGEST:
                return
            self._number += 1
            call = (self._number, name, _now(), timer.seconds, timer.rows, sql, tuple(parameters))
            others = [one for one in kept if one.sql != sql or one.parameters != call[-1]]
            self._asked[name] = sorted(
                [*others, Asked(*call)], key=lambda one: one.seconds, reverse=True
            )[:KEPT]

    def close(self) -> None:
        """Hand on what is worth keeping; a program that only looked something up leaves the file as it was."""
        if any(line.upload_id or line.seconds > WORTH_KEEPING for line in self.pending()):
            self._keep(self.drain())

    # -------------------------------------------------------------- looking

    def pending(self) -> list[Line]:
        """What is not handed on yet."""
        with self._lock:
            return [*self._lines.values(), *self._stages]

    def drain(self) -> list[Line]:
        """Take what has gathered."""
        with self._lock:
            found = [*self._lines.values(), *self._stages]
            self._lines, self._stages = {}, []
            self._next = time.monotonic() + EVERY
        return found

    def slow(self, name: str | None = None) -> list[Asked]:
        """The slowest statements of this process, the slowest first."""
        with self._lock:
            found = [one for kept in self._asked.values() for one in kept]
        wanted = [one for one in found if name is None or one.name == name]
        return sorted(wanted, key=lambda one: one.seconds, reverse=True)
