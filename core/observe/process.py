"""What a server process observes itself with, by its settings: one place that knows all adapters."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TextIO

from core.observe import context, scrub, traces
from core.observe.pushing import Pusher
from core.observe.slowest import Slowest
from core.settings import Settings


class Observer:
    """Logs, traces, errors and the port of metrics, from `begin` to `end`. A CLI or a notebook has none."""

    def __init__(self, settings: Settings, version: str, stream: TextIO | None = None) -> None:
        from core.observe import otel
        from core.observe.writing import Writing

        scrub.learn(settings)
        self.settings, self.instance = settings, uuid.uuid4().hex[:12]
        self.slowest = Slowest(settings.trace_slow_seconds)
        self.writing = Writing(settings, stream)
        about = otel.resource(version, settings.environment, self.instance)
        self._ends: list[Callable[[], None]] = []
        self.pushers: list[Pusher[Any]] = [self.writing.pusher]  # what is on its way
        spans = None
        if settings.otlp_url:
            from core.observe import otlp

            spans, lines = otlp.spans(settings), otlp.lines(settings, about)
            self.writing.taps.append(lines.put)
            self.pushers += [spans, lines]
            self._ends += [spans.close, lines.close]
        if settings.sentry_dsn:
            from core.observe.sentry import Sentry

            sentry = Sentry(settings, version)
            self.writing.taps.append(sentry.crumb)
            self._ends.append(sentry.end)
        self._tracer = otel.OpenTelemetry(about, self.slowest, spans, settings.trace_ratio)

    def begin(self) -> None:
        """Observe from now on. Raises OSError when the port of the metrics is taken."""
        if self.settings.metrics_port:
            from core.observe.exposition import Port

            self._ends.append(Port(self.settings.metrics_port).close)
        context.from_parent()
        traces.use(self._tracer)
        self.writing.begin()

    def flush(self, timeout: float = 5.0) -> None:
        """Wait until what is on its way has gone, but not long."""
        for pusher in self.pushers:
            pusher.flush(timeout)

    def end(self) -> None:
        """Send and write what waits, for some seconds at most."""
        traces.use(None)
        for end in self._ends:
            end()
        self.writing.end()
