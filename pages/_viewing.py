"""The line that says that an admin sees the pages as another role does, with the way back."""

from __future__ import annotations

import streamlit as st

from core.settings import Settings
from pages import _state


def viewing(settings: Settings) -> None:
    """Drawn above every page, in team mode."""
    own = _state.own_session() if settings.mode == "team" else None
    if own is None or not own.view_as:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"You see the pages as the role **{own.view_as}** does.", icon=":material/visibility:"
        )
        if st.button("Back to my own view", key="own-view"):
            _state.workbench().access.end_view()
            st.rerun()
