"""What happened, when, by whom: the timeline, the audit trail, and one upload looked back at."""

from __future__ import annotations

import streamlit as st

from pages import _audit, _state, _timeline, _upload_page

VIEWS = {"": "Timeline", "audit": "Audit trail"}


def main() -> None:
    """One upload when the address bar names one, else everything."""
    upload_id = _state.param("upload")
    if upload_id:
        _upload_page.draw(upload_id)
        return
    st.title("History")
    now = "audit" if _state.param("view") == "audit" else ""
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default=now,
        required=True,
        format_func=lambda v: VIEWS[v],
        label_visibility="collapsed",
        key=f"view-{now}",
    )
    if view != now:
        st.query_params.clear()
        _state.set_params(view=view)
        st.rerun()
    if view == "audit":
        _audit.draw()
    else:
        _timeline.draw()


main()
