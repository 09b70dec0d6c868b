"""Unexpected errors to a server that speaks Sentry's protocol. Loaded when MARQUEE_SENTRY_DSN is set.

Sent are the type of an error and where in the code it arose, with the ids of the work, never its text, a value of a
variable, a line of source, an address or the name of the machine. Breadcrumbs are events of the log.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import sentry_sdk
from sentry_sdk.transport import HttpTransport
from sentry_sdk.utils import event_from_exception

from core.observe import faults, metrics, scrub
from core.observe.faults import Seen
from core.settings import Settings

CRUMBS = 30


class _Transport(HttpTransport):
    """Its queue is bounded; what is lost is counted."""

    def record_lost_event(self, reason: str, *args: Any, **more: Any) -> None:
        metrics.count("marquee.telemetry.dropped", what="errors")
        super().record_lost_event(reason, *args, **more)


class Sentry:
    """Sends unexpected errors from `begin` to `end`."""

    def __init__(self, settings: Settings, release: str) -> None:
        assert settings.sentry_dsn is not None  # nosec B101
        self._client = sentry_sdk.Client(
            dsn=settings.sentry_dsn.get_secret_value(),
            release=f"marquee@{release}",
            environment=settings.environment,
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=CRUMBS,
            server_name="marquee",
            before_send=clean,
            shutdown_timeout=2,
            transport=_Transport,
        )
        self._scope = sentry_sdk.Scope(client=self._client)
        self._crumbs: deque[dict[str, Any]] = deque(maxlen=CRUMBS)
        self._stop = faults.listen(self.send)

    def send(self, error: BaseException, seen: Seen) -> None:
        """Queue one error; a thread of the SDK sends it."""
        event, hint = event_from_exception(
            (type(error), error, error.__traceback__),
            client_options=self._client.options,
            mechanism={"type": "marquee", "handled": True},
        )
        event["tags"] = {"event": seen.event, **seen.ids}
        event["fingerprint"] = [seen.print]
        event["breadcrumbs"] = {"values": list(self._crumbs)}
        if "trace" in seen.ids:
            place = {"trace_id": seen.ids["trace"], "span_id": seen.ids["span"]}
            event["contexts"] = {"trace": {**place, "op": seen.event}}
        self._client.capture_event(event, hint, self._scope)

    def crumb(self, entry: dict[str, Any]) -> None:
        """An entry of the log, to be sent with a later error."""
        if entry["event"] == "log.foreign":
            return
        data = {
            k: v for k, v in entry.items() if k not in ("timestamp", "event", "frames", "message")
        }
        at, level = entry["timestamp"], entry["level"]
        crumb = {"timestamp": at, "category": entry["event"], "level": level, "data": data}
        self._crumbs.append(crumb)

    def end(self) -> None:
        """Send what waits, for two seconds at most."""
        self._stop()
        self._client.close()


def clean(event: Any, _hint: Any) -> Any:
    """An event without texts of errors, variables, source lines, requests and machines."""
    for one in (event.get("exception") or {}).get("values", ()):
        one["value"] = ""
        for frame in (one.get("stacktrace") or {}).get("frames", ()):
            for name in ("vars", "pre_context", "context_line", "post_context", "abs_path"):
                frame.pop(name, None)
    for name in ("request", "user", "extra", "modules", "message", "logentry"):
        event.pop(name, None)
    return scrub.deep(event)
