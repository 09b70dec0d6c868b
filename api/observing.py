"""Around every request: its id, its trace, its time, and one line in the log. Nothing of what was asked for is kept.

The route stands for the address (`/uploads/{upload_id}`), so that ids and searches are in no metric and no log.
"""

from __future__ import annotations

import re
import time
import uuid

from starlette.datastructures import Headers
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bench import REQUEST
from core.observe import context, logs, metrics, traces

log = logs.get("api")
UNKNOWN = "unmatched"
WATCHED = ("/health",)  # asked all the time: counted, and not logged
_SLOW = 2.0  # seconds; slower answers count against the objective of user actions


class Observing:
    """ASGI middleware, the outermost of the API."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers, status, began = Headers(scope=scope), 500, time.perf_counter()
        scope[REQUEST] = request_id(headers.get("x-request-id", ""))

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        metrics.add("http.server.active_requests", 1)
        inside = traces.span(f"http {scope['method']}", parent=headers.get("traceparent"))
        try:
            with context.bound(request=scope[REQUEST], door="api"), inside as span:
                try:
                    await self.app(scope, receive, sending)
                finally:
                    seconds = time.perf_counter() - began
                    span.set(route=route_of(scope), status=status)
                    tell(str(scope["method"]), route_of(scope), status, seconds)
        finally:
            metrics.add("http.server.active_requests", -1)


def tell(method: str, route: str, status: int, seconds: float) -> None:
    """Count and log one answer."""
    metrics.observe(
        "http.server.request.duration",
        seconds,
        http_request_method=method,
        http_route=route,
        http_response_status_class=f"{status // 100}xx",
    )
    if route in WATCHED:
        return
    if status in (401, 403):
        metrics.count("marquee.security.events", code=str(status))
        log.say("security.refused", code=str(status))
    good = status < 500 and (seconds <= _SLOW or "upload" in route or "backup" in route)
    metrics.count("marquee.slo.events", slo="actions", outcome="good" if good else "bad")
    log.say("http.request", method=method, route=route, status=status, seconds=round(seconds, 4))


def route_of(scope: Scope) -> str:
    """The pattern of the address that answered; one for all that nothing answers."""
    route = scope.get("route")
    return UNKNOWN if isinstance(route, Mount) else str(getattr(route, "path", UNKNOWN))


def request_id(given: str) -> str:
    """The id that the client gave its request, if it is one; else a new one. It stands in the audit trail."""
    return given if re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", given) else uuid.uuid4().hex
