"""The gate in front of everything that the server answers: pages, Streamlit's own endpoints, the API.

It asks three things of a request and of a websocket: is it sent to a name of ours, by a page of ours, and by
somebody who is logged in. Streamlit asks the first two by host name alone, and looks up the address of this machine
at a server outside while it does so; it never gets to see a request for which that would matter. A websocket is
asked again each second, so that whoever is logged out sees nothing more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import entry, probes
from core.actor import Actor
from core.errors import MarqueeError
from core.observe import logs, metrics, scrub
from core.security import headers as hardening
from core.security.cookies import cookies
from core.security.places import Places
from core.workbench import Workbench

log = logs.get("gate")

LOGIN = "/api/session"
HEALTH = "/_stcore/health"
PARTS = ("/_stcore", "/static", "/media", "/component", "/vendor")  # parts of pages, no pages
UPLOAD = "/_stcore/upload_file"
MAX_BODY = 1_000_000  # bytes to anything of Streamlit's but an upload
AGAIN = 1.0  # seconds after which an open websocket is asked again who it is
POLICY = 1008  # the code of websockets for what is not allowed
_FRAMES = ("iframe", "frame", "embed", "object", "fencedframe")


class Gate:
    """ASGI middleware around the whole server.

    `policy` is the Content-Security-Policy of pages. `farewell(address)` gives the message that makes an open
    page go to an address, as the pages' own protocol says it.
    """

    def __init__(
        self,
        app: ASGIApp,
        workbench: Callable[[], Workbench],
        policy: str,
        farewell: Callable[[str], bytes],
    ) -> None:
        self.app, self.workbench = app, workbench
        self.policy, self.farewell = policy, farewell
        self._open = 0  # websockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] in probes.PATHS:
            return await self.app(scope, receive, send)  # machines ask before there is a workbench
        try:
            workbench = await self._opened()
        except MarqueeError as error:
            return await _refuse(scope, receive, send, 503, str(error))
        places = workbench.settings.places
        headers = Headers(scope=scope)
        scope[entry.CLIENT] = places.client(
            (scope.get("client") or ("",))[0], headers.get("x-forwarded-for", "")
        )
        sending = self._hardened(scope, send, places)
        wrong = foreign(scope, headers, places)
        if wrong:
            network = scrub.network(scope[entry.CLIENT])
            log.say("security.foreign", network=network, reason=scrub.foreign(wrong))
            return await _refuse(scope, receive, sending, 403, wrong)
        if scope["type"] == "websocket":
            return await self._counted(_ours(scope, headers), receive, send, workbench)
        await self._http(scope, receive, sending, workbench)

    async def _opened(self) -> Workbench:
        return await run_in_threadpool(self.workbench)

    async def _http(self, scope: Scope, receive: Receive, send: Send, workbench: Workbench) -> None:
        path = str(scope["path"])
        if path == "/api" or path.startswith("/api/"):  # the API asks for itself
            return await self.app(scope, receive, send)
        if path != HEALTH and await self._who(scope, workbench) is None:
            return await _to_login(scope)(scope, receive, send)
        scope = _ours(scope, Headers(scope=scope))
        if not path.startswith(UPLOAD):
            receive = _limited(receive)
        await self.app(scope, receive, send)

    async def _who(self, scope: Scope, workbench: Workbench, used: bool = True) -> Actor | None:
        if not workbench.settings.guarded:
            return Actor()
        return await run_in_threadpool(
            partial(entry.visitor, used=used),
            workbench,
            cookies(Headers(scope=scope).get("cookie", "")),
        )

    async def _counted(
        self, scope: Scope, receive: Receive, send: Send, workbench: Workbench
    ) -> None:
        """A websocket is a browser that has a page open."""
        self._open += 1
        metrics.gauge("marquee.sessions", self._open)
        try:
            await self._socket(scope, receive, send, workbench)
        finally:
            self._open -= 1
            metrics.gauge("marquee.sessions", self._open)

    async def _socket(
        self, scope: Scope, receive: Receive, send: Send, workbench: Workbench
    ) -> None:
        if await self._who(scope, workbench) is None:
            return await self._dismiss(scope, receive, send)
        if not workbench.settings.guarded:
            return await self.app(scope, receive, send)
        watched = _Watched(scope, receive, send, partial(self._who, scope, workbench))
        watched.last_words = self.farewell(LOGIN)
        try:
            await self.app(scope, watched.receive, watched.send)
        finally:
            watched.end()

    async def _dismiss(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Somebody who has to log in (again): their page is told to go there, and no more."""
        if (await receive())["type"] != "websocket.connect":
            return
        offered = scope.get("subprotocols") or []
        await send({"type": "websocket.accept", "subprotocol": offered[0] if offered else None})
        await send({"type": "websocket.send", "bytes": self.farewell(LOGIN)})
        await send({"type": "websocket.close", "code": POLICY})

    def _hardened(self, scope: Scope, send: Send, places: Places) -> Send:
        secure = places.secure or scope.get("scheme") in ("https", "wss")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                policy = self.policy if kind.startswith("text/html") else hardening.NOTHING
                found = hardening.hardened(list(message["headers"]), policy, secure)
                message = {**message, "headers": found}
            await send(message)

        return sending


class _Watched:
    """A websocket that ends when whoever opened it is not logged in any more."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, who: Callable[[bool], Any]
    ) -> None:
        self._receive, self._send, self._who = receive, send, who
        self._scope, self._asked = scope, time.monotonic()
        self._next: asyncio.Task[Message] | None = None
        self.last_words = b""
        self._over = self._heard = False  # heard: since it was asked last

    async def receive(self) -> Message:
        while not self._over:
            if self._next is None:
                self._next = asyncio.ensure_future(self._receive())
            done, _ = await asyncio.wait({self._next}, timeout=AGAIN)
            self._heard |= bool(done)
            if time.monotonic() - self._asked >= AGAIN:
                self._asked, heard, self._heard = time.monotonic(), self._heard, False
                if await self._who(heard) is None:
                    await self._part()
                    break
            if done:
                message, self._next = self._next.result(), None
                return message
        return {"type": "websocket.disconnect", "code": POLICY}

    async def send(self, message: Message) -> None:
        if not self._over:
            await self._send(message)

    async def _part(self) -> None:
        try:
            await self._send({"type": "websocket.send", "bytes": self.last_words})
            await self._send({"type": "websocket.close", "code": POLICY})
        except Exception as error:  # it is gone already
            log.say("gate.gone", code=type(error).__name__)
        self._over = True

    def end(self) -> None:
        if self._next is not None:
            self._next.cancel()


def foreign(scope: Scope, headers: Headers, places: Places) -> str:
    """Why a request is not one of ours; empty when it is."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not places.knows_host(host):
        return f"this server is not called {host!r}"
    if scope["type"] == "websocket" and origin is None:
        return "a websocket says which page opens it"
    if origin is not None and not places.knows_origin(origin, host):
        return f"a page of {origin} asked"
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    if site in (None, "same-origin", "none"):
        return ""
    followed = mode == "navigate" and scope.get("method") in ("GET", "HEAD")
    if followed and headers.get("sec-fetch-dest") not in _FRAMES:
        return ""  # a link to a page of ours
    return f"a page of another site asked ({site})"


def _ours(scope: Scope, headers: Headers) -> Scope:
    """The request as Streamlit shall see it: its origin is proven, so there is nothing to look up."""
    if "origin" not in headers:
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    if scope["type"] == "websocket":
        kept.append((b"origin", b"http://" + headers["host"].encode("latin-1")))
    return {**scope, "headers": kept}


def _to_login(scope: Scope) -> Response:
    path = str(scope["path"])
    part = any(path == p or path.startswith(f"{p}/") for p in PARTS)
    if part or scope["method"] not in ("GET", "HEAD"):
        return PlainTextResponse("Log in first.\n", 401, {"Cache-Control": "no-store"})
    query = scope.get("query_string", b"").decode("latin-1")
    here = f"{path}?{query}" if query else path
    address = LOGIN if here == "/" else f"{LOGIN}?next={quote(here, safe='/')}"
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def _limited(receive: Receive) -> Receive:
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            return {"type": "http.disconnect"}
        return message

    return receiving


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":  # before it is accepted: the server answers 403
        await receive()
        return await send({"type": "websocket.close", "code": POLICY})
    answer = PlainTextResponse(f"{why}\n", status, {"Cache-Control": "no-store"})
    await answer(scope, receive, send)
