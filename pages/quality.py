"""How good the records are: every number opens its rows."""

from __future__ import annotations

import streamlit as st

from pages import (
    _quality_checks,
    _quality_incidents,
    _quality_profile,
    _quality_rows,
    _quality_score,
    _quality_trend,
    _state,
    _views,
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
        _quality_rows.draw(dataset, check, _state.param("source") or None)
        return
    view = _views.choose(VIEWS, dataset=_state.param("dataset"))
    draw = {
        "": _quality_score,
        "trend": _quality_trend,
        "profile": _quality_profile,
        "checks": _quality_checks,
        "incidents": _quality_incidents,
    }[view].draw
    draw(dataset)


main()
