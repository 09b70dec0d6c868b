"""One click for what a doubtful decision of the reader would have been otherwise."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.files.table import Decision, Table
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import plain
from pages._upload.reading import LABELS, OPTIONS


def draw(upload: Upload, table: Table) -> None:
    """A button for each decision that is not sure and has another answer."""
    offered = {d.name: o for d in table.decisions if not d.sure and (o := _other(d))}
    if not offered:
        return
    with st.container(horizontal=True, gap="small", key="otherwise"):
        for name, (value, words) in offered.items():
            if st.button(words, icon=":material/swap_horiz:", key=f"other-{name}-{value}"):
                with guard():
                    reading = {**upload.plan.reading, name: value}
                    _state.workbench().uploads.plan(upload.id, reading=reading)
                    st.rerun()


def _other(decision: Decision) -> tuple[Any, str] | None:
    """The value of the other answer, and the words of its button."""
    if decision.name == "header":
        first = not decision.value
        return (1, "The first line is column names") if first else (0, "There are no column names")
    value, known = decision.runner_up, OPTIONS.get(decision.name, {})
    if value is None or value not in known:
        return None
    return value, f"{LABELS.get(decision.name, decision.name)}: {plain(known[value])}"
