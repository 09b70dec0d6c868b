"""Metrics for Prometheus: the text of a scrape, and a port of its own that gives it. Only a server loads this."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.observe import metrics
from core.observe.meters import ALL, Meter
from core.observe.metrics import Series

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUSY = threading.BoundedSemaphore(4)  # scrapes at a time; the next is told to come later


class _All(Collector):
    def collect(self) -> Iterable[Metric]:
        """Every metric of the registry that has a value."""
        by_name: dict[str, list[Series]] = {}
        for series in metrics.collect():
            by_name.setdefault(series.meter.name, []).append(series)
        for meter in ALL:
            if found := by_name.get(meter.name):
                yield _family(meter, found)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked for when it is registered."""
        return []


_registry = CollectorRegistry()
_registry.register(_All())


def text() -> bytes:
    """All metrics as Prometheus reads them."""
    return generate_latest(_registry)


def _family(meter: Meter, found: list[Series]) -> Metric:
    labels = list(meter.labels)
    if meter.kind == "histogram":
        histogram = HistogramMetricFamily(meter.exposed, meter.help, labels=labels)
        for series in found:
            if one := series.histogram:
                edges = [*map(str, meter.buckets), "+Inf"]
                sums = [sum(one.counts[: n + 1]) for n in range(len(edges))]
                histogram.add_metric(list(series.labels), list(zip(edges, sums)), one.total)
        return histogram
    kind = CounterMetricFamily if meter.kind == "counter" else GaugeMetricFamily
    family = kind(meter.exposed.removesuffix("_total"), meter.help, labels=labels)
    for series in found:
        family.add_metric(list(series.labels), series.value)
    return family


class _Handler(BaseHTTPRequestHandler):
    timeout = 5.0

    def do_GET(self) -> None:
        """Metrics at /metrics, and nothing else."""
        if self.path.split("?")[0] != "/metrics":
            return self.send_error(404)
        if not _BUSY.acquire(timeout=1):
            return self.send_error(503)
        try:
            body = text()
        finally:
            _BUSY.release()
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """A scrape is no news."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked is gone before the answer: that is for them to say. Anything else is told."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Port:
    """A port of this machine alone that answers scrapes. Raises OSError when it is taken."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._server = _Server((host, port), _Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="marquee-metrics", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
