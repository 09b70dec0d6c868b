"""Measure this installation, and see the result beside the last ones, the suite's, and DuckDB's floor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.telemetry.benchmark import SIZES, Benchmarks, Case, Result, Running
from core.workbench.engine import Engine
from pages import _charts
from pages._errors import guard
from pages._formats import exact, number, plain
from pages._html import table
from pages._performance.operations import seconds

LAST = 4  # results side by side


def draw(engine: Engine) -> None:
    """The button or the bar, then the results."""
    benchmarks = engine.benchmarks
    now = benchmarks.now()
    if now.state == "running":
        watch(benchmarks)
    else:
        ended(now)
        begin(benchmarks)
    results(benchmarks.results())


def begin(benchmarks: Benchmarks) -> None:
    """Choose how many rows, and go."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rows = st.selectbox(
            "People in the file",
            SIZES,
            format_func=number,
            width=180,
            key="bench-rows",
        )
        run = st.button("Run benchmark", type="primary", icon=":material/speed:")
    st.caption(
        "It makes a file of invented people, imports it into a database of its own in a temporary folder, "
        "asks the usual questions and takes the import back. Your data is not touched. 100,000 rows take "
        "about a minute, and everything else here is slower meanwhile."
    )
    if run:
        with guard() as caught:
            benchmarks.start(rows)
        if not caught:
            st.rerun()


@st.fragment(run_every=1.0)
def watch(benchmarks: Benchmarks) -> None:
    """The bar, redrawn every second without the rest of the page."""
    with guard():
        now = benchmarks.now()
        if now.state != "running":
            st.rerun()
        step = f"step {now.step} of {now.steps}: " if now.steps else ""
        words = f"**{number(now.rows)} people** · {step}{plain(now.name)}"
        # The step that is named has only begun.
        st.progress(min(max(now.step - 1, 0) / max(now.steps, 1), 1.0), text=words)
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel-benchmark"):
            with st.spinner("Stopping …"):
                benchmarks.cancel()
            st.rerun()


def ended(now: Running) -> None:
    """How the last one ended, once it did."""
    if now.state == "done":
        st.success(now.message, icon=":material/check_circle:")
    elif now.state == "cancelled":
        st.info(now.message, icon=":material/stop_circle:")
    elif now.state == "failed":
        st.error(f"**The benchmark failed**  \n{plain(now.message)}", icon=":material/error:")


def results(found: list[Result]) -> None:
    """One result beside those of the same size before it."""
    if not found:
        st.caption("No results yet.")
        return
    names = {_name(one): one for one in found}
    chosen = st.selectbox("Result", list(names), key=f"bench-result-{found[0].at}")
    one = names[chosen]
    before = [r for r in found if r.rows == one.rows and r.at < one.at and r.machine == one.machine]
    shown = [one, *before][:LAST]
    versions = ", ".join(f"{plain(n)} {plain(v)}" for n, v in one.versions.items())
    st.caption(
        f"Machine: **{plain(one.place)}**. Commit {plain(one.commit or 'unknown')}. {versions}."
    )
    st.markdown(
        "**How many times as long as DuckDB alone** (the floor: it loads the same file, unchecked)"
    )
    ratios(shown)
    quick = [case for case in one.cases if case.ratio is None and case.seconds < 2]
    if quick:
        st.markdown("**Answers, in milliseconds**")
        answers(shown, [case.name for case in quick])
    with st.expander("All figures of this result"):
        figures(one)


def _name(one: Result) -> str:
    where = "" if one.own else ", the developers' suite"
    return f"{exact(datetime.fromisoformat(one.at))}, {number(one.rows)} people{where}"


def ratios(shown: list[Result]) -> None:
    """Bars by case, a line at the floor; the newest result on top of each group."""
    names = [case for case in shown[0].cases if case.ratio and not case.name.startswith("floor")]
    _bars(
        shown,
        names,
        lambda case: case.ratio,
        "x floor",
        "%{x:.2f} x the floor",
        "ratios",
        floor=1.0,
    )


def answers(shown: list[Result], names: list[str]) -> None:
    """Pages, records, searches."""
    cases = [case for case in shown[0].cases if case.name in names]
    _bars(shown, cases, lambda case: 1000 * case.seconds, "ms", "%{x:.1f} ms", "answers")


def _bars(
    shown: list[Result],
    cases: list[Case],
    value: Callable[[Case], float | None],
    axis: str,
    hover: str,
    key: str,
    floor: float | None = None,
) -> None:
    titles = [_wrapped(case.title) for case in cases]
    figure, colours = go.Figure(), _charts.colours()
    for place, result in reversed(list(enumerate(shown))):
        known = {case.name: case for case in result.cases}
        figure.add_bar(
            name=f"{datetime.fromisoformat(result.at):%d %b %H:%M}{' (newest)' if place == 0 else ''}",
            orientation="h",
            y=titles,
            x=[value(known[case.name]) if case.name in known else None for case in cases],
            hovertemplate=f"%{{y}}: {hover}<extra></extra>",
            marker_color=colours[place % len(colours)],
            opacity=1.0 if place == 0 else 0.55,
        )
    if floor is not None:
        figure.add_vline(x=floor, line_dash="dot", line_width=1.5, line_color="#888")
    figure.update_layout(barmode="group", xaxis_title=axis, showlegend=len(shown) > 1)
    figure.update_layout(legend_traceorder="reversed")
    figure.update_yaxes(autorange="reversed")
    _charts.show(figure, f"bench-{key}", 110 + len(cases) * (26 + 12 * len(shown)))


def _wrapped(title: str, width: int = 38) -> str:
    lines = [""]
    for word in title.replace("`", "").split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def figures(one: Result) -> None:
    """Everything, as a table."""
    rows = [
        (
            escape(case.title.replace("`", "")),
            seconds(case.seconds),
            f"{case.ratio:.2f}" if case.ratio is not None else "",
            number(int(case.rows_per_s)) if case.rows_per_s else "",
            f"{case.peak_mb:,.0f} MB" if case.peak_mb else "",
        )
        for case in one.cases
    ]
    table(("What", "Time", "x floor", "Rows/s", "Peak memory"), rows, tight=(1, 2, 3, 4))
