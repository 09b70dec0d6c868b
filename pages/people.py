"""People and keys: accounts, roles, API keys, sessions, and who was limited."""

from __future__ import annotations

import streamlit as st

from pages import _state
from pages._people import accounts, keys, rest

VIEWS = {
    "accounts": "Accounts",
    "keys": "API keys",
    "roles": "Roles",
    "sessions": "Sessions",
    "limited": "Limited",
}


def main() -> None:
    """One view at a time; which one stands in the address."""
    wb = _state.workbench()
    held = wb.access.permissions()
    everybody = held["access.write"]
    views = list(VIEWS) if everybody else ["keys", "sessions"]
    st.title("People and keys" if everybody else "Your keys and sessions")
    wanted = _state.param("view", views[0])
    view = st.segmented_control(
        "View",
        views,
        default=wanted if wanted in views else views[0],
        format_func=lambda one: VIEWS[one],
        label_visibility="collapsed",
        required=True,
    )
    _state.set_params(view=view if view != views[0] else None)
    if view == "accounts":
        accounts.draw(wb)
    elif view == "keys":
        keys.draw(wb, held["access.keys"])
    elif view == "roles":
        rest.roles(wb)
    elif view == "sessions":
        rest.sessions(wb, {a.id: a.name for a in wb.access()} if everybody else {})
    else:
        rest.limited(wb)


main()
