"""/api/session: the form that lets a browser see the pages while a token is set, and the way out.

The cookie is for the pages alone; the API itself takes the token and nothing else.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.security import sessions
from core.workbench import Workbench


def install(app: FastAPI) -> None:
    """Both are forms of the pages, so they are not in the schema."""
    app.add_api_route("/session", begin, methods=["POST"], include_in_schema=False)
    app.add_api_route("/session/end", end, methods=["POST"], include_in_schema=False)


async def begin(request: Request) -> Response:
    """With the right token: a cookie, and back to the page that asked. With another: back to it."""
    form = await request.form()
    token, back = await _token(request), inside(str(form.get("next", "/")))
    if not token or not sessions.same(str(form.get("token", "")), token):
        return _to(f"{back}{'&' if '?' in back else '?'}denied=1")
    answer = _to(back)
    answer.set_cookie(
        sessions.COOKIE,
        sessions.begin(token),
        max_age=sessions.LIFETIME,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


async def end(request: Request) -> Response:
    """Log out, in every tab of this browser."""
    sessions.end(await _token(request), request.cookies.get(sessions.COOKIE, ""))
    answer = _to("/")
    answer.delete_cookie(sessions.COOKIE, httponly=True, samesite="strict")
    return answer


def inside(address: str) -> str:
    """An address of this site; what would lead to another one leads home."""
    plain = address.isprintable() and "\\" not in address and not address.startswith("//")
    return address if plain and address.startswith("/") else "/"


async def _token(request: Request) -> str:
    workbench: Workbench = await run_in_threadpool(request.app.state.workbench)
    secret = workbench.settings.api_token
    return secret.get_secret_value() if secret else ""


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})
