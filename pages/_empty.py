"""A dataset without records: what to do, on every page that shows them."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from pages import _state


def empty(dataset: Dataset) -> None:
    """What to do when nothing is there."""
    with st.container(border=True):
        st.markdown(f"**{dataset.label} has no records yet.**")
        st.caption("Upload a file, or load the sample on the Home page.")
        with st.container(horizontal=True):
            if st.button("Upload a file", type="primary", icon=":material/upload_file:"):
                _state.go("upload", into=dataset.name)
            if st.button("Home", icon=":material/home:"):
                _state.go("home")
