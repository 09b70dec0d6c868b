"""Scores of a dataset: the total and its dimensions, fields by dimension, what was found, the worst sources."""

from __future__ import annotations

import orjson
import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.datasets.scoring import DIMENSIONS, Dimension
from core.quality.score import Checked, Score
from pages import _charts, _state
from pages._empty import empty
from pages._quality import figures
from pages._formats import count, number, plain
from pages._html import draw as html

MOST = 40  # checks listed at once


def draw(dataset: Dataset) -> None:
    """From above to below: gauges, the heat map, the checks, the sources."""
    source = _state.param("source")
    score = figures.of_dataset(dataset)
    if not score.records:
        empty(dataset)
        return
    if source:
        score = _state.workbench().quality.source(dataset.name, source)
        _state.link("quality", "All sources", icon=":material/arrow_back:", dataset=dataset.name)
        st.subheader(f"Source: {source}")
    gauges(dataset, score)
    st.subheader("Fields by dimension")
    heat(dataset, score, source)
    st.subheader("What was found")
    found(dataset, score, source)
    if not source:
        worst(dataset)


def gauges(dataset: Dataset, score: Score) -> None:
    """The total and the dimensions, small; each opens its checks below."""
    wanted = _state.param("dimension")
    with st.container(horizontal=True, gap="small"):
        for name, value in (("total", score.total), *score.dimensions.items()):
            with st.container(border=True, width=166, horizontal_alignment="center", gap=None):
                html(figures.gauge(name, value))
                if name == "total":
                    _state.link("quality", "Total", dataset=dataset.name, help="All checks")
                else:
                    label = f"**{name.capitalize()}**" if name == wanted else name.capitalize()
                    _state.link("quality", label, dataset=dataset.name, dimension=name)
    st.download_button(
        "This score as JSON",
        lambda: orjson.dumps(score, default=str, option=orjson.OPT_INDENT_2),
        file_name=f"{dataset.name}-quality.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    none = [d for d, s in score.dimensions.items() if s is None]
    said = f" Not measured, which is neither 0 nor 100: {', '.join(none)}." if none else ""
    st.caption(f"Of {count(score.records, 'record')}.{said}")


def heat(dataset: Dataset, score: Score, source: str) -> None:
    """Fields down, dimensions across; a click on a cell opens its rows."""
    names = [
        d for d in DIMENSIONS if any(f.dimensions[d] is not None for f in score.fields.values())
    ]
    labels = [dataset.field(f).label for f in score.fields]
    values = [[f.dimensions[d] for d in names] for f in score.fields.values()]
    across = [n.capitalize() for n in names]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=across,
            y=labels,
            zmin=0,
            zmax=100,
            colorscale=figures.SCALE,
            xgap=3,
            ygap=3,
            showscale=False,
            hoverinfo="skip",
        )
    )
    cells = [
        (f, d) for f in score.fields for d in names if score.fields[f].dimensions[d] is not None
    ]
    figure.add_scatter(
        x=[d.capitalize() for _, d in cells],
        y=[dataset.field(f).label for f, _ in cells],
        mode="markers+text",
        text=[f"{score.fields[f].dimensions[d]:.1f}" for f, d in cells],
        textfont={"color": "#FFFFFF", "size": 12},
        marker={"size": 26, "opacity": 0.01, "symbol": "square"},
        selected={"marker": {"opacity": 0.01}},
        unselected={"marker": {"opacity": 0.01}, "textfont": {"color": "#FFFFFF"}},
        customdata=cells,
        hovertemplate="%{y}, %{x}: %{text}, click for the rows<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(side="top", showgrid=False)
    turn = st.session_state.setdefault("_heat", 0)
    key = f"quality-heat-{dataset.name}-{source}-{turn}"
    picked = _charts.pick(figure, key, 40 + 27 * len(labels))
    if picked:
        check = _of_cell(score, str(picked[0]), str(picked[1]))
        st.session_state["_heat"] = turn + 1  # a selection never outlives the page that it opens
        if check:
            _state.go("quality", dataset=dataset.name, check=check.id, source=source)


def _of_cell(score: Score, field: str, dimension: str) -> Checked | None:
    own = [c for c in score.checks if (c.field, c.dimension) == (field, dimension) and c.scored]
    return max(own, key=lambda c: c.bad, default=None)


def found(dataset: Dataset, score: Score, source: str) -> None:
    """Every check with bad rows; each is a link to them."""
    wanted = _state.param("dimension")
    bad = [c for c in score.checks if c.bad and (c.scored or c.dimension == "validity")]
    bad = [c for c in bad if c.rule != "any" and wanted in ("", c.dimension)]
    bad.sort(key=lambda c: -_loss(dataset, c))
    if not bad:
        said = f"No check of {wanted} found anything." if wanted else "No check found anything."
        st.success(said, icon=":material/check_circle:")
        return
    for check in bad[:MOST]:
        words = f"{figures.tinted(check.score)} \u2003{plain(check.title)}: **{count(check.bad, 'record')}**"
        _state.link(
            "quality",
            f"{words} :gray[of {number(check.counted)}, {check.dimension}]",
            dataset=dataset.name,
            check=check.id,
            source=source,
        )


def _loss(dataset: Dataset, check: Checked) -> float:
    """What is to be gained first: bad units by the weights."""
    dimension: Dimension = check.dimension
    weight = dataset.quality.dimension(dimension) * dataset.quality.field(check.field)
    return weight * check.bad / max(check.counted, 1)


def worst(dataset: Dataset) -> None:
    """Sources by their total, the worst on top."""
    scores = [(s, x) for s, x in figures.sources(dataset) if x.total is not None]
    if len(scores) < 2:
        return
    st.subheader("Worst sources")
    shown = scores[:10]
    names = [s or "no source" for s, _ in shown]
    figure = go.Figure(
        go.Bar(
            x=[x.total for _, x in shown],
            y=[n[:40] for n in names],
            orientation="h",
            marker={"color": [figures.colour(x.total) for _, x in shown]},
            text=[f"{x.total:.1f}" for _, x in shown],
            textposition="inside",
            textfont={"color": "#FFFFFF"},
            customdata=[(s, x.records) for s, x in shown],
            hovertemplate="%{y}: %{x:.1f}, %{customdata[1]:,} records<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(autorange="reversed")
    _charts.show(figure, "quality-sources", 60 + 34 * len(shown))
    with st.container(horizontal=True, gap="small"):
        for source, score in shown:
            if source:
                label = f"{plain(source[:40])} ({count(score.records, 'record')})"
                _state.link("quality", label, dataset=dataset.name, source=source)
