"""What the engine does now: memory, disk, tables, and the imports by stage."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.workbench.engine import Engine
from core.telemetry.kept import ImportRun
from pages import _cached, _charts
from pages._formats import ago, number, size
from pages._html import table

STAGES = {
    "receiving": "Receiving",
    "reading": "Reading",
    "checking": "Cleaning and checking",
    "comparing": "Comparing",
    "writing": "Writing",
    "finishing": "Commit and checkpoint",
}
ENOUGH = 1_000  # rows; below, an import says nothing about speed
MOST = 30


def draw(engine: Engine) -> None:
    """Figures first, then imports, then tables."""
    figures(engine)
    st.subheader("Imports by stage")
    imports(engine.imports(limit=200))
    st.subheader("Tables")
    tables()


def figures(engine: Engine) -> None:
    """Memory and disk at a glance."""
    memory, files = engine.memory(), engine.files()
    cards = [
        ("DuckDB's memory", size(memory.duckdb), f"of {size(memory.limit)}"),
        ("Whole program", size(memory.process), f"at most {size(memory.process_peak)} so far"),
        ("Reading processes", size(memory.children), f"{memory.threads} threads for queries"),
        ("Spilled to disk", size(files.spilled), "while memory is short"),
        ("Database", size(files.database), f"and {size(files.wal)} in the WAL"),
        ("Raw files", size(files.raw), f"{size(files.free)} are free on the disk"),
    ]
    with st.container(horizontal=True, gap="small"):
        for label, value, more in cards:
            with st.container(border=True, width=200):
                st.metric(label, value)
                st.caption(more)


def imports(runs: list[ImportRun]) -> None:
    """Seconds for 100,000 rows, stage upon stage, the newest import on the right."""
    large = [run for run in runs if run.rows >= ENOUGH][:MOST]
    if not large:
        st.info(
            f"Imports of {number(ENOUGH)} rows or more show here how long each of their stages took.",
            icon=":material/stacked_bar_chart:",
        )
        return
    large.reverse()
    places = [f"{place}" for place, _ in enumerate(large)]
    figure = go.Figure()
    for name, title in STAGES.items():
        taken = [run.stages.get(name, 0.0) for run in large]
        figure.add_bar(
            name=title,
            x=places,
            y=[100_000 * t / run.rows for t, run in zip(taken, large)],
            customdata=[
                [
                    escape(run.filename[:60]),
                    t,
                    number(run.rows),
                    number(int(run.rows / t)) if t else "",
                ]
                for t, run in zip(taken, large)
            ],
            hovertemplate="%{customdata[0]}, %{customdata[2]} rows<br>"
            f"{title}: %{{customdata[1]:.2f}} s, %{{customdata[3]}} rows/s<extra></extra>",
        )
    labels = [f"{run.at:%d %b %H:%M}<br>{_short(run.rows)} rows" for run in large]
    step = -(-len(large) // 8)
    figure.update_layout(barmode="stack", yaxis_title="Seconds for 100,000 rows")
    figure.update_xaxes(tickvals=places[::step], ticktext=labels[::step])
    _charts.show(figure, "imports", 340)
    newest = large[-1]
    st.caption(
        f"The newest, {ago(newest.at)}: {number(newest.rows)} rows in {newest.seconds:.1f} s, "
        f"{number(int(newest.rows / max(newest.seconds, 0.001)))} rows/s. Small imports "
        f"(below {number(ENOUGH)} rows) are left out."
    )


def _short(rows: int) -> str:
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if rows >= unit:
            return f"{rows / unit:.3g}{name}"
    return str(rows)


def tables() -> None:
    """Rows and room of every table that holds something."""
    found = _cached.table_sizes(_cached.scope())
    rows = [
        (
            escape(one.name),
            number(one.rows),
            size(one.size),
            _per_row(one.size, one.rows),
            number(one.removed) if one.removed else "",
        )
        for one in found
        if one.rows or one.removed
    ]
    if rows:
        heads = ("Table", "Rows", "On disk", "Bytes per row", "Dead rows")
        told = [n for n in range(len(heads)) if any(row[n] for row in rows)]  # the others are empty
        table(
            [heads[n] for n in told],
            [[row[n] for n in told] for row in rows],
            tight=tuple(range(1, len(told))),
        )
    st.caption(
        "Figures are of the last half minute. What was written since the last checkpoint is in the WAL. "
        "Dead rows are removed by a later checkpoint."
    )


def _per_row(amount: int, rows: int) -> str:
    return number(amount // rows) if amount and rows >= ENOUGH else ""
