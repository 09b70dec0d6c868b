"""How the search is used: over time, what is asked most, what finds nothing, what is opened."""

from __future__ import annotations

import plotly.graph_objects as go
import polars
import streamlit as st

from core.datasets.model import Dataset
from core.search.analytics import Analytics, Top
from pages import _charts, _state
from pages._formats import EMPTY, number

SPANS = {7: "7 days", 30: "30 days", 90: "90 days"}


def draw(dataset: Dataset) -> None:
    """The figures of one dataset."""
    days = st.segmented_control(
        "Time", list(SPANS), default=30, required=True, format_func=SPANS.__getitem__,
        label_visibility="collapsed", key="analytics-days",
    )  # fmt: skip
    found = _state.workbench().search.analytics(days=days or 30, dataset=dataset.name)
    if not found.searches:
        st.info("Nothing was searched in this time.", icon=":material/search:")
        return
    _figures(found)
    _days(found)
    left, right = st.columns(2)
    with left:
        _list("Searched most", found.top)
    with right:
        _list("Found nothing", found.nothing)


def _figures(found: Analytics) -> None:
    columns = st.columns(6)
    columns[0].metric("Searches", number(found.searches))
    columns[1].metric("Without a hit", _share(found.without_hits))
    columns[2].metric("A hit opened", _share(found.opened))
    columns[3].metric("Position opened", EMPTY if found.position is None else f"{found.position:g}")
    columns[4].metric("Time, half within", _time(found.p50))
    columns[5].metric("95 % within", _time(found.p95))


def _time(seconds: float | None) -> str:
    return EMPTY if seconds is None else f"{seconds * 1000:.0f} ms"


def _share(value: float | None) -> str:
    return EMPTY if value is None else f"{value:.0%}"


def _days(found: Analytics) -> None:
    days = [d.day for d in found.days]
    figure = go.Figure(
        [
            go.Bar(x=days, y=[d.searches - d.without_hits for d in found.days], name="With hits"),
            go.Bar(x=days, y=[d.without_hits for d in found.days], name="Without a hit"),
        ]
    )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(type="date", tickformat="%d %b")
    _charts.show(figure, "analytics-days-chart", 220)


def _list(title: str, rows: tuple[Top, ...]) -> None:
    st.subheader(title)
    if not rows:
        st.caption("None.")
        return
    data = {
        "Text": [r.text for r in rows],
        "Searches": [r.searches for r in rows],
        "Hits": [r.hits for r in rows],
        "Opened": [r.opened for r in rows],
        "Position": [r.position for r in rows],  # of the hit that was opened, the middle one
    }
    st.dataframe(polars.DataFrame(data), hide_index=True, height="content")
