"""How far a job is, and the wish to stop it. Shared between the worker thread and whoever looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from core.errors import Cancelled
from core.observe import traces


@dataclass(frozen=True)
class Snapshot:
    """Stage, rows done of rows expected (0 when not known), rows per second, share done (0 to 1)."""

    stage: str
    rows_done: int
    rows_total: int
    rate: float
    share: float


# The share of the whole that each stage takes, roughly: what the bar shows.
STAGES = {"reading": 0.05, "checking": 0.55, "comparing": 0.1, "writing": 0.25, "finishing": 0.05}


class Progress:
    """One per running job. `watch` names the connection that works now, so that cancel can stop it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._cancelled = False
        self._highest = 0.0
        self.stopping = False
        self.stages = STAGES  # other work has other stages
        self._stage = "waiting"
        self._rows_total = 0
        self._within = 0.0  # of the stage; asked of the connection where one is watched
        self._begun: float | None = None  # the share that was done before this job
        self._started = time.monotonic()
        self._stages: list[tuple[str, float]] = []  # when each began
        self._span: traces.Span = traces.NOTHING
        self._followed: Snapshot | None = None

    def follow(self, snapshot: Snapshot) -> None:
        """The work is done by another process, which is so far."""
        self._followed = snapshot

    def stage(self, name: str, rows_total: int | None = None) -> None:
        """Enter a stage. Raises Cancelled when that was asked for."""
        self.check()
        self._stage, self._within = name, 0.0
        self._span.end()
        self._span = traces.begin(f"stage {name}")
        self._stages.append((name, time.monotonic()))
        if self._begun is None:
            self._begun = _before(name, self.stages)
        if rows_total is not None:
            self._rows_total = rows_total

    def done(self, share: float) -> None:
        """How much of the stage is done, 0 to 1, where no connection tells it."""
        self._within = share

    def spent(self) -> dict[str, float]:
        """Seconds by stage since this was last asked; the stage of this moment ends here."""
        begun, self._stages = self._stages, []
        self._span.end()
        found: dict[str, float] = {}
        for (name, at), until in zip(begun, [*(at for _, at in begun[1:]), time.monotonic()]):
            found[name] = found.get(name, 0.0) + until - at
        return found

    def check(self) -> None:
        """Raises Cancelled when that was asked for."""
        if self._cancelled:
            raise Cancelled("stopped on request")

    @contextmanager
    def watch(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """While inside, this connection's progress is shown and cancel interrupts it."""
        with self._lock:
            self._connection = connection
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._connection = None

    def cancel(self, *, stopping: bool = False) -> None:
        """Ask the job to stop; what it is doing in the database is interrupted.

        `stopping`: the program ends, and the job goes on at the next start.
        """
        with self._lock:
            self._cancelled = True
            self.stopping = self.stopping or stopping
            if self._connection is not None:
                self._connection.interrupt()

    def snapshot(self) -> Snapshot:
        """Where the job is now. The numbers only grow, though a stage runs several queries."""
        if self._followed is not None:
            return self._followed
        with self._lock:
            raw = self._connection.query_progress() if self._connection else 100 * self._within
            within = min(max(float(raw), 0.0), 100.0) / 100
            share = _before(self._stage, self.stages) + self.stages.get(self._stage, 0.0) * within
            share = self._highest = min(max(self._highest, share), 1.0)
        done = int(self._rows_total * share)
        elapsed = max(time.monotonic() - self._started, 0.001)
        rate = self._rows_total * max(share - (self._begun or 0.0), 0.0) / elapsed
        return Snapshot(self._stage, done, self._rows_total, rate, share)


def _before(stage: str, stages: dict[str, float]) -> float:
    """The share that is done when a stage begins."""
    names = list(stages)
    return sum(stages[n] for n in names[: names.index(stage)]) if stage in names else 0.0
