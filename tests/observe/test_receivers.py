"""Receivers that fail: Sentry that answers 500, a collector that never answers, a clock that jumps. Nobody waits for them."""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from core.monitoring import evaluating
from core.monitoring.series import History
from core.observe import faults, logs, metrics, otlp
from core.observe.process import Observer
from core.settings import Settings
from tests.monitoring.conftest import Clock

log = logs.get("jobs")
QUICK = 5.0  # seconds for what takes milliseconds: the machine may be busy


class Broken(BaseHTTPRequestHandler):
    """Takes everything and answers 500."""

    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """It says nothing."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broken() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def observed(settings: Settings, **more: object) -> Iterator[Observer]:
    one = Observer(settings.model_copy(update={"log_format": "json", **more}), "1", io.StringIO())
    one.begin()
    try:
        yield one
    finally:
        one.end()


def fail(number: int) -> None:
    """So many unexpected errors."""
    for _ in range(number):
        try:
            raise ValueError("Ada Lovelace")
        except ValueError as error:
            log.say("job.failed", error, kind="import")


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_sentry_that_answers_500_holds_nobody_up(settings: Settings, broken: int) -> None:
    dsn = SecretStr(f"http://{'a' * 32}@127.0.0.1:{broken}/1")
    with observed(settings, sentry_dsn=dsn):
        began = time.perf_counter()
        fail(50)
        assert time.perf_counter() - began < QUICK
        until(lambda: metrics.value("marquee.telemetry.dropped", what="errors"))
    assert Broken.asked >= 1
    [seen] = faults.recent()
    assert seen.times == 50  # the list in the app has them all the same


def test_a_collector_that_never_answers_fills_no_memory(settings: Settings) -> None:
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    with socket.socket() as silent:  # it takes connections, and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        spans = otlp.spans(
            settings.model_copy(update={"otlp_url": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        )
        began = time.perf_counter()
        for _ in range(3 * otlp.SPANS):
            spans.put(object())  # type: ignore[arg-type]
        assert time.perf_counter() - began < QUICK
        assert len(spans._waiting) <= otlp.SPANS
        dropped = metrics.value("marquee.telemetry.dropped", what="spans") or 0
        assert dropped >= otlp.SPANS
        began = time.perf_counter()
        spans.close(0.2)
        assert time.perf_counter() - began < QUICK


@pytest.mark.parametrize("hours", [-26, 26])
def test_a_clock_that_jumps_fires_no_alert_and_ends_none(clock: Clock, hours: int) -> None:
    history, at = History(clock), datetime(2026, 1, 1)
    metrics.gauge("marquee.jobs.queue.age", 700)
    history.take()
    states = evaluating.look(history, {}, at).states
    clock.now += 15
    history.take()
    at += timedelta(hours=hours, seconds=15)
    states = evaluating.look(history, states, at).states
    assert states["queue_old"].state in ("pending", "firing")
    assert states["imports_failing"].state == "ok"
    for _ in range(6):
        clock.now += 15
        at += timedelta(seconds=15)
        history.take()
        states = evaluating.look(history, states, at).states
    assert states["queue_old"].state == "firing"
