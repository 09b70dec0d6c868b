"""Metrics: counted, bounded, and written as Prometheus reads them."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from core.observe import exposition, meters, metrics

ROOT = Path(__file__).resolve().parents[2]


def test_counters_gauges_and_durations() -> None:
    metrics.count("marquee.import.rows", 5)
    metrics.count("marquee.import.rows", 2)
    metrics.gauge("marquee.jobs.queued", 3)
    metrics.gauge("marquee.jobs.running", 1)
    metrics.gauge("marquee.jobs.running", None)
    for seconds in (0.001, 0.3, 100.0):
        metrics.observe("db.client.write.wait", seconds)
    found = {
        s.name: s.value
        for f in parse(exposition.text().decode())
        for s in f.samples
        if not s.labels
    }
    assert found["marquee_import_rows_total"] == 7
    assert found["marquee_jobs_queued"] == 3 and "marquee_jobs_running" not in found
    assert found["db_client_write_wait_seconds_count"] == 3
    [family] = [
        f for f in parse(exposition.text().decode()) if f.name == "db_client_write_wait_seconds"
    ]
    counts = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert (counts["0.005"], counts["0.5"], counts["30.0"], counts["+Inf"]) == (1, 2, 2, 3)


def test_labels_are_bounded() -> None:
    for n in range(1_000):
        metrics.observe(
            "http.server.request.duration",
            0.1,
            http_request_method=f"M{n}",
            http_route=f"/v1/uploads/{n}",
            http_response_status_class=f"{n}xx",
        )
        metrics.count("marquee.limits.refused", limit=str(n))
    found = [s for s in metrics.collect() if s.meter.name == "http.server.request.duration"]
    most = meters.METERS["http.server.request.duration"].labels["http_route"]
    assert isinstance(most, int) and len(found) <= (most + 1) * 4
    assert len([s for s in metrics.collect() if s.meter.name == "marquee.limits.refused"]) == 21
    assert sum(s.value for s in found) == 1_000


def test_failures_are_told_apart_however_many_series_there_are() -> None:
    name, told = "http.server.request.duration", 0
    for route in range(140):
        for method in meters.METHODS:
            for status in ("2xx", "5xx"):
                told += status == "5xx"
                labels = {"http_request_method": method, "http_route": f"/{route}"}
                metrics.observe(name, 0.1, **labels, http_response_status_class=status)
    found = [series for series in metrics.collect() if series.meter.name == name]
    assert len(found) <= metrics.MOST
    assert sum(series.value for series in found if series.labels[2] == "5xx") == told
    assert {series.labels[0] for series in found if series.labels[1] == "other"} == {
        *meters.METHODS
    }


def test_the_registry_is_bounded_and_named_by_convention() -> None:
    for meter in meters.ALL:
        assert meter.most <= 8_000, meter.name
        assert meter.name == meter.name.lower() and " " not in meter.name
        assert meter.help.endswith(".")
    names = [meter.exposed for meter in meters.ALL]
    assert len(set(names)) == len(names)


def test_an_unknown_metric_or_label_is_refused() -> None:
    with pytest.raises(KeyError):
        metrics.count("marquee.unheard")
    with pytest.raises(KeyError):
        metrics.count("marquee.errors", user="ada")
    with pytest.raises(KeyError):
        metrics.gauge("marquee.errors", 1, event="x")


def test_threads_lose_no_count() -> None:
    def work() -> None:
        for _ in range(2_000):
            metrics.count("marquee.import.rows")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert metrics.value("marquee.import.rows") == 8_000


def test_a_port_of_its_own() -> None:
    metrics.count("marquee.import.rows", 4)
    port = exposition.Port(0)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port.port}/metrics", timeout=5) as answer:
            assert b"marquee_import_rows_total 4.0" in answer.read()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{port.port}/secrets", timeout=5)
        assert refused.value.code == 404
        refused.value.close()
        began = time.perf_counter()  # a scrape every 100 ms and more
        for _ in range(30):
            urllib.request.urlopen(f"http://127.0.0.1:{port.port}/metrics", timeout=5).close()
        assert time.perf_counter() - began < 30
    finally:
        port.close()


def test_a_scraper_that_does_not_wait_makes_no_noise(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, gone = threading.Event(), threading.Event()

    def slow() -> bytes:
        asked.set()
        gone.wait(10)
        return b"x" * 20_000_000  # more than a socket takes at once

    monkeypatch.setattr(exposition, "text", slow)
    port = exposition.Port(0)
    with socket.create_connection(("127.0.0.1", port.port)) as one:
        one.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert asked.wait(10)
    gone.set()
    time.sleep(0.5)
    port.close()
    assert capfd.readouterr().err == ""


def test_a_scrape_that_fails_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> bytes:
        raise ValueError("a metric that is none")

    monkeypatch.setattr(exposition, "text", broken)
    port = exposition.Port(0)
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port.port}/metrics", timeout=5)
    port.close()
    assert "a metric that is none" in capfd.readouterr().err


def test_every_metric_is_measured_somewhere() -> None:
    """A metric that nobody feeds is an empty panel, and an alert on it never fires."""
    registries = {"meters.py", "grafana.py", "rules.py", "alerts.py", "slos.py"}
    code = "\n".join(
        file.read_text("utf-8")
        for room in ("core", "api", "pages")
        for file in (ROOT / room).rglob("*.py")
        if file.name not in registries
    )
    assert [name for name in meters.METERS if f'"{name}"' not in code] == []


def test_a_live_gauge_is_asked_at_each_scrape() -> None:
    ages = iter((1.0, 2.0))
    metrics.live("marquee.monitoring.tick.age", lambda: next(ages))
    assert b"marquee_monitoring_tick_age_seconds 1.0" in exposition.text()
    assert b"marquee_monitoring_tick_age_seconds 2.0" in exposition.text()
