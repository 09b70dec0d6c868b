"""Traces and log lines reach a real OpenTelemetry Collector; a dead one holds nobody up."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.observe import context, logs, metrics, traces
from core.observe.process import Observer
from core.settings import Settings
from tests.servers.collector import Collector, Unavailable

log = logs.get("jobs")


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    try:
        with Collector(tmp_path) as found:
            yield found
    except Unavailable as reason:
        pytest.skip(str(reason))


def observed(settings: Settings, url: str) -> Observer:
    more = {"otlp_url": url, "log_format": "json", "environment": "testing"}
    return Observer(settings.model_copy(update=more), "1.2.3", io.StringIO())


@pytest.mark.integration
def test_spans_and_lines_of_one_trace(settings: Settings, collector: Collector) -> None:
    observer = observed(settings, f"http://127.0.0.1:{collector.port}")
    observer.begin()
    with context.bound(job="j-9"), traces.span("job import"):
        trace = traces.ids()["trace"]
        with traces.span("import", rows=3):
            log.say("job.done", kind="import", rows=3)
    observer.end()
    until = time.monotonic() + 30
    while not ("resourceSpans" in collector.got() and "resourceLogs" in collector.got()):
        assert time.monotonic() < until, collector.got()
        time.sleep(0.2)
    got = collector.got()
    assert got.count(trace) >= 3 and "job.done" in got and "j-9" in got
    assert '"1.2.3"' in got and '"testing"' in got


def test_a_dead_collector_holds_nobody_up(settings: Settings) -> None:
    observer = observed(settings, "http://127.0.0.1:9")
    observer.begin()
    began = time.perf_counter()
    for _ in range(500):
        with traces.span("import"):
            log.say("job.done", kind="import", rows=3)
    assert time.perf_counter() - began < 5
    began = time.perf_counter()
    observer.end()
    assert time.perf_counter() - began < 20
    assert (metrics.value("marquee.telemetry.dropped", what="spans") or 0) > 0
