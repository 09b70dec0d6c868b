"""/api/session/oidc: to an OpenID provider, and back from it.

The browser keeps what it began with in a cookie for ten minutes. That one is sent along when another site leads back here
(SameSite=Lax); the cookie of the session is not, so the last step is a page of ours that goes on by itself.
"""

from __future__ import annotations

import base64
import json
from html import escape
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from api import entry, forms
from core.access import joining, login, secrets
from core.access.provider import Flow, Provider
from core.errors import MarqueeError, NotAllowed
from core.settings import Settings
from core.workbench import Workbench

PATH = "/api/session/oidc"
MINUTES = 10
_NO_STORE = {"Cache-Control": "no-store"}


def install(app: FastAPI) -> None:
    """Addresses of the pages, so they are not in the schema."""
    for path, act in (("/session/oidc", begin), ("/session/oidc/callback", finish)):
        app.add_api_route(path, act, methods=["GET"], include_in_schema=False)
    app.add_api_route("/session/oidc/logout", leave, methods=["POST"], include_in_schema=False)


async def leave(request: Request) -> Response:
    """The provider tells that somebody logged out there (OpenID Connect Back-Channel Logout 1.0)."""
    token = str((await request.form()).get("logout_token", ""))[:20_000]

    def act() -> Response:
        room = _workbench(request).services.access
        try:
            joining.log_out(room, _provider(request), token)
        except MarqueeError as error:
            told = {"error": "invalid_request", "error_description": error.detail}
            return JSONResponse(told, 400, _NO_STORE)
        return Response(status_code=200, headers=_NO_STORE)

    return await run_in_threadpool(act)


def button(settings: Settings, back: str) -> str:
    """The way to the provider, as HTML; nothing where there is none."""
    if not settings.oidc_issuer:
        return ""
    href = escape(f"{PATH}?next={quote(back, safe='/')}")
    return f'<hr><a class="button" href="{href}">Log in with {escape(settings.oidc_name)}</a>'


def begin(request: Request) -> Response:
    """Send somebody to the provider."""
    from api import session

    room = _workbench(request).services.access
    after = session.inside(request.query_params.get("next", "/"))
    try:
        room.hit("login", session.address(request))
        address, flow = _provider(request).begin(_callback(request), after)
    except MarqueeError as error:
        return _failed(error)
    answer = session.to(address)
    secure = session.secure(request)
    answer.set_cookie(
        *(_cookie(secure), _packed(flow)),
        max_age=MINUTES * 60,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return answer


def finish(request: Request) -> Response:
    """Somebody comes back: they get a session, and go on to the page that they wanted."""
    from api import session

    workbench, secure = _workbench(request), session.secure(request)
    room = workbench.services.access
    try:
        room.hit("login", session.address(request))
        flow = _flow(request, _cookie(secure))
        claims = _provider(request).finish(flow, request.query_params["code"], _callback(request))
        account = joining.join(room, claims)
        sid = str(claims["sid"])[:200] if claims.get("sid") else ""
        secret = login.begin(room, account.id, session.visit(request, workbench), sid)
    except MarqueeError as error:
        if isinstance(error, NotAllowed):
            room.tell_refused(error.detail, session.address(request))
        return _failed(error)
    after = session.inside(flow.next)
    link = f'<a class="button" href="{escape(after)}">Go on</a>'
    answer = forms.page("You are logged in", link, text=f"As {account.shown}.", onto=after)
    answer.delete_cookie(_cookie(secure), path="/", httponly=True, samesite="lax", secure=secure)
    return session.remember(request, answer, secret)


def out(request: Request, workbench: Workbench) -> Response | None:
    """The page that leads out of the provider, too, for whoever came in by it."""
    provider = workbench.services.access.provider
    found = workbench.services.access.session(entry.secret_of(workbench.settings, request.cookies))
    if provider is None or found is None or not found[1].issuer:
        return None
    address = provider.way_out(f"{_origin(request)}/api/session")
    if address is None:
        return None
    name = workbench.settings.oidc_name
    links = f'<a class="button" href="{escape(address)}">Log out of {escape(name)}, too</a>'
    links += '<a class="button plain" href="/api/session">Log in again</a>'
    return forms.page("You are logged out", links, text="Marquee knows you no longer here.")


def _flow(request: Request, cookie: str) -> Flow:
    """What the browser began. Raises NotAllowed for what it did not begin, and for what the provider refused."""
    asked = request.query_params
    if "error" in asked:
        raise NotAllowed(f"the provider refused the login: {asked['error'][:80]}", hint="")
    try:
        flow = _unpacked(request.cookies.get(cookie, ""))
    except (ValueError, TypeError) as error:
        raise NotAllowed("this login was not begun here", hint="Begin it once more.") from error
    if not secrets.same(asked.get("state", ""), flow.state) or not asked.get("code"):
        raise NotAllowed("this login was not begun here", hint="Begin it once more.")
    if asked.get("iss", _provider(request).issuer) != _provider(request).issuer:
        raise NotAllowed("another provider answers than was asked", hint="Begin it once more.")
    return flow


def _packed(flow: Flow) -> str:
    told = json.dumps([flow.state, flow.nonce, flow.verifier, flow.next])
    return base64.urlsafe_b64encode(told.encode()).decode()


def _unpacked(text: str) -> Flow:
    return Flow(*(str(each) for each in json.loads(base64.urlsafe_b64decode(text))))


def _cookie(secure: bool) -> str:
    return "__Host-marquee_oidc" if secure else "marquee_oidc"


def _failed(error: MarqueeError) -> Response:
    link = '<a class="button plain" href="/api/session">Back to the login</a>'
    told = f"{error.detail[:1].upper()}{error.detail[1:]}."
    return forms.page(
        "You are not logged in", link, text=error.hint, wrong=told, status=error.status
    )


def _provider(request: Request) -> Provider:
    found = _workbench(request).services.access.provider
    if found is None:
        raise NotAllowed("there is no provider to log in with", hint="Set MARQUEE_OIDC_ISSUER.")
    return found


def _callback(request: Request) -> str:
    return f"{_origin(request)}{PATH}/callback"


def _origin(request: Request) -> str:
    """Under which address browsers come. The guard has looked at the host."""
    public = _workbench(request).settings.public_url
    return public or f"{request.url.scheme}://{request.headers['host']}"


def _workbench(request: Request) -> Workbench:
    found: Workbench = request.app.state.workbench()
    return found
