"""Who may ask: the token, and no page of another web site.

A browser lets any web page send requests to 127.0.0.1. So a request that another site caused is
refused (Sec-Fetch-Site, else Origin), and so is one under a foreign host name (DNS rebinding), which
would make the browser take the attacker's page for one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import entry, errors
from api.bench import REQUEST
from api.counting import Counted
from api.leaving import stopping
from core.actor import Actor
from core.errors import BodyTooLarge, ForeignSite, MarqueeError
from core.security.cookies import cookies
from core.settings import Settings
from core.workbench import Workbench

OPEN = ("/v1/health", "/session", "/problems")  # no token needed, or they look at it
SHOWN = ("/docs", "/openapi.json")  # for a browser that is logged in, too
LIMIT = "marquee.limit"  # the headers of the rate limit, in the scope
MAX_BODY = 10_000_000  # bytes of a request that is no upload
_SAFE = ("GET", "HEAD", "OPTIONS")
_NO_STORE = (b"cache-control", b"no-store")


class Guard:
    """ASGI middleware around the whole API; also the last to catch what nobody expected."""

    def __init__(self, app: ASGIApp, workbench: Callable[[], Workbench]) -> None:
        self.app, self.workbench = app, workbench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started, only_head = False, scope["method"] == "HEAD"
        counted = Counted()

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _harden(scope, message)
            if only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            counted.see(message)
            await send(message)

        try:
            workbench = await run_in_threadpool(self.workbench)
            check(scope, workbench.settings)
            scope.update(await run_in_threadpool(admit, scope, workbench))
            if only_head:  # answered as GET is, without the body
                scope = {**scope, "method": "GET"}
            if _streamed(scope):
                return await self.app(scope, receive, sending)
            async with stopping(receive, workbench.settings.read_seconds) as heard:
                await self.app(scope, _limited(heard), sending)
        except MarqueeError as error:
            await errors.problem(error)(scope, receive, sending)
        except Exception as error:
            answer = errors.unexpected(error)
            if started:
                raise
            await answer(scope, receive, sending)
        finally:
            counted.tell(scope, self.workbench)


def path_of(scope: Scope) -> str:
    """The path below the place where the API is mounted."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"


def check(scope: Scope, settings: Settings) -> None:
    """Raises ForeignSite for what another web site sent."""
    headers = Headers(scope=scope)
    _check_host(headers.get("host", ""), settings)
    _check_site(str(scope["method"]), headers, settings)


def admit(scope: Scope, workbench: Workbench) -> dict[str, Any]:
    """Who asks, and how they stand with the limits, for the scope. Raises NotAllowed, TooMany."""
    headers, path = Headers(scope=scope), path_of(scope)
    if _below(path, OPEN):
        return {entry.ACTOR: Actor("local", "api", request=scope[REQUEST])}
    if _below(path, SHOWN) and entry.visitor(workbench, cookies(headers.get("cookie", ""))):
        return {}
    address = scope.get(entry.CLIENT) or (scope.get("client") or ("",))[0]
    ticket = headers.get(entry.TICKET)
    if ticket and _below(path, ("/v1/transfers",)):  # a page sends a file
        actor = entry.page(workbench, ticket, scope[REQUEST])
        standing = workbench.services.access.hit("api", f"page of {actor.who}")
        return {entry.ACTOR: actor, LIMIT: standing.headers()}
    actor = entry.program(workbench, headers.get("authorization", ""), address, scope[REQUEST])
    settings = workbench.settings
    if not (settings.guarded or settings.rate_limits):
        return {entry.ACTOR: actor}
    standing = workbench.services.access.hit(policy_of(scope), actor.key or actor.who)
    return {entry.ACTOR: actor, LIMIT: standing.headers()}


def policy_of(scope: Scope) -> str:
    """The rate limit that counts for a request."""
    path = path_of(scope).rstrip("\n")  # which a route takes for its end, too
    if re.search(r"/(search|suggest|facets)(/|$)", path):
        return "search"
    if path == "/v1/uploads" and scope["method"] == "POST":
        return "upload"
    return "export" if re.search(r"/(export|download|original)(/|$|\.)", path) else "api"


def _below(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _check_host(host: str, settings: Settings) -> None:
    if not settings.places.knows_host(host):
        raise ForeignSite(
            f"the request was sent to the host {host!r}",
            hint="Use localhost or 127.0.0.1. To serve another name, set MARQUEE_PUBLIC_URL.",
        )


def _check_site(method: str, headers: Headers, settings: Settings) -> None:
    site = headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    if site is None:
        origin = headers.get("origin")
        if origin and not settings.places.knows_origin(origin, headers.get("host", "")):
            raise ForeignSite(f"a page of {origin} asked")
        return
    # Following a link to a download is fine; nothing else is.
    if method in _SAFE and headers.get("sec-fetch-mode") == "navigate":
        return
    raise ForeignSite(f"a page of {headers.get('origin', 'another site')} asked ({site})")


def _streamed(scope: Scope) -> bool:
    """Uploads are no answers of the database, and the settings limit them."""
    return path_of(scope) == "/v1/uploads" or _below(path_of(scope), ("/v1/tus",))


def _limited(receive: Receive) -> Receive:
    """What is read into memory has a limit."""
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise BodyTooLarge(f"more than {MAX_BODY:,} bytes", limit=MAX_BODY)
        return message

    return receiving


def _harden(scope: Scope, message: Message) -> None:
    names = {name.lower() for name, _ in message["headers"]}
    extra = [(b"x-content-type-options", b"nosniff"), (b"x-request-id", scope[REQUEST].encode())]
    extra += [(n.lower().encode(), v.encode()) for n, v in scope.get(LIMIT, {}).items()]
    if b"cache-control" not in names and path_of(scope).startswith("/v1/"):
        extra.append(_NO_STORE)
    message["headers"] = [*message["headers"], *extra]
