"""A monitor on a real database, whose clock the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core import Workbench
from core.monitoring.monitor import Monitor
from core.observe import faults, metrics


@dataclass
class Clock:
    """Monotonic seconds that only the test moves."""

    now: float = 100_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def monitor(wb: Workbench, clock: Clock) -> Iterator[Monitor]:
    metrics.forget()
    faults.forget()
    found = wb.services.monitor
    found.history.clock = clock
    yield found
    metrics.forget()
    faults.forget()
