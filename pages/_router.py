"""Every page is reached through here: the gate, the navigation, the errors."""

from __future__ import annotations

import hashlib
import hmac

import streamlit as st

from core.settings import Settings
from pages import _state
from pages._errors import guard
from pages._html import ICON, LOGO, STYLE

st.set_page_config(page_title="Marquee", page_icon=ICON, layout="wide")


def pages() -> list[st.Page]:  # type: ignore[valid-type]
    """The navigation. Details (one upload, one record) are parameters of their pages."""
    return [
        st.Page("home.py", title="Home", icon=":material/home:", default=True),
        st.Page("upload.py", title="Upload", icon=":material/upload_file:"),
        st.Page("records.py", title="Records", icon=":material/groups:"),
        st.Page("history.py", title="History", icon=":material/history:"),
        st.Page("datasets.py", title="Datasets", icon=":material/schema:"),
    ]


def let_in(settings: Settings) -> bool:
    """With a token set, nobody sees a page without it. Asked once per session."""
    token = settings.api_token.get_secret_value() if settings.api_token else ""
    if not token:
        return True
    expected = hashlib.sha256(token.encode()).hexdigest()
    if hmac.compare_digest(st.session_state.get("_let_in", ""), expected):
        return True
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.form("gate"):
        st.subheader("This Marquee asks for its token")
        st.caption("It is the value of MARQUEE_API_TOKEN on the machine where Marquee runs.")
        given = st.text_input("Token", type="password")
        if st.form_submit_button("Open", type="primary", icon=":material/lock_open:"):
            digest = hashlib.sha256(given.encode()).hexdigest()
            if hmac.compare_digest(digest, expected):
                st.session_state["_let_in"] = expected
                st.rerun()
            st.error("This is not the token.", icon=":material/lock:")
    return False


with guard():
    settings = _state.workbench().settings
    open_ = let_in(settings) if settings.api_token else True
    page = st.navigation(pages(), position="top" if open_ else "hidden")
    if open_:
        _state.keep_address()
        st.logo(LOGO, size="large")
        st.html(STYLE)
        _state.show_flash()
        page.run()
