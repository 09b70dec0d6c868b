"""A comparison from the page: at once where it is short, else in the background with its progress."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from pages import _state
from pages._errors import guard
from pages._formats import count, number

AT_ONCE = 5_000  # records
STAGES = {
    "names": "Reading the names",
    "candidates": "Looking for candidates",
    "weights": "Weighing the pairs",
}


def start(dataset: Dataset, *, whole: bool) -> None:
    """Compare, and draw the page anew."""
    wb = _state.workbench()
    with guard() as caught:
        if wb.records.count(dataset.name) > AT_ONCE:
            wb.matching.submit(dataset.name, whole=whole)
        else:
            with st.spinner("Comparing …", show_time=True):
                found = wb.matching.run(dataset.name, whole=whole)
            _state.flash(f"{count(found.links, 'link')} found")
    if not caught:
        st.rerun()


def draw(dataset: Dataset) -> bool:
    """The progress of a run in the background; whether there is one."""
    if _state.workbench().matching.active(dataset.name) is None:
        return False
    _watch(dataset.name)
    return True


@st.fragment(run_every=1.0)
def _watch(dataset: str) -> None:
    matching = _state.workbench().matching
    with guard():
        job = matching.active(dataset)
        if job is None:
            st.rerun()
        assert job is not None  # nosec B101
        stage = STAGES.get(job.stage or "", job.stage or "Waiting for its turn")
        rows = f" · {number(job.rows_done)} of {number(job.rows_total)}" if job.rows_total else ""
        st.progress(min(job.share, 1.0), f"**{stage}**{rows}")
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel-matching"):
            matching.cancel(job.id, dataset=dataset)
            st.rerun()
