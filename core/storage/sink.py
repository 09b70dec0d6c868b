"""Where a store says how long its operations took: an interface, so that storage knows no telemetry."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol


class Timer:
    """Time spent in one call; `pause` while somebody else has the turn."""

    def __init__(self) -> None:
        self.rows, self.seconds, self._since = 0, 0.0, time.perf_counter()

    def pause(self) -> None:
        """The caller works with what it got."""
        self.seconds += time.perf_counter() - self._since

    def resume(self) -> None:
        """The caller wants more."""
        self._since = time.perf_counter()


class Sink(Protocol):
    """Takes what is measured. `core/telemetry/operations.py` is the real one."""

    def measure(self, name: str) -> AbstractContextManager[Timer]:
        """Count the call inside; set `rows` of what is given. One that raises counts as failed."""

    def add(self, name: str, seconds: float, rows: int = 0, *, failed: bool = False) -> None:
        """Count one call."""

    def stage(self, upload_id: str, name: str, seconds: float, rows: int) -> None:
        """Note one stage of an import."""

    def asked(
        self, name: str, timer: Timer, sql: str, parameters: Sequence[Any], *, failed: bool = False
    ) -> None:
        """Count a statement, and remember it when it is among the slowest of its name."""

    def close(self) -> None:
        """The store is being closed: write down what is worth keeping."""


class NoSink:
    """Measures and keeps nothing."""

    @contextmanager
    def measure(self, name: str) -> Iterator[Timer]:
        """A timer that nobody reads."""
        yield Timer()

    def add(self, name: str, seconds: float, rows: int = 0, *, failed: bool = False) -> None:
        """Nothing is kept."""

    def stage(self, upload_id: str, name: str, seconds: float, rows: int) -> None:
        """Nothing is kept."""

    def asked(
        self, name: str, timer: Timer, sql: str, parameters: Sequence[Any], *, failed: bool = False
    ) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept."""
