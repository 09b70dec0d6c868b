"""Scores over time, and the act behind every change."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.errors import InputError
from core.quality.drift import Anomaly
from core.quality.trend import Step
from pages import _charts, _state
from pages._quality import figures
from pages._formats import count, exact, number, plain, who
from pages._html import aside, draw as html, table

LINES = 30


def draw(dataset: Dataset) -> None:
    """The lines, then what changed them; or one import against the one before it."""
    quality = _state.workbench().quality
    upload = _state.param("upload")
    if upload:
        _drift(dataset, upload)
        return
    with st.spinner("Counting what was committed since …"):
        steps = quality.trend(dataset.name)
        odd = quality.anomalies(dataset.name)
    if not steps:
        st.info(
            "Nothing was committed yet. Each import, edit and undo is a point here.",
            icon=":material/timeline:",
        )
        return
    _lines(dataset, steps, odd)
    st.caption(
        "One point per act. Freshness has no part in it: time changes it, and no act. Click a point to see its causes."
    )
    _imports(odd)
    st.subheader("What changed the score")
    for step in reversed(steps[-LINES:]):
        _step(dataset, step)


def _lines(dataset: Dataset, steps: list[Step], odd: list[Anomaly]) -> None:
    figure = go.Figure()
    places = [s.act for s in steps]
    told = [(s.act, f"{exact(s.at)}<br>{plain(s.words)[:160]}") for s in steps]
    names = [d for d, value in steps[-1].dimensions.items() if value is not None]
    for place, name in enumerate(names, 1):
        figure.add_scatter(
            x=places,
            y=[s.dimensions.get(name) for s in steps],
            name=name.capitalize(),
            mode="lines",
            line={"width": 1.5, "color": _charts.colours()[place % len(_charts.colours())]},
            opacity=0.75,
            hovertemplate=f"{name.capitalize()}: %{{y:.1f}}<extra></extra>",
        )
    figure.add_scatter(
        x=places,
        y=[s.total for s in steps],
        name="Total",
        mode="lines+markers",
        line={"width": 3, "color": _charts.colours()[0]},
        marker={
            "size": [11 if s.taken_back else 8 for s in steps],
            "symbol": ["x" if s.taken_back else "circle" for s in steps],
        },
        customdata=told,
        hovertemplate="<b>%{y:.1f}</b><br>%{customdata[1]}<extra></extra>",
    )
    flagged = {a.act for a in odd if a.act is not None}
    out = [s for s in steps if s.act in flagged]
    if out:
        figure.add_scatter(
            x=[s.act for s in out],
            y=[s.total for s in out],
            name="Out of line",
            mode="markers",
            marker={
                "size": 16,
                "symbol": "circle-open",
                "color": figures.BAD,
                "line": {"width": 3},
            },
            hoverinfo="skip",
        )
    step = -(-len(steps) // 6)
    form = "%H:%M:%S" if (steps[-1].at - steps[0].at).total_seconds() < 3_600 else "%d %b %H:%M"
    figure.update_xaxes(
        tickvals=places[::step], ticktext=[format(s.at, form) for s in steps[::step]], tickangle=0
    )
    low = min((v for s in steps for v in (s.total, *s.dimensions.values()) if v is not None))
    figure.update_yaxes(title="Score", range=[max(0, low - 5), 102])
    picked = _charts.pick(figure, f"quality-trend-{dataset.name}-{places[-1]}", 420)
    if picked:
        chosen = next((s for s in steps if s.act == picked[0]), None)
        if chosen:
            with st.container(border=True):
                _step(dataset, chosen)


def _step(dataset: Dataset, step: Step) -> None:
    """One act: by how much, which act, which checks."""
    with st.container(border=True):
        left, right = st.columns([5, 2], vertical_alignment="top")
        with left:
            sign = figures.change(step.points)
            tint = figures.GOOD if (step.points or 0) > 0 else figures.BAD
            tint = "currentColor" if not step.points else tint
            html(
                f'<b style="color:{tint}">{sign}</b> &nbsp;{_what(step)}'
                f' <span class="mq-soft">to {figures.points(step.total)}</span>'
            )
            with st.container(horizontal=True, gap="small"):
                if step.upload_id:
                    _state.link("history", "Open the act", upload=step.upload_id)
                if step.upload_id and step.kind == "import" and not step.taken_back:
                    about = {"view": "trend", "upload": step.upload_id, "dataset": dataset.name}
                    _state.link("quality", "Compare with the one before", **about)
                for cause in step.causes[:3]:
                    if cause.bad:
                        label = f"{cause.bad:+,} × {plain(cause.title)} ({figures.change(cause.points)})"
                        _state.link("quality", label, dataset=dataset.name, check=cause.check)
        with right:
            aside(step.at, who(step.actor, step.door) if step.actor and step.door else "")


def _what(step: Step) -> str:

    changed = count(step.changed, "change")
    name = escape(step.filename or "")
    words = {
        "import": f"Import of {name}, {changed}",
        "rollback": f"Undo of {name}, {changed}",
        "edit": f"Edit by hand, {changed}",
        "several": f"{number(step.acts)} acts, counted together, {changed}",
    }
    back = " (taken back since)" if step.taken_back else ""
    return words.get(step.kind, changed) + back


def _imports(odd: list[Anomaly]) -> None:
    for each in [a for a in odd if a.act is None][:5]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/warning: **{plain(each.what)}**: {each.value:.1f} %, and {each.mean:.1f} % before"
                f" (z {each.z:+.1f}, {each.points} imports)"
            )
            if each.upload_id:
                _state.link("history", "Open the import", upload=each.upload_id)


VERDICTS = {"steady": "mq-soft", "moved": "mq-ask", "changed": "mq-ask", "unknown": "mq-soft"}


def _drift(dataset: Dataset, upload_id: str) -> None:
    """What is different in an import, field by field, against the one before it of its source."""
    wb = _state.workbench()
    _state.link(
        "quality", "Trend", icon=":material/arrow_back:", view="trend", dataset=dataset.name
    )
    upload = wb.uploads.get(upload_id)
    st.subheader(f"{plain(upload.filename)}, against the import before it")
    try:
        found = wb.quality.drift(upload.id)
    except InputError as error:
        st.info(plain(error.detail), icon=":material/compare_arrows:")
        return
    before = wb.uploads.get(found.before)
    _state.link("history", f"The one before: {plain(before.filename)}", upload=before.id)
    rows = [
        (
            f"<b>{escape(dataset.field(f.field).label)}</b>",
            f'<span class="{VERDICTS[f.verdict]}">{f.verdict}</span>',
            "" if f.index is None else f"{f.index:.2f}",
            _share(f.empty_before),
            _share(f.empty_after),
            escape(", ".join(f.appeared[:8])),
            escape(", ".join(f.vanished[:8])),
        )
        for f in found.fields
        if f.field in dataset.field_names
    ]
    head = ("Field", "Verdict", "Index", "Empty before", "Empty now", "Appeared", "Vanished")
    table(head, rows, tight=(0, 1, 2, 3, 4))
    st.caption(
        "The index is the population stability index of what the two imports said: from 0.1 it moved, from 0.25 it changed."
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"
