"""What every good answer has: an ETag, 304 for who has it already, a Link to the next page, Retry-After on 202.

A route that knows the version of what it reads says its ETag itself, before the work (`versions.py`). For the rest
the tag is made of the answer, which saves the way and not the work. Downloads and streams pass through untouched.
"""

from __future__ import annotations

import hashlib
import re

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import deprecating

_NEXT = re.compile(rb'"next":\s?"')
NEVER_KEPT = "/access/"  # whoever asks about accounts gets no copy that may be kept
LONGEST = 8_000  # characters of an address in a header; many clients refuse longer lines, and the body has it, too
_KEPT = ("etag", "cache-control", "content-location", "vary", "link", "x-request-id")


class Conditional:
    """ASGI middleware inside the guard, around the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        await self.app(scope, receive, _Answer(scope, send).take)


class _Answer:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._send, self._scope = send, scope
        self._read = scope["method"] == "GET"
        self._private = NEVER_KEPT in scope["path"]
        self._wanted = Headers(scope=scope).get("if-none-match")
        self._start: Message | None = None
        self._over = False

    async def take(self, message: Message) -> None:
        if self._over:
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is None or message["type"] != "http.response.body":
            return await self._send(message)
        headers = MutableHeaders(raw=start["headers"])
        whole = not message.get("more_body") and headers.get("content-type") == "application/json"
        if (ending := deprecating.of(self._scope)) is not None:
            headers.update(ending.headers())
        if start["status"] == 202:
            headers.setdefault("Retry-After", "1")
        if self._read and start["status"] == 200 and (whole or "etag" in headers):
            if whole:
                self._describe(headers, message.get("body", b""))
            if fits(self._wanted, headers.get("etag", "")):
                return await self._not_modified(headers)
        start["headers"] = headers.raw
        await self._send(start)
        await self._send(message)

    def _describe(self, headers: MutableHeaders, body: bytes) -> None:
        if "etag" not in headers and not self._private:
            headers["ETag"] = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if not self._private:
            headers.setdefault("Cache-Control", "private, no-cache")
        if "link" not in headers and _NEXT.search(body):
            following = orjson.loads(body).get("next")
            if isinstance(following, str) and len(following) <= LONGEST:
                headers["Link"] = f'<{following}>; rel="next"'

    async def _not_modified(self, headers: MutableHeaders) -> None:
        self._over = True
        kept = [(k, v) for k, v in headers.raw if k.decode().lower() in _KEPT]
        await self._send({"type": "http.response.start", "status": 304, "headers": kept})
        await self._send({"type": "http.response.body", "body": b""})


def fits(wanted: str | None, tag: str) -> bool:
    """Whether If-None-Match names this ETag; weak ones are the same as strong ones here (RFC 9110, 13.1.2)."""
    if not wanted or not tag:
        return False
    given = [each.strip().removeprefix("W/") for each in wanted.split(",")]
    return "*" in given or tag.removeprefix("W/") in given
