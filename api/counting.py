"""One answer, counted: by route, key and program."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Message, Scope

from api import deprecating
from api.entry import ACTOR
from api.observing import UNKNOWN, route_of
from core.errors import MarqueeError
from core.workbench import Workbench

_SHARED = ("local", "token")


class Counted:
    """Status, size and time of an answer on its way out."""

    def __init__(self) -> None:
        self._began, self._status, self._size = time.perf_counter(), 500, 0

    def see(self, message: Message) -> None:
        """A part of the answer."""
        if message["type"] == "http.response.start":
            self._status = int(message["status"])
        self._size += len(message.get("body", b""))

    def tell(self, scope: Scope, workbench: Callable[[], Workbench]) -> None:
        """Count it. Costs some microseconds, and never fails a request."""
        route = route_of(scope)
        if route == UNKNOWN or "/v1/" not in scope["path"]:
            return
        try:
            usage = workbench().services.usage
        except MarqueeError:
            return
        usage.count(
            str(scope["method"]),
            f"/v1{route.removeprefix('/v1')}",
            _caller(scope),
            Headers(scope=scope).get("user-agent", ""),
            status=self._status,
            seconds=time.perf_counter() - self._began,
            size=self._size,
            deprecated=deprecating.of(scope) is not None,
        )


def _caller(scope: Scope) -> str:
    """The key that asks; of people nothing but that they have an account."""
    actor = scope.get(ACTOR)
    if actor is None:
        return "nobody"
    return str(actor.key or (actor.who if actor.who in _SHARED else "account"))
