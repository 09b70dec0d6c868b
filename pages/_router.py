"""Every page is reached through here: the gate, the navigation, the errors."""

from __future__ import annotations

import streamlit as st

from pages import _state
from pages._errors import guard
from pages._gate import let_in, way_out
from pages._html import ICON, LOGO, STYLE

st.set_page_config(page_title="Marquee", page_icon=ICON, layout="wide")


def pages() -> list[st.Page]:
    """The navigation. Details (one upload, one record) are parameters of their pages."""
    return [
        st.Page("home.py", title="Home", icon=":material/home:", default=True),
        st.Page("search.py", title="Search", icon=":material/search:"),
        st.Page("upload.py", title="Upload", icon=":material/upload_file:"),
        st.Page("records.py", title="Records", icon=":material/groups:"),
        st.Page("duplicates.py", title="Duplicates", icon=":material/join_inner:"),
        st.Page("quality.py", title="Quality", icon=":material/verified:"),
        st.Page("history.py", title="History", icon=":material/history:"),
        st.Page("datasets.py", title="Datasets", icon=":material/schema:"),
        st.Page("backups.py", title="Backups", icon=":material/shield:"),
        st.Page("performance.py", title="Performance", icon=":material/speed:"),
    ]


with guard():
    settings = _state.workbench().settings
    open_ = let_in(settings)
    page = st.navigation(pages(), position="top" if open_ else "hidden")
    if open_:
        _state.keep_address()
        st.logo(LOGO, size="large")
        st.html(STYLE)
        _state.show_flash()
        page.run()
        if settings.api_token:
            way_out()
