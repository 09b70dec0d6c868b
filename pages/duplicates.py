"""The same person twice: pairs to decide, clusters, what was decided, and how right it is."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from core.matching.asking import LastRun
from pages import _state
from pages._duplicates import lists, review, rules, running
from pages._empty import empty
from pages._formats import ago, count, plain

VIEWS = {
    "review": ("Review", review.draw),
    "clusters": ("Clusters", lists.clusters),
    "decisions": ("Decisions", lists.decisions),
    "rules": ("Rules", rules.draw),
    "figures": ("Figures", lists.figures),
}


def main() -> None:
    """One of the views; the address bar says which, and of which dataset."""
    st.title("Duplicates")
    dataset = _state.pick_dataset()
    busy = running.draw(dataset)
    last = _state.workbench().matching.last(dataset.name)
    if last is None:
        if not busy:
            _first(dataset)
        return
    _head(dataset, last, busy)
    shown = _state.param("view", "review")
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default=shown if shown in VIEWS else "review",
        required=True,
        format_func=lambda v: VIEWS[v][0],
        label_visibility="collapsed",
        key="duplicates-view",
    )
    _state.set_params(view=None if view == "review" else view)
    VIEWS[view or "review"][1](dataset)


def _first(dataset: Dataset) -> None:
    if not _state.workbench().records.count(dataset.name):
        empty(dataset)
        return
    st.info(
        "The records were not compared yet. Comparing changes nothing: it finds pairs that may be one person,"
        " and you decide.",
        icon=":material/join_inner:",
    )
    if st.button("Compare all records", type="primary", icon=":material/play_arrow:"):
        running.start(dataset, whole=True)


def _head(dataset: Dataset, last: LastRun, busy: bool) -> None:
    said = last.summary
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{count(said['records'], 'record')} compared {ago(last.at)}. {said['verdict']}",
            width="stretch",
        )
        if busy:
            pass
        elif last.since and st.button(
            f"Compare what {count(last.since, 'act')} changed", icon=":material/update:"
        ):
            running.start(dataset, whole=False)
        if not busy and st.button("Compare all again", icon=":material/refresh:"):
            running.start(dataset, whole=True)
    if said.get("refused"):
        st.caption(
            f":material/block: Nothing was linked without a person: {plain(said['refused'])}"
        )
    if said["left_out"]:
        with st.expander(
            f"{count(said['blocks_left_out'], 'group')} too large to be compared as a whole"
        ):
            for each in said["left_out"]:
                st.text(f"{each['records']:,} {each['what']}")


main()
