"""Every page is reached through here: the gate, the navigation, the errors."""

from __future__ import annotations

import streamlit as st

from pages import _state
from pages._errors import guard
from pages._gate import let_in, way_out
from pages._viewing import viewing
from pages._observed import observed
from pages._html import ICON, LOGO, STYLE
from pages._palette import palette

st.set_page_config(page_title="Marquee", page_icon=ICON, layout="wide")


NEEDED = {  # what a page cannot do without; who may not is not shown it
    **dict.fromkeys(
        ("Home", "Search", "Records", "Quality", "History", "Datasets"), "datasets.read"
    ),
    "Upload": "uploads.write",
    "Duplicates": "matching.read",
    "Schedules": "schedules.read",
    "Backups": "backups.read",
    "Performance": "database.read",
    "Monitoring": "monitoring.read",
    "Security": "access.read",
    "Webhooks": "webhooks.read",
    "API": "monitoring.read",
}


WORK = ""  # without a name, its pages stand in the bar itself, before the other groups
IN_PART = ("Records", "Search", "Datasets", "People and keys")  # who sees a part sees these


def shown() -> dict[str, list[st.Page]]:
    """The pages that whoever looks may use, by group."""
    if _state.workbench().actor.role == "owner":
        return pages()
    if _state.in_part():
        found = {page.title: page for group in pages(first="Records").values() for page in group}
        return {WORK: [found[title] for title in IN_PART]}
    held = _state.workbench().access.permissions()
    first = "Home" if held["datasets.read"] else "People and keys"
    return {
        group: [page for page in of_group if held.get(NEEDED.get(page.title, ""), True)]
        for group, of_group in pages(first).items()
    }


def pages(first: str = "Home") -> dict[str, list[st.Page]]:
    """The navigation by group. Details (one upload, one record) are parameters of their pages."""
    return {
        WORK: [
            st.Page("home.py", title="Home", icon=":material/home:", default=first == "Home"),
            st.Page("search.py", title="Search", icon=":material/search:"),
            st.Page("upload.py", title="Upload", icon=":material/upload_file:"),
            st.Page(
                "records.py", title="Records", icon=":material/groups:", default=first == "Records"
            ),
            st.Page("duplicates.py", title="Duplicates", icon=":material/join_inner:"),
            st.Page("quality.py", title="Quality", icon=":material/verified:"),
            st.Page("history.py", title="History", icon=":material/history:"),
        ],
        "Manage": [
            st.Page("datasets.py", title="Datasets", icon=":material/schema:"),
            st.Page("schedules.py", title="Schedules", icon=":material/schedule:"),
            st.Page("webhooks.py", title="Webhooks", icon=":material/webhook:"),
            st.Page("backups.py", title="Backups", icon=":material/shield:"),
            st.Page(
                "people.py",
                title="People and keys",
                icon=":material/manage_accounts:",
                default=first == "People and keys",
            ),
        ],
        "Watch": [
            st.Page("monitoring.py", title="Monitoring", icon=":material/monitor_heart:"),
            st.Page("performance.py", title="Performance", icon=":material/speed:"),
            st.Page("security.py", title="Security", icon=":material/lock:"),
            st.Page("api_usage.py", title="API", icon=":material/api:"),
        ],
    }


with guard():
    settings = _state.workbench().settings
    open_ = let_in(settings)
    page = st.navigation(shown() if open_ else pages(), position="top" if open_ else "hidden")
    if open_:
        _state.keep_address()
        st.logo(LOGO, size="large")
        st.html(STYLE)
        _state.show_flash()
        viewing(settings)
        with guard():
            palette.draw(shown())
        with observed(page.title):
            page.run()
        if settings.guarded:
            way_out(settings)
