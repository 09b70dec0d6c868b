"""One page with several views; the address bar says which."""

from __future__ import annotations

import streamlit as st

from pages import _state


def choose(views: dict[str, str], **kept: object) -> str:
    """Draw the choice; the view that is asked for. `views` maps what stands in the address to its label.

    `kept` stays in the address. The first one, '', is what is shown when nothing, or nothing known, is asked for.
    """
    asked = _state.param("view")
    now = asked if asked in views else ""
    view = st.segmented_control(
        "View",
        list(views),
        default=now,
        required=True,
        format_func=lambda v: views[v],
        label_visibility="collapsed",
        key=f"view-{now}",
    )
    if view != now:
        st.query_params.clear()
        _state.set_params(view=view, **kept)
        st.rerun()
    return now
