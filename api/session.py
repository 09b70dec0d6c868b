"""/api/session: the forms that let a browser see the pages, and the way out.

While a token is set, it is asked for; in team mode, everybody has an account. The cookie is for the pages alone: the
API itself takes a token or a key and nothing else.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import account, entry, forms, signin
from api.forms import Input
from core.access import login
from core.access.login import Visit
from core.actor import Actor
from core.errors import LinkOver, MarqueeError
from core.security import sessions
from core.workbench import Workbench

PATH = "/api/session"
NEW = Input(
    "password",
    "Password",
    "password",
    "new-password",
    "12 characters or more; no symbols are required",
)


def install(app: FastAPI) -> None:
    """All are forms of the pages, so they are not in the schema."""
    for path, method, act in (
        ("/session", "GET", show),
        ("/session", "POST", begin),
        ("/session/end", "POST", end),
        ("/session/link/{link}", "GET", show_link),
        ("/session/link/{link}", "POST", use_link),
    ):
        app.add_api_route(path, act, methods=[method], include_in_schema=False)
    account.install(app)
    signin.install(app)


def show(request: Request) -> Response:
    """The form; whoever has no need of it goes on."""
    workbench, back = _workbench(request), wanted(request)
    if entry.visitor(workbench, request.cookies) is not None:
        return to(back)
    if workbench.settings.mode == "team":
        return log_in_form(back, provided=signin.button(workbench.settings, back))
    return token_form(back, "This is not the token." if "denied" in request.query_params else "")


def token_form(back: str, wrong: str = "") -> Response:
    """What is asked while a token is set."""
    inputs = (
        Input("next", "", "hidden", value=back),
        Input("token", "Token", "password", "current-password"),
    )
    return forms.page(
        "This Marquee asks for its token",
        forms.form(PATH, inputs, "Open"),
        text="It is the value of MARQUEE_API_TOKEN on the machine where Marquee runs.",
        wrong=wrong,
    )


def log_in_form(
    back: str, wrong: str = "", name: str = "", status: int = 200, provided: str = ""
) -> Response:
    """What is asked where everybody has an account."""
    inputs = (
        Input("next", "", "hidden", value=back),
        Input("name", "Name", complete="username", value=name),
        Input("password", "Password", "password", "current-password"),
        Input(
            "code",
            "Code",
            complete="one-time-code",
            help="If you use a second factor",
            needed=False,
        ),
    )
    body = forms.form(PATH, inputs, "Log in") + provided
    return forms.page("Log in", body, wrong=wrong, status=status)


async def begin(request: Request) -> Response:
    """Who gave the right answer gets a cookie, and goes back to the page that asked; else the form comes again."""
    given = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_begin, request, given)


def _begin(request: Request, given: dict[str, str]) -> Response:
    workbench, back = _workbench(request), inside(given.get("next", "/"))
    if workbench.settings.mode == "team":
        return _log_in(request, workbench, given, back)
    return _by_token(request, workbench, given.get("token", ""), back)


def _log_in(request: Request, workbench: Workbench, given: dict[str, str], back: str) -> Response:
    name = given.get("name", "")
    try:
        secret = login.log_in(
            workbench.services.access,
            *(name, given.get("password", ""), given.get("code", "")),
            visit(request, workbench),
        )
    except MarqueeError as error:
        return log_in_form(
            *(back, f"{error.detail[:1].upper()}{error.detail[1:]}.", name, error.status),
            provided=signin.button(workbench.settings, back),
        )
    found = workbench.services.access.session(secret)
    if found and workbench.services.access.needs_second_factor(found[1]):
        back = back if found[1].second_factor else account.PATH
    return remember(request, to(back), secret)


def _by_token(request: Request, workbench: Workbench, given: str, back: str) -> Response:
    token, room = workbench.settings.token, workbench.services.access
    try:
        room.hit("login", address(request))
    except MarqueeError as error:
        return forms.page("Too many tries", "", wrong=error.detail, status=error.status)
    if not token or not sessions.same(given, token):
        room.tell_failed(Actor("unknown", "page", "none"), address(request))
        return to(f"{PATH}?next={quote(back, safe='/')}&denied=1")
    answer = to(back)
    answer.set_cookie(
        sessions.COOKIE,
        sessions.begin(token),
        max_age=sessions.LIFETIME,
        httponly=True,
        samesite="strict",
        secure=secure(request),
    )
    return answer


def remember(request: Request, answer: Response, secret: str) -> Response:
    """The cookie of an account's session."""
    hours = _workbench(request).settings.session_hours
    answer.set_cookie(
        entry.cookie_name(secure(request)),
        secret,
        max_age=int(hours * 3600),
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure(request),
    )
    return answer


def end(request: Request) -> Response:
    """Log out, in every tab of this browser."""
    workbench = _workbench(request)
    sessions.end(workbench.settings.token, request.cookies.get(sessions.COOKIE, ""))
    answer = signin.out(request, workbench) or to("/")
    login.log_out(workbench.services.access, entry.secret_of(workbench.settings, request.cookies))
    for name in (sessions.COOKIE, entry.cookie_name(secure(request))):
        answer.delete_cookie(name, httponly=True, samesite="strict", secure=secure(request))
    answer.headers["Clear-Site-Data"] = '"storage"'  # what pages keep in the browser
    return answer


# ------------------------------------------------------------------ links that work once


def show_link(request: Request, link: str) -> Response:
    """The form to which a link leads."""
    return _link_form(request, link)


async def use_link(request: Request, link: str) -> Response:
    """Set the password, and log in."""
    given = {name: str(value) for name, value in (await request.form()).items()}

    def act() -> Response:
        workbench = _workbench(request)
        came, name = visit(request, workbench), given.get("name", "")
        try:
            secret = login.by_link(
                workbench.services.access, link, name, given.get("password", ""), came
            )
        except MarqueeError as error:
            return _link_form(request, link, f"{error}. {error.hint}", name)
        return remember(request, to("/"), secret) if secret else to(PATH)

    return await run_in_threadpool(act)


def _link_form(request: Request, link: str, wrong: str = "", name: str = "") -> Response:
    try:
        owner = login.whose(_workbench(request).services.access, link)
    except LinkOver as error:
        return forms.page(error.title, "", text=error.hint, status=error.status)
    if owner is None:
        text = "You are the first admin. Choose the name and the password with which you log in."
        inputs = [Input("name", "Name", complete="username", value=name), NEW]
    else:
        text = f"Choose the password of the account {owner.name}."
        inputs = [Input("name", "", "hidden", value=owner.name), NEW]
    body = forms.form(f"{PATH}/link/{quote(link)}", inputs, "Set the password")
    return forms.page("Set a password", body, text=text, wrong=wrong)


# ------------------------------------------------------------------ helpers


def address(request: Request) -> str:
    """The address that asks; the gate found out."""
    return str(request.scope.get(entry.CLIENT) or (request.client.host if request.client else ""))


def visit(request: Request, workbench: Workbench) -> Visit:
    """From where somebody comes."""
    before = entry.secret_of(workbench.settings, request.cookies)
    return Visit(address(request), request.headers.get("user-agent", ""), before)


def _workbench(request: Request) -> Workbench:
    found: Workbench = request.app.state.workbench()
    return found


def inside(address: str) -> str:
    """An address of this site; what would lead to another one leads home."""
    plain = address.isprintable() and "\\" not in address and not address.startswith("//")
    return address if plain and address.startswith("/") else "/"


def wanted(request: Request) -> str:
    """The page that asked for the login: as the address says, or the one that the browser comes from."""
    if "next" in request.query_params:
        return inside(request.query_params["next"])
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host") or before.path.startswith("/api"):
        return "/"
    return inside(f"{before.path}?{before.query}" if before.query else before.path or "/")


def secure(request: Request) -> bool:
    """Whether browsers come by TLS, as MARQUEE_PUBLIC_URL says."""
    return _workbench(request).settings.places.secure


def to(address: str) -> Response:
    """A redirect that no cache keeps."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})
