"""What is in the columns of a dataset or of an upload's file, as it is on the page and as a report to send."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.quality.profile import ColumnProfile, Profile
from pages import _cached, _charts, _state
from pages._quality import report
from pages._formats import count, number, plain
from pages._html import table


def draw(dataset: Dataset) -> None:
    """Figures of all columns, then one of them with its plots."""
    upload = _state.param("upload")
    found = of_upload(upload) if upload else of_dataset(dataset)
    if not found.rows:
        st.info("There are no rows to look at yet.", icon=":material/table_chart:")
        return
    if upload:
        name = _state.workbench().uploads.get(upload).filename
        st.subheader(f"The file {plain(name)}, as it came")
        _state.link("upload", "Back to the upload", icon=":material/arrow_back:", upload=upload)
    with st.container(horizontal=True, vertical_alignment="center"):
        sampled = f" Patterns and scripts are of {number(found.sampled)} of them."
        st.caption(f"{count(found.rows, 'row')}.{sampled if found.sampled < found.rows else ''}")
        st.space("stretch")
        st.download_button(
            "Report to send",
            lambda: report.page(found),
            file_name=f"profile-{dataset.name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            help="One HTML file with all plots, which needs no internet",
        )
    figures(found)
    together(found)
    names = [c.name for c in found.columns]
    chosen = st.selectbox("Column", names, key=f"profile-column-{upload}-{dataset.name}")
    column = found.column(str(chosen))
    with st.container(border=True):
        plots(column)


def of_dataset(dataset: Dataset) -> Profile:
    """The profile of the records, kept by the data's version."""
    version = _state.workbench().datasets.version(dataset.name)
    return _profile(_cached.scope(), version, dataset.model_dump_json(), dataset.name)


def of_upload(upload_id: str) -> Profile:
    """The profile of a file, kept by the way it is read."""
    upload = _state.workbench().uploads.get(upload_id)
    return _profile(_cached.scope(), 0, str(upload.plan.reading), upload.id)


@st.cache_data(max_entries=20, show_spinner="Looking at all rows …")
def _profile(scope_: str, version: int, definition: str, source: str) -> Profile:
    return _state.workbench().quality.profile(source)


def figures(found: Profile) -> None:
    """One line per column."""
    rows = []
    for c in found.columns:
        share = 100 * c.filled / found.rows
        kind = (
            f'{c.kind}<br><span class="mq-soft">{escape(c.looks_like)}</span>'
            if c.looks_like
            else c.kind
        )
        rows.append(
            (
                f"<b>{escape(c.name)}</b>",
                kind,
                f"{share:.0f} %",
                number(c.distinct),
                escape((c.smallest or "")[:24]),
                escape((c.largest or "")[:24]),
                number(c.outliers) if c.outliers else "",
                frequent(c),
            )
        )
    head = (
        "Column",
        "Type",
        "Filled",
        "Distinct",
        "Smallest",
        "Largest",
        "Outliers",
        "Most frequent",
    )
    table(head, rows, tight=(0, 1, 2, 3, 6))


def frequent(c: ColumnProfile) -> str:
    """The most frequent values; of an empty column nothing."""
    if not c.filled:
        return ""
    if c.filled > 1 and (not c.top or c.top[0][1] < 2):
        return '<span class="mq-soft">all different</span>'
    return ", ".join(f"{escape(v[:30])} ({number(n)})" for v, n in c.top[:3])


def together(found: Profile) -> None:
    """Pairs of columns that are empty in the same rows."""
    lines = []
    for pair in found.together[:5]:
        words = "in the same rows" if pair.correlation > 0 else "where the other one is not"
        lines.append(
            f"**{plain(pair.left)}** and **{plain(pair.right)}** are empty {words}"
            f" ({pair.correlation:+.2f}, {count(pair.rows, 'row')} with neither)."
        )
    if lines:
        st.caption("  \n".join(lines))


def plots(c: ColumnProfile) -> None:
    """Most frequent values, the histogram, decades, patterns and scripts of one column."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Most frequent values**")
        bars(c.top, f"top-{c.name}")
    with right:
        st.markdown(f"**{histogram_title(c)}**")
        if c.decades:
            figure = go.Figure(go.Bar(x=[d for d, _ in c.decades], y=[n for _, n in c.decades]))
            figure.update_xaxes(title="Decade")
            _charts.show(figure, f"decades-{c.name}", 300)
        elif c.histogram:
            labels, counts = histogram(c)
            _charts.show(go.Figure(go.Bar(x=labels, y=counts)), f"histogram-{c.name}", 300)
        else:
            st.caption("Nothing to draw.")
    if c.patterns:
        with left:
            st.markdown("**Patterns**")
            bars(c.patterns, f"patterns-{c.name}")
    if c.scripts:
        with right:
            st.markdown("**Scripts**")
            bars(c.scripts, f"scripts-{c.name}")


def histogram_title(c: ColumnProfile) -> str:
    """What the bars are of."""
    if c.kind == "date":
        return "Dates by decade"
    if c.kind in ("integer", "number"):
        return "Values"
    return "Elements" if c.kind == "list" else "Length in characters"


def histogram(c: ColumnProfile) -> tuple[list[str], list[int]]:
    """Labels and heights of the bars."""
    labels = []
    for each in c.histogram:
        if each.high is None:
            labels.append(f"> {each.low:g}")
        else:
            labels.append(f"≤ {each.high:g}")
    return labels, [each.count for each in c.histogram]


def bars(pairs: tuple[tuple[str, int], ...], key: str) -> None:
    """Values with how often they are there."""
    if not pairs:
        st.caption("None.")
        return
    figure = top(pairs)
    _charts.show(figure, key, 40 + 27 * len(pairs))


def top(pairs: tuple[tuple[str, int], ...]) -> go.Figure:
    """Horizontal bars, the most frequent on top."""
    names = [value[:36] + ("…" if len(value) > 36 else "") for value, _ in pairs]
    places = list(range(len(pairs)))
    figure = go.Figure(
        go.Bar(
            x=[n for _, n in pairs],
            y=places,
            orientation="h",
            text=[number(n) for _, n in pairs],
            textangle=0,
            customdata=[escape(v[:200]) for v, _ in pairs],
            hovertemplate="%{customdata}: %{x:,}<extra></extra>",
        )
    )
    figure.update_yaxes(
        autorange="reversed", tickvals=places, ticktext=[escape(n) for n in names], type="linear"
    )
    return figure
