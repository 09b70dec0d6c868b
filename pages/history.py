"""What happened, when, by whom: the timeline, the audit trail, and one upload looked back at."""

from __future__ import annotations

import streamlit as st

from pages import _state, _views
from pages._history import audit, timeline
from pages._uploads import page

VIEWS = {"": "Timeline", "audit": "Audit trail"}


def main() -> None:
    """One upload when the address bar names one, else everything."""
    upload_id = _state.param("upload")
    if upload_id:
        page.draw(upload_id)
        return
    st.title("History")
    if _views.choose(VIEWS) == "audit":
        audit.draw()
    else:
        timeline.draw()


main()
