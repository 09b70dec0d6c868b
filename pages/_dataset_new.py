"""A dataset of one's own, made from a sample file: looked at as TOML, changed, kept."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.datasets.model import from_text, to_toml
from core.files.store import safe_name
from pages import _state
from pages._errors import guard
from pages._formats import count, plain
from pages._upload_choose import TYPES

DRAFT = "_dataset_draft"


def draw() -> None:
    """The sample on top; the definition below it once there is one."""
    st.subheader("Make your own")
    with st.container(border=True):
        st.caption(
            "Give a sample file. Marquee guesses the fields, their types and rules; you look at them, "
            "change what you like, and keep them."
        )
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        file = left.file_uploader("A sample file", type=TYPES, key="sample")
        name = right.text_input(
            "Name of the dataset", placeholder="for example: musicians", key="new-name"
        )
        if st.button(
            "Make a dataset", icon=":material/auto_awesome:", disabled=file is None or not name
        ):
            assert file is not None  # nosec B101
            with guard():
                _infer(file, file.name, _name(name or ""))
        if DRAFT in st.session_state:
            _edit()


def _name(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip().lower()).strip("_")


def _infer(file: BinaryIO, filename: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(filename)
        path.write_bytes(file.read())
        dataset = _state.workbench().datasets.infer(path, name)
    st.session_state[DRAFT] = to_toml(dataset)


def _edit() -> None:
    text = st.text_area(
        "The definition",
        value=st.session_state[DRAFT],
        height=420,
        key=f"toml-{hash(st.session_state[DRAFT])}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Keep this dataset", type="primary", icon=":material/save:"):
            with guard():
                dataset = from_text(text or "", "the definition")
                _state.workbench().datasets.save(dataset)
                st.session_state.pop(DRAFT)
                _state.flash(f"{dataset.label} with {count(len(dataset.fields), 'field')} is ready")
                _state.go("datasets", dataset=dataset.name)
        if st.button("Leave it", icon=":material/close:"):
            st.session_state.pop(DRAFT)
            st.rerun()
        st.caption(plain("It is kept as a TOML file in the folder of your datasets."))
