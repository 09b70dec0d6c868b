"""Who may ask: the token, and no page of another web site.

A browser lets any web page send requests to 127.0.0.1. So a request that another site caused is
refused (Sec-Fetch-Site, else Origin), and so is one under a foreign host name (DNS rebinding), which
would make the browser take the attacker's page for one of ours.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.bench import REQUEST
from core.errors import BodyTooLarge, ForeignSite, MarqueeError, NotAllowed
from core.settings import Settings
from core.workbench import Workbench

OPEN = ("/v1/health", "/docs", "/openapi.json", "/session")  # no token needed, or they look at it
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
        scope[REQUEST] = request_id(Headers(scope=scope).get("x-request-id", ""))

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _harden(scope, message)
            if only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            workbench = await run_in_threadpool(self.workbench)
            check(scope, workbench.settings)
            if only_head:  # answered as GET is, without the body
                scope = {**scope, "method": "GET"}
            await self.app(scope, _limited(scope, receive), sending)
        except MarqueeError as error:
            await errors.problem(error)(scope, receive, sending)
        except Exception as error:
            answer = errors.unexpected(error)
            if started:
                raise
            await answer(scope, receive, sending)


def request_id(given: str) -> str:
    """The id that the client gave its request, if it is one; else a new one. It stands in the audit trail."""
    return given if re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", given) else uuid.uuid4().hex


def path_of(scope: Scope) -> str:
    """The path below the place where the API is mounted."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) or "/"


def check(scope: Scope, settings: Settings) -> None:
    """Raises ForeignSite or NotAllowed."""
    headers = Headers(scope=scope)
    token = settings.api_token.get_secret_value() if settings.api_token else ""
    if settings.loopback and not token:
        _check_host(headers.get("host", ""), settings)
    _check_site(str(scope["method"]), headers)
    path = path_of(scope)
    if token and not any(path == p or path.startswith(p + "/") for p in OPEN):
        _check_token(headers.get("authorization", ""), token)


def _check_host(host: str, settings: Settings) -> None:
    name = _hostname(host)
    if name in ("localhost", settings.host.strip("[]").lower()):
        return
    try:
        local = ipaddress.ip_address(name).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ForeignSite(
            f"the request was sent to the host {host!r}",
            hint="Use localhost or 127.0.0.1. To serve other names, set MARQUEE_API_TOKEN.",
        )


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _check_site(method: str, headers: Headers) -> None:
    site = headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    if site is None:
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
            raise ForeignSite(f"a page of {origin} asked")
        return
    # Following a link to a download is fine; nothing else is.
    if method in _SAFE and headers.get("sec-fetch-mode") == "navigate":
        return
    raise ForeignSite(f"a page of {headers.get('origin', 'another site')} asked ({site})")


def _check_token(authorization: str, token: str) -> None:
    scheme, _, given = authorization.partition(" ")
    # Header bytes come decoded as Latin-1; the token is compared as the UTF-8 that was sent.
    same = hmac.compare_digest(given.strip().encode("latin-1", "replace"), token.encode())
    if scheme.lower() != "bearer" or not same:
        raise NotAllowed("the token is missing" if not given else "the token is wrong")


def _limited(scope: Scope, receive: Receive) -> Receive:
    """What is read into memory has a limit; uploads are streamed, and the settings limit them."""
    if path_of(scope) == "/v1/uploads":
        return receive
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
    if b"cache-control" not in names and path_of(scope).startswith("/v1/"):
        extra.append(_NO_STORE)
    message["headers"] = [*message["headers"], *extra]
