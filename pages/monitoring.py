"""How the server does: its parts and figures, alerts, objectives, errors and slow traces."""

from __future__ import annotations

import streamlit as st

from pages import _state, _views
from pages._monitoring import alerts, objectives, overview, traces

VIEWS = {
    "": "Overview",
    "alerts": "Alerts",
    "objectives": "Objectives",
    "traces": "Errors and traces",
}


def main() -> None:
    """One of four views; the address bar says which, and over which time."""
    st.title("Monitoring")
    views = {"": overview, "alerts": alerts, "objectives": objectives, "traces": traces}
    hours = _state.whole("hours", overview.HOURS[1], 24 * 40)
    kept = {"hours": hours if hours != overview.HOURS[1] else None}
    views[_views.choose(VIEWS, **kept)].draw(_state.workbench().monitoring)


main()
