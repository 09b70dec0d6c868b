"""The work of the engine: imports by stage, slow operations, sizes and memory, and the benchmark."""

from __future__ import annotations

import streamlit as st

from pages import _state, _views
from pages._performance import benchmark, engine, operations

VIEWS = {"": "Engine", "operations": "Operations", "benchmark": "Benchmark"}


def main() -> None:
    """One of three views; the address bar says which."""
    st.title("Performance")
    draw = {"": engine, "operations": operations, "benchmark": benchmark}[_views.choose(VIEWS)].draw
    draw(_state.workbench().engine)


main()
