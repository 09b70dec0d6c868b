"""`fields=` on every GET that answers JSON: of a list the items, else the object itself, with only these fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from core.errors import BadQuery

NAME = "fields"
TOLD = "Only these fields (of each item of a list), by comma"


class Sparse:
    """ASGI middleware close to the routes: tags and packing are of what is really answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = _wanted(scope)
        if not wanted:
            return await self.app(scope, receive, send)
        taken = _Taken(scope, receive, send, wanted)
        await self.app(scope, receive, taken.send)


def _wanted(scope: Scope) -> list[str]:
    if (
        scope["type"] != "http"
        or scope["method"] != "GET"
        or b"fields=" not in scope["query_string"]
    ):
        return []
    given = parse_qs(scope["query_string"].decode("latin-1")).get(NAME, [""])[-1]
    return [name.strip() for name in given.split(",") if name.strip()]


class _Taken:
    """An answer on its way out; one of JSON is cut to the fields, unless its route did that itself."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, wanted: list[str]) -> None:
        self._scope, self._receive, self._send, self._wanted = scope, receive, send, wanted
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._cut(message):
            self._start = message
            return
        if self._start is None:
            return await self._send(message)
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._finish(self._start)

    def _cut(self, message: Message) -> bool:
        kind = dict(message["headers"]).get(b"content-type", b"")
        own = own_fields(self._scope.get("route"))
        return bool(message["status"] == 200 and kind == b"application/json" and not own)

    async def _finish(self, start: Message) -> None:
        try:
            body = orjson.dumps(pruned(orjson.loads(self._body), self._wanted))
        except BadQuery as error:
            return await errors.problem(error)(self._scope, self._receive, self._send)
        others = [(n, v) for n, v in start["headers"] if n != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*others, length]})
        await self._send({"type": "http.response.body", "body": body})


def own_fields(route: Any) -> bool:
    """Whether a route takes `fields` itself."""
    dependant = getattr(route, "dependant", None)
    return bool(dependant and any(p.alias == NAME for p in dependant.query_params))


def pruned(answer: Any, names: list[str]) -> Any:
    """What was asked for of an answer. Raises BadQuery for a field that there is not."""
    if not isinstance(answer, dict):
        return answer
    first, items = next(iter(answer.items()), ("", None))
    if not isinstance(items, list):  # a list names its items first; an object its id
        return of(answer, names)
    return {**answer, first: [of(i, names) if isinstance(i, dict) else i for i in items]}


def of(item: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Only these fields of an object. Raises BadQuery for one that there is not."""
    for name in names:
        if name not in item:
            raise BadQuery(
                f"there is no field {name[:100]!r}", hint=f"Fields here: {', '.join(item)}."
            )
    return {name: item[name] for name in names}
