"""Scores of a dataset: dimensions, fields by dimension, the checks that found something, and their rows."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import polars
import streamlit as st

from core.datasets.model import Dataset
from core.datasets.scoring import DIMENSIONS
from core.quality.score import Checked, Score
from pages import _cached, _charts, _state
from pages._formats import EMPTY, count, number, text
from pages._html import height, table

SHOWN = 1_000  # rows of a check on the page
SCALE = ["#C4403A", "#E0A030", "#1E9A5A"]  # bad, middling, good


def draw(dataset: Dataset) -> None:
    """The score from above to below: total, dimensions, fields, checks."""
    score = _score(dataset)
    if not score.records:
        st.info(
            "Nothing is measured: this dataset has no records yet. Upload a file first.",
            icon=":material/verified:",
        )
        return
    figures(score)
    st.subheader("Fields by dimension")
    heat(dataset, score)
    st.subheader("What was found")
    checks(dataset, score)


def _score(dataset: Dataset) -> Score:
    version = _state.workbench().datasets.version(dataset.name)
    return _kept(_cached.scope(), version, dataset.name)


@st.cache_data(ttl=600, max_entries=50, show_spinner="Counting …")
def _kept(scope_: str, version: int, dataset: str) -> Score:
    return _state.workbench().quality.score(dataset).value


def points(score: float | None) -> str:
    """A score in words."""
    return "not measured" if score is None else f"{score:.1f}"


def figures(score: Score) -> None:
    """The total and the dimensions, small."""
    with st.container(horizontal=True, gap="small"):
        for name, value in (("Total", score.total), *score.dimensions.items()):
            with st.container(border=True, width=160):
                st.metric(name.capitalize(), EMPTY if value is None else f"{value:.1f}")
                st.caption("not measured" if value is None else "of 100")
    st.caption(f"{count(score.records, 'record')}. Not measured is neither 0 nor 100.")


def heat(dataset: Dataset, score: Score) -> None:
    """Fields down, dimensions across."""
    names = [
        d for d in DIMENSIONS if any(f.dimensions[d] is not None for f in score.fields.values())
    ]
    labels = [dataset.field(f).label for f in score.fields]
    values = [[f.dimensions[d] for d in names] for f in score.fields.values()]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=[n.capitalize() for n in names],
            y=labels,
            zmin=0,
            zmax=100,
            colorscale=[[0, SCALE[0]], [0.7, SCALE[1]], [1, SCALE[2]]],
            text=[["" if v is None else f"{v:.1f}" for v in row] for row in values],
            texttemplate="%{text}",
            hovertemplate="%{y}, %{x}: %{z:.2f}<extra></extra>",
            xgap=3,
            ygap=3,
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(side="top")
    _charts.show(figure, "quality-heat", 60 + 30 * len(labels))


def checks(dataset: Dataset, score: Score) -> None:
    """Every check with bad rows; each is a link to them."""
    bad = sorted((c for c in score.checks if c.bad), key=lambda c: -c.bad)
    if not bad:
        st.success("No check found anything.", icon=":material/check_circle:")
        return
    for check in bad:
        with st.container(horizontal=True, vertical_alignment="center"):
            _state.link(
                "quality",
                f"{count(check.bad, 'record')}: {check.title}",
                dataset=dataset.name,
                check=check.id,
            )
            st.space("stretch")
            st.caption(f"{points(check.score)} · {check.dimension}")


def rows(dataset: Dataset, check_id: str) -> None:
    """The rows of one check."""
    score = _score(dataset)
    check = score.check(check_id)
    _state.link("quality", "All checks", icon=":material/arrow_back:", dataset=dataset.name)
    found = _state.workbench().quality.rows(check_id, dataset=dataset.name, limit=SHOWN)
    if check:
        about(check)
    records = list(found.rows())
    if not records:
        st.success("No record is left here.", icon=":material/check_circle:")
        return
    data = {f.label: [text(r[f.name]) for r in records] for f in dataset.fields}
    event = st.dataframe(
        polars.DataFrame(data, strict=False),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=height(len(records), 600),
        key=f"quality-rows-{check_id}-{_state.workbench().datasets.version(dataset.name)}",
    )
    picked = event.selection.rows
    if picked and picked[0] < len(records):
        _state.go("records", dataset=dataset.name, record=records[picked[0]]["record_id"])


def about(check: Checked) -> None:
    """What the check counts."""
    st.subheader(check.title)
    shown = f", the first {number(SHOWN)} are shown" if check.bad > SHOWN else ""
    st.caption(f"Expected {check.expected}. Select a row to open its record{shown}.")
    table(
        ("Bad", "Of", "Score", "Dimension", "Check"),
        [
            (
                number(check.bad),
                number(check.counted),
                points(check.score),
                check.dimension,
                escape(check.id),
            )
        ],
    )
