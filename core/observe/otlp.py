"""Spans and log lines to a collector, by OTLP over HTTP. Loaded when MARQUEE_OTLP_URL is set."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LogRecordLimits, ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from core.observe import otel
from core.observe.pushing import Pusher
from core.settings import Settings

SECONDS = 5  # so long one batch may take; the next ones wait in the bounded queue
SPANS, LINES = 4_000, 4_000
_SEVERITY = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warning": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
}
_SCOPE = InstrumentationScope("marquee")


class NotTaken(Exception):
    """The collector did not take a batch."""


def _headers(settings: Settings) -> dict[str, str]:
    key = settings.otlp_key
    return {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}


def _quiet() -> None:
    # What it cannot deliver is counted and shown; each try need not be a line of the log.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)


def spans(settings: Settings) -> Pusher[ReadableSpan]:
    """Takes spans for the collector that the settings name."""
    _quiet()
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.otlp_url}/v1/traces", headers=_headers(settings), timeout=SECONDS
    )

    def send(batch: list[ReadableSpan]) -> None:
        if exporter.export(batch) is not SpanExportResult.SUCCESS:
            raise NotTaken

    return Pusher(send, "spans", most=SPANS, pause=1.0)


def lines(settings: Settings, about: Resource) -> Pusher[dict[str, Any]]:
    """Takes entries of the log for the collector that the settings name."""
    _quiet()
    exporter = OTLPLogExporter(
        endpoint=f"{settings.otlp_url}/v1/logs", headers=_headers(settings), timeout=SECONDS
    )

    def send(batch: list[dict[str, Any]]) -> None:
        records = [_record(entry, about) for entry in batch]
        if exporter.export(records) is not LogRecordExportResult.SUCCESS:
            raise NotTaken

    return Pusher(send, "log", most=LINES, pause=1.0)


def _record(entry: dict[str, Any], about: Resource) -> ReadableLogRecord:
    own = ("timestamp", "level", "message", "trace", "span")
    attributes = {k: v for k, v in entry.items() if k not in own and v is not None}
    at = int(datetime.fromisoformat(entry["timestamp"]).timestamp() * 1_000_000_000)
    record = LogRecord(
        timestamp=at,
        observed_timestamp=time.time_ns(),
        context=otel.from_traceparent(f"00-{entry.get('trace')}-{entry.get('span')}-01"),
        severity_text=entry["level"].upper(),
        severity_number=_SEVERITY[entry["level"]],
        body=entry.get("message", entry["event"]),
        attributes=attributes,
        event_name=entry["event"],
    )
    return ReadableLogRecord(record, about, _SCOPE, limits=LogRecordLimits())
