"""Traces by OpenTelemetry: kept for the page, and sent to a collector when one is named. Loaded by servers, and with MARQUEE_OTLP_URL."""

from __future__ import annotations

import time
from typing import Any

from opentelemetry import context as contexts, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from core.observe import faults
from core.observe.pushing import Pusher
from core.observe.slowest import Piece, Slowest
from core.observe.traces import Value

_ROOT = "marquee.root"  # a span whose parent is elsewhere, or that has none
NANO = 1_000_000_000


def resource(version: str, environment: str, instance: str) -> Resource:
    """What every span and log line says of this process."""
    return Resource(
        {
            "service.name": "marquee",
            "service.version": version,
            "service.instance.id": instance,
            "deployment.environment.name": environment,
        }
    )


class _Processor(SpanProcessor):
    """Each span that ended: to the page's slow ones, and to the collector when its trace is sampled."""

    def __init__(self, slowest: Slowest, pusher: Pusher[ReadableSpan] | None, ratio: float) -> None:
        self._slowest, self._pusher = slowest, pusher
        self._bound = int(ratio * (1 << 64))

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        """Nothing is known of it yet."""

    def on_end(self, span: ReadableSpan) -> None:
        """Never waits."""
        context = span.context
        if context is None or span.start_time is None or span.end_time is None:
            return
        parent = span.parent
        piece = Piece(
            f"{context.span_id:016x}",
            f"{parent.span_id:016x}" if parent else "",
            span.name,
            span.start_time / NANO,
            (span.end_time - span.start_time) / NANO,
            span.status.status_code is not StatusCode.ERROR,
            dict(span.attributes or {}),
        )
        root = parent is None or parent.is_remote
        self._slowest.ended(f"{context.trace_id:032x}", piece, root)
        if self._pusher is not None and (context.trace_id & ((1 << 64) - 1)) < self._bound:
            self._pusher.put(span)


class _Open:
    """A span that is being done."""

    __slots__ = ("_span", "_token", "_done")

    def __init__(self, span: trace.Span, token: Any) -> None:
        self._span, self._token, self._done = span, token, False

    def set(self, **attributes: Value) -> None:
        """Add what became known."""
        for name, value in attributes.items():
            if value is not None:
                self._span.set_attribute(f"marquee.{name}", value)

    def end(self, error: BaseException | None = None) -> None:
        """It is done; of the error its code is kept, never its text."""
        if self._done:
            return
        self._done = True
        if error is not None:
            self._span.set_attribute("error.type", faults.code_of(error))
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
        if self._token is not None:
            contexts.detach(self._token)


class OpenTelemetry:
    """The adapter of `core.observe.traces`."""

    def __init__(
        self, about: Resource, slowest: Slowest, pusher: Pusher[ReadableSpan] | None, ratio: float
    ) -> None:
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(_Processor(slowest, pusher, ratio))
        self._tracer = self._provider.get_tracer("marquee")

    def begin(
        self, name: str, parent: str | None, attributes: dict[str, Value], *, current: bool
    ) -> _Open:
        """Begin a span; see the port."""
        base = from_traceparent(parent) if parent else None
        kind = SpanKind.SERVER if name.startswith("http ") else SpanKind.INTERNAL
        named = {f"marquee.{k}": v for k, v in attributes.items() if v is not None}
        span = self._tracer.start_span(name, base, kind, named, record_exception=False)
        token = contexts.attach(trace.set_span_in_context(span, base)) if current else None
        return _Open(span, token)

    def past(self, name: str, seconds: float, attributes: dict[str, Value]) -> None:
        """A span that ended just now, inside of one that is open here."""
        if not trace.get_current_span().get_span_context().is_valid:
            return
        now = time.time_ns()
        named = {f"marquee.{k}": v for k, v in attributes.items() if v is not None}
        span = self._tracer.start_span(name, attributes=named, start_time=now - int(seconds * NANO))
        span.end(now)

    def traceparent(self) -> str:
        """Where we are, as W3C Trace Context writes it."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return ""
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-01"

    def ids(self) -> dict[str, str]:
        """The ids of the trace and the span of this moment."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return {}
        return {"trace": f"{context.trace_id:032x}", "span": f"{context.span_id:016x}"}


def from_traceparent(traceparent: str) -> contexts.Context | None:
    """The context that a traceparent names; None for a text that is none."""
    parts = traceparent.strip().lower().split("-")
    try:
        version, trace_id, span_id = parts[0], parts[1], parts[2]
        well = len(version) == 2 and len(trace_id) == 32 and len(span_id) == 16 and version != "ff"
        numbers = int(trace_id, 16), int(span_id, 16)
    except (ValueError, IndexError):
        return None
    if not well or not all(numbers):
        return None
    remote = SpanContext(*numbers, is_remote=True, trace_flags=TraceFlags(1))
    return trace.set_span_in_context(trace.NonRecordingSpan(remote))
