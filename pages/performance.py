"""The work of the engine: imports by stage, slow operations, sizes and memory, and the benchmark."""

from __future__ import annotations

import streamlit as st

from pages import _benchmark, _engine, _operations, _state

VIEWS = {"": "Engine", "operations": "Operations", "benchmark": "Benchmark"}


def main() -> None:
    """One of three views; the address bar says which."""
    st.title("Performance")
    now = _state.param("view") if _state.param("view") in VIEWS else ""
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
    draw = {"": _engine, "operations": _operations, "benchmark": _benchmark}[now].draw
    draw(_state.workbench().engine)


main()
