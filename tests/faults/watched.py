"""A real server whose monitoring looks when it is told, by a clock that moves at will: hours pass in seconds.

Only the time of the monitoring is virtual; the database, the worker, the folder and the requests are real.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from api import create
from core import Workbench
from core.folder import watcher
from core.monitoring import kept, measuring, monitor as monitor_
from core.monitoring.monitor import Monitor
from core.observe import faults, metrics
from core.server import Server
from core.settings import Settings

STEP = 15.0
TIMEOUT = 30.0  # real seconds for something that a thread does
KEY = "the-key-of-this-installation"


@dataclass
class Time:
    """Real time and what was added to it."""

    ahead: float = 0.0
    jumps: list[tuple[float, float]] = field(default_factory=list)  # real time, ahead until then

    def move(self, seconds: float) -> None:
        """So much time passes at once."""
        self.jumps.append((time.time(), self.ahead))
        self.ahead += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def time(self) -> float:
        return time.time() + self.ahead

    def now(self) -> datetime:
        return REAL_NOW() + timedelta(seconds=self.ahead)

    def age(self, at: Any) -> float:
        """Of something that was really done at a time."""
        made = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
        real = max((REAL_NOW() - made.replace(tzinfo=None)).total_seconds(), 0.0)
        done = time.time() - real
        then = next((ahead for moved, ahead in self.jumps if done <= moved), self.ahead)
        return real + self.ahead - then


REAL_NOW = kept.now


class Watched:
    """One server in a folder of its own."""

    def __init__(self, home: Path, clock: Time, **more: Any) -> None:
        self.clock, self.pace, self.probing = clock, 0.0, False
        self.settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database=home / "db" / "m.duckdb",
            data_dir=home / "data",
            datasets_dir=home / "datasets",
            backup_dir=home / "backups",
            min_free_mb=10,
            **more,
        )
        self._began = clock.ahead
        self._probed = -60.0
        self._app: Starlette | None = None
        self.server = self._open()

    def _open(self) -> Server:
        metrics.forget()
        faults.forget()
        made = Server(self.settings)
        made.workbench.start()
        made.workbench.services.monitor.history.clock = self.clock.monotonic
        self.settings = made.workbench.services.settings
        if self.settings.watch_folder:
            made.folder.start()
        return made

    @property
    def wb(self) -> Workbench:
        return self.server.workbench

    @property
    def monitor(self) -> Monitor:
        return self.wb.services.monitor

    def client(self, address: str = "127.0.0.1") -> TestClient:
        """Of the API, from an address; bugs are answers, as for a real client."""
        if self._app is None:
            self._app = Starlette(routes=[Mount("/api", create(lambda: self.wb))])
        return TestClient(
            self._app, "http://localhost", raise_server_exceptions=False, client=(address, 50_000)
        )

    def restart(self) -> None:
        """Stop it in order, and start it on the same files."""
        self.server.close()
        self.server = self._open()

    def close(self) -> None:
        self.server.close()

    # -------------------------------------------------------------- time

    @property
    def passed(self) -> float:
        """Seconds since it was opened."""
        return self.clock.ahead - self._began

    def look(self, pace: float = STEP) -> None:
        """Time passes, and it looks; the probe goes every minute where it matters."""
        self.clock.move(self.pace or pace)
        if self.probing and self.passed - self._probed >= 60:
            self._probed = self.passed
            self.monitor._run_canary()
        self.monitor.look()

    def state(self, alert: str) -> str:
        return self.monitor.states[alert].state


def wait(condition: Any, what: str) -> None:
    """Until a thread did something. Raises AssertionError."""
    until = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < until, f"in {TIMEOUT:g} s: {what}"
        time.sleep(0.02)


@contextmanager
def watched(home: Path, **more: Any) -> Iterator[Watched]:
    """A server on its own virtual time."""
    clock = Time()
    shim = SimpleNamespace(
        monotonic=clock.monotonic, time=clock.time, perf_counter=time.perf_counter
    )
    with ExitStack() as stack:
        for module in (measuring, monitor_):
            stack.enter_context(patch.object(module, "time", shim))
        stack.enter_context(patch.object(kept, "now", clock.now))
        stack.enter_context(patch.object(measuring, "_now", clock.now))
        stack.enter_context(patch.object(measuring, "_age", clock.age))
        stack.enter_context(patch.object(watcher, "RETRY_AFTER", 0.2))
        found = Watched(home, clock, **more)
        try:
            yield found
        finally:
            found.close()
            metrics.forget()
            faults.forget()
