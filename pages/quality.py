"""How good the records are: every number opens its rows."""

from __future__ import annotations

import streamlit as st

from pages import _state, _views
from pages._quality import (
    checks,
    incidents,
    profile,
    rows,
    score,
    trend,
)

VIEWS = {
    "": "Score",
    "trend": "Trend",
    "profile": "Profile",
    "checks": "Checks",
    "incidents": "Incidents",
}


def main() -> None:
    """One of the views, or the rows of a check; the address bar says which."""
    st.title("Quality")
    dataset = _state.pick_dataset()
    check = _state.param("check")
    if check:
        rows.draw(dataset, check, _state.param("source") or None)
        return
    view = _views.choose(VIEWS, dataset=_state.param("dataset"))
    draw = {
        "": score,
        "trend": trend,
        "profile": profile,
        "checks": checks,
        "incidents": incidents,
    }[view].draw
    draw(dataset)


main()
