"""Whether each part works: a check each, with its time and its cause. `/readyz`, the doctor and the page show them.

A check that hangs does not hang who asks: it has two seconds, and counts as failed when it takes longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, TimeoutError as TooLate
from dataclasses import dataclass

from core.errors import MarqueeError
from core.observe import faults, metrics
from core.observe.context import quiet

CHECKS_TIMEOUT = 2.0  # seconds for all checks together
FRESH = 1.0  # seconds; who asks again within them gets the same answer


@dataclass(frozen=True)
class Found:
    """One part: whether it works, in how many seconds that was found, what is wrong and what to do.

    `needed`: without it the server is not ready. `used`: whether this installation has it at all.
    """

    name: str
    ok: bool
    seconds: float
    cause: str = ""
    hint: str = ""
    needed: bool = True
    used: bool = True


class Unused(Exception):
    """This installation does not have that part."""


class Unwell(Exception):
    """A part does not work; the text says why."""

    def __init__(self, cause: str, hint: str = "") -> None:
        super().__init__(cause)
        self.cause, self.hint = cause, hint


@dataclass(frozen=True)
class Check:
    """A part and how it is looked at: `run` returns when it works, and raises when not."""

    name: str
    run: Callable[[], None]
    needed: bool = True


@dataclass(frozen=True)
class Health:
    """All parts at one moment."""

    ready: bool
    found: tuple[Found, ...]

    @property
    def worries(self) -> list[Found]:
        """What does not work."""
        return [one for one in self.found if not one.ok]


class Checks:
    """The checks of a process. More are added by whoever has them."""

    def __init__(self, *checks: Check) -> None:
        self.checks = list(checks)
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._last: tuple[float, Health] | None = None

    def look(self, *, fresh: bool = False) -> Health:
        """Run all; an answer of the last second is given again unless `fresh`."""
        with self._lock:
            if self._last and not fresh and time.monotonic() - self._last[0] < FRESH:
                return self._last[1]
            health = self._look()
            self._last = (time.monotonic(), health)
        metrics.gauges(
            "marquee.health", {(one.name,): float(one.ok) for one in health.found if one.used}
        )
        return health

    def _look(self) -> Health:
        pool = self._pool = self._pool or ThreadPoolExecutor(4, "marquee-health")
        began = time.monotonic()
        running = [(check, pool.submit(_run, check)) for check in self.checks]
        found = []
        for check, future in running:
            try:
                found.append(future.result(max(0.01, began + CHECKS_TIMEOUT - time.monotonic())))
            except TooLate:
                seconds, future_ended = time.monotonic() - began, future.cancel()
                cause = "others before it hang" if future_ended else "it does not answer"
                found.append(Found(check.name, False, seconds, cause, needed=check.needed))
        if any(one.cause in ("others before it hang", "it does not answer") for one in found):
            self._pool = None  # its threads hang; the next look has its own
            pool.shutdown(wait=False)
        return Health(all(one.ok for one in found if one.needed), tuple(found))

    def close(self) -> None:
        """Let the threads go."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _run(check: Check) -> Found:
    began = time.perf_counter()
    cause, hint, used = "", "", True
    try:
        with quiet():
            check.run()
    except Unused:
        used = False
    except Unwell as error:
        cause, hint = error.cause, error.hint
    except MarqueeError as error:
        cause, hint = f"{error.title}: {error.detail}", error.hint
    except Exception as error:
        cause = f"an unexpected error: {faults.code_of(error)}"
    seconds = time.perf_counter() - began
    return Found(check.name, not cause, seconds, cause, hint, check.needed, used)
