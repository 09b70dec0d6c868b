"""The work of the engine: imports by stage, slow operations, sizes and memory, and the benchmark."""

from __future__ import annotations

import streamlit as st

from pages import _benchmark, _engine, _operations, _state, _views

VIEWS = {"": "Engine", "operations": "Operations", "benchmark": "Benchmark"}


def main() -> None:
    """One of three views; the address bar says which."""
    st.title("Performance")
    draw = {"": _engine, "operations": _operations, "benchmark": _benchmark}[
        _views.choose(VIEWS)
    ].draw
    draw(_state.workbench().engine)


main()
