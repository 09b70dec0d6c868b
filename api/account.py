"""/api/session/account: one's own account: password, second factor, where one is logged in. Forms alone."""

from __future__ import annotations

from html import escape

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import entry, forms
from api.forms import Input
from core.access import login, sessions, totp
from core.access.accounts import Account
from core.access.room import Room
from core.access.sessions import Session
from core.errors import MarqueeError, NotAllowed
from core.workbench import Workbench

PATH = "/api/session/account"
CODE = Input("code", "Code of the app", complete="one-time-code", help="Six digits")


def install(app: FastAPI) -> None:
    """All are forms of the pages, so they are not in the schema."""
    app.add_api_route("/session/account", show, methods=["GET"], include_in_schema=False)
    for name, act in {"password": password, "factor": factor, "end": end}.items():
        app.add_api_route(
            f"/session/account/{name}", act, methods=["POST"], include_in_schema=False
        )


def own(request: Request) -> tuple[Room, Session, Account, str]:
    """Whose cookie it is. Raises NotAllowed."""
    workbench: Workbench = request.app.state.workbench()
    secret = entry.secret_of(workbench.settings, request.cookies)
    found = workbench.services.access.session(secret)
    if found is None:
        raise NotAllowed("nobody is logged in here", hint="Log in at /api/session.")
    return workbench.services.access, *found, secret


def show(request: Request) -> Response:
    """The page."""
    try:
        room, session, account, _ = own(request)
    except NotAllowed:
        from api.session import PATH as LOGIN, to

        return to(f"{LOGIN}?next={PATH}")
    return page(room, session, account)


def page(
    room: Room, session: Session, account: Account, wrong: str = "", said: str = ""
) -> Response:
    """The account with its forms."""
    parts = [f"<p>{escape(said)}</p>" if said else ""]
    if account.has_password:
        parts += [
            "<hr><h1>Password</h1>",
            _password(),
            "<hr><h1>Second factor</h1>",
            _factor(account),
        ]
    parts += ["<hr><h1>Where you are logged in</h1>", _sessions(room, session, account)]
    parts.append('<a class="button plain" href="/">Back to Marquee</a>')
    text = f"{account.shown} ({account.name}), {account.role}"
    if room.needs_second_factor(account) and not account.second_factor:
        text += ". Your role needs a second factor: switch it on to go on."
    return forms.page("Your account", "".join(parts), text=text, wrong=wrong)


def _password() -> str:
    inputs = (
        Input("before", "Present password", "password", "current-password"),
        Input("password", "New password", "password", "new-password", "12 characters or more"),
    )
    return forms.form(f"{PATH}/password", inputs, "Change the password")


def _factor(account: Account) -> str:
    if account.second_factor:
        left = f"<p>It is on. {account.recovery_codes} recovery codes are left.</p>"
        asked = Input("before", "Present password", "password", "current-password")
        return left + forms.form(f"{PATH}/factor", (asked,), "Switch it off", plain=True)
    kept = totp.secret()
    shown = "<p>Add this key to an app for codes, then type the code that it shows.</p>"
    shown += f"<pre>{escape(kept)}</pre>"
    shown += f'<p><a href="{escape(totp.address(kept, account.name))}">Open in an app on this device</a></p>'
    inputs = (Input("secret", "", "hidden", value=kept), CODE)
    return shown + forms.form(f"{PATH}/factor", inputs, "Switch it on")


def _sessions(room: Room, session: Session, account: Account) -> str:
    rows = ""
    for each in room.sessions(account.id):
        here = " (here)" if each.id == session.id else ""
        since = f"{each.created_at:%Y-%m-%d %H:%M}"
        hidden = Input("session", "", "hidden", value=each.id)
        button = forms.form(f"{PATH}/end", (hidden,), "End", plain=True)
        told = f"{escape(each.agent[:60] or 'a browser')}{here}<small>{escape(each.address)}, since {since}</small>"
        rows += f"<tr><td>{told}</td><td>{button}</td></tr>"
    return f"<table>{rows}</table>"


async def password(request: Request) -> Response:
    """Set another password."""
    given = await request.form()
    before, wanted = str(given.get("before", "")), str(given.get("password", ""))

    def act() -> Response:
        room, session, account, secret = own(request)
        try:
            ended = login.change_password(room, account, before, wanted, secret)
        except MarqueeError as error:
            return page(room, session, account, f"{error.detail}. {error.hint}")
        said = f"The password was changed. Other sessions that ended: {ended}."
        return page(room, session, account, said=said)

    return await run_in_threadpool(act)


async def factor(request: Request) -> Response:
    """Switch the second factor on or off."""
    given = {name: str(value) for name, value in (await request.form()).items()}

    def act() -> Response:
        room, session, account, _ = own(request)
        try:
            if account.second_factor:
                login.confirm(room, account, given.get("before", ""))
                login.check_second_factor(room, account)
                login.end_second_factor(room, account, room.actor(account, "page"))
                return page(room, session, own(request)[2], said="The second factor is off.")
            codes = login.use_second_factor(room, account, given["secret"], given.get("code", ""))
        except (MarqueeError, KeyError, ValueError) as error:
            told = (
                f"{error.detail}. {error.hint}" if isinstance(error, MarqueeError) else "Try again."
            )
            return page(room, session, account, told)
        listed = f"<pre>{chr(10).join(codes)}</pre>"
        back = f'<a class="button" href="{PATH}">I have kept them</a>'
        text = (
            "Each of these opens your account once, without the device. They are shown this once."
        )
        return forms.page("Recovery codes", listed + back, text=text)

    return await run_in_threadpool(act)


async def end(request: Request) -> Response:
    """End one of one's own sessions."""
    given = str((await request.form()).get("session", ""))

    def act() -> Response:
        from api.session import to

        room, _, account, _ = own(request)
        room.write(lambda c: sessions.end(c, given, account.id))
        return to(PATH)

    return await run_in_threadpool(act)
