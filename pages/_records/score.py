"""The score of a record: its dimensions, and the checks that it fails, each with what is expected."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.quality.score import Checked, Score
from pages import _cached, _state
from pages._formats import plain
from pages._html import table
from pages._quality import figures


def draw(dataset: Dataset, record: dict[str, Any]) -> None:
    """A line with the score, and below it what is to be done."""
    version = _state.workbench().datasets.version(dataset.name)
    found = _score(
        _cached.scope(), version, dataset.model_dump_json(), dataset.name, record["record_id"]
    )
    failing = [c for c in found.checks if c.bad and (c.scored or c.dimension == "validity")]
    failing = [c for c in failing if c.rule != "any"] or [c for c in failing if c.scored]
    measured = [(d, s) for d, s in found.dimensions.items() if s is not None]
    with st.container(border=True):
        st.markdown(f"**Quality** {figures.tinted(found.total)} :gray[of 100]")
        st.caption(" · ".join(f"{d} {s:.0f}" for d, s in measured))
        empty = [c for c in failing if c.dimension == "completeness" and c.field]
        others = [c for c in failing if c not in empty]
        if others:
            table(["Fails", "Expected"], [_line(dataset, c) for c in others])
        if empty:
            names = ", ".join(dataset.field(c.field or "").label for c in empty)
            st.caption(f"Missing: {plain(names)}.")
        if not failing:
            st.caption("No check of the dataset finds anything.")


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def _score(scope_: str, version: int, definition: str, dataset: str, record_id: str) -> Score:
    return _state.workbench().quality.record(dataset, record_id)


def _line(dataset: Dataset, check: Checked) -> tuple[str, str]:
    about = dataset.field(check.field).label if check.field else check.dimension.capitalize()
    title = (
        f'{escape(check.title)} <span class="mq-soft">({escape(about)}, {check.dimension})</span>'
    )
    return title, escape(check.expected[:160])
