"""How good the records are: every number opens its rows."""

from __future__ import annotations

import streamlit as st

from pages import _quality_score, _state


def main() -> None:
    """One of the views; the address bar says which dataset, and which check."""
    st.title("Quality")
    dataset = _state.pick_dataset()
    check = _state.param("check")
    if check:
        _quality_score.rows(dataset, check)
    else:
        _quality_score.draw(dataset)


main()
