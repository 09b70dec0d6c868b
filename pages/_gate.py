"""The gate: while a token is set, nobody sees a page without having given it.

The token goes from a plain form straight to the server, which answers with a cookie that no script can
read. So a reload, a deep link and a second tab stay open, until somebody logs out.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.security import sessions
from core.settings import Settings
from pages import _state

STYLE = """<style>
.mq-gate {display: flex; flex-direction: column; gap: .75rem; max-width: 26rem; margin: 3rem auto;
  padding: 1.5rem; border-radius: .5rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent)}
.mq-gate b {font-size: 1.2rem}
.mq-gate span {opacity: .65; font-size: .9rem}
.mq-gate input {width: 100%; padding: .55rem .7rem; border-radius: .5rem; font: inherit; color: inherit;
  background: color-mix(in srgb, currentColor 6%, transparent);
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent)}
.mq-gate button {padding: .55rem 1rem; border: 0; border-radius: .5rem; font: inherit; font-weight: 600;
  color: #fff; background: #5A3FD1; cursor: pointer}
.mq-gate .wrong {color: rgb(214, 60, 60); opacity: 1; font-weight: 600}
.mq-out {text-align: right}
.mq-out button {border: 0; background: none; font: inherit; font-size: .87rem; color: inherit; opacity: .65;
  cursor: pointer; text-decoration: underline}
</style>"""


def let_in(settings: Settings) -> bool:
    """Whether the page may be drawn; else the form is."""
    if settings.mode == "team":
        return _logged_in()
    token = settings.token
    if not token or sessions.holds(token, st.context.cookies.get(sessions.COOKIE, "")):
        _state.set_params(denied=None)
        return True
    wrong = "This is not the token." if _state.param("denied") else ""
    st.html(f"""{STYLE}<form class="mq-gate" method="post" action="/api/session">
<b>This Marquee asks for its token</b>
<span>It is the value of MARQUEE_API_TOKEN on the machine where Marquee runs.</span>
<input type="hidden" name="next" value="{escape(_here())}">
<input type="password" name="token" aria-label="Token" placeholder="Token" required>
{f'<span class="wrong" role="alert">{wrong}</span>' if wrong else ""}
<button type="submit">Open</button></form>""")
    return False


def _logged_in() -> bool:
    """In team mode. The gate in front of the server asks before; nothing is drawn without an account here either."""
    if _state.lacks_second_factor():
        st.html(
            f'{STYLE}<p class="mq-gate"><b>Your role needs a second factor</b>'
            '<a href="/api/session/account" target="_self">Set it up</a></p>'
        )
        return False
    if _state.visitor() is not None:
        return True
    st.html(
        f'{STYLE}<p class="mq-gate"><b>Log in</b><a href="/api/session">Log in to Marquee</a></p>'
    )
    return False


def way_out(settings: Settings) -> None:
    """At the end of every page: who is logged in, and the way out."""
    who = _state.visitor() if settings.mode == "team" else None
    if who is not None:
        told = f"{escape(who.who)} ({escape(who.role)})"
        st.html(
            f'{STYLE}<p class="mq-out"><a href="/api/session/account" target="_self">{told}</a></p>'
        )
    st.html(
        f'{STYLE}<form class="mq-out" method="post" action="/api/session/end">'
        '<button type="submit">Log out</button></form>'
    )


def _here() -> str:
    """The page that was asked for, with its parameters."""
    asked = [(n, v) for n in st.query_params for v in st.query_params.get_all(n) if n != "denied"]
    path = urlsplit(str(st.context.url or "/")).path or "/"
    return f"{path}?{urlencode(asked)}" if asked else path
