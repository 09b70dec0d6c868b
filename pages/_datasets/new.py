"""A dataset of one's own, made from a sample file: looked at as TOML, changed, kept."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.files.store import safe_name
from pages import _state
from pages._datasets import editor
from pages._errors import guard
from pages._upload.choose import TYPES


def draw() -> None:
    """The sample on top; the definition below it once there is one."""
    st.subheader("Make your own")
    with st.container(border=True):
        st.caption(
            "Give a sample file: Marquee guesses the fields, their types and rules, and you change what you like. "
            "Or begin with an empty form."
        )
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        file = left.file_uploader("A sample file", type=TYPES, key="sample")
        name = right.text_input(
            "Name of the dataset", placeholder="for example: musicians", key="new-name"
        )
        with st.container(horizontal=True):
            if st.button(
                "Make a dataset", icon=":material/auto_awesome:", disabled=file is None or not name
            ):
                assert file is not None  # nosec B101
                with guard():
                    _infer(file, file.name, _name(name or ""))
                    st.rerun()
            if st.button("Empty form", icon=":material/edit_note:"):
                editor.begin(
                    {"name": _name(name or ""), "fields": [{"name": "name", "required": True}]}
                )
                st.rerun()


def _name(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip().lower()).strip("_")


def _infer(file: BinaryIO, filename: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(filename)
        path.write_bytes(file.read())
        dataset = _state.workbench().datasets.infer(path, name)
    editor.begin(dataset.model_dump(mode="json", exclude_defaults=True))
