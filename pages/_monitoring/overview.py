"""Health part by part, then traffic, saturation, jobs and backups over time."""

from __future__ import annotations

from datetime import datetime
from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.monitoring.reporting import Line
from core.observe.meters import METERS
from core.workbench.monitoring import Monitoring
from pages import _charts, _state
from pages._html import table

HOURS = (1, 6, 24, 168, 720)
_NAMES = {1: "1 hour", 6: "6 hours", 24: "1 day", 168: "7 days", 720: "30 days"}
# Title, metric, what its values are divided by.
CHARTS = (
    ("Requests per minute", "http.server.request.duration", 1 / 60),
    ("Unexpected errors per minute", "marquee.errors", 1 / 60),
    ("Imports per minute", "marquee.imports", 1 / 60),
    ("Oldest waiting job, seconds", "marquee.jobs.queue.age", 1),
    ("Memory of the process, MB", "process.memory.usage", 1_000_000),
    ("Free on the disk, GB", "system.filesystem.free", 1_000_000_000),
)
_MOST = 6  # lines of a chart
# By which label the lines of a metric are added up: a line for each route would say nothing.
_SUMMED = {"http.server.request.duration": "http_response_status_class"}
_EMPTY = {
    "http.server.request.duration": "No program asked the API in this time. Pages do not ask it.",
    "marquee.errors": "No unexpected error was met in this time.",
    "marquee.imports": "Nothing was imported in this time.",
    "marquee.page.run.duration": "No page was drawn in this time, or it was not written down yet.",
}
UNMEASURED = "It cannot be measured here, or was not yet."


def draw(monitoring: Monitoring) -> None:
    """What is wrong stands first."""
    health(monitoring)
    hours = window()
    st.subheader("Time of pages and requests")
    waits(monitoring, hours)
    st.subheader("Work and machine")
    columns = st.columns(2)
    lines = monitoring.lines([metric for _, metric, _ in CHARTS], hours=hours)
    for place, (title, metric, unit) in enumerate(CHARTS):
        with columns[place % 2]:
            st.caption(title)
            found = [line for line in lines if line.metric == metric]
            _chart(found, metric, unit)


def window() -> int:
    """How far back; it stands in the address."""
    now = _state.whole("hours", HOURS[1], 24 * 40)
    now = now if now in HOURS else HOURS[1]
    chosen = st.segmented_control(
        "Time",
        HOURS,
        default=now,
        required=True,
        format_func=lambda h: _NAMES[h],
        key=f"hours-{now}",
    )
    if chosen != now:
        _state.set_params(hours=chosen)
        st.rerun()
    return now


def health(monitoring: Monitoring) -> None:
    """Every part with its time and its cause."""
    found = monitoring.health()
    alerts = monitoring.alerts()
    firing = [one for one in alerts if one.state.state == "firing"]
    unknown = [one for one in alerts if one.state.state == "unknown"]
    if not (found.worries or firing or unknown):
        st.success("Everything works, and no alert fires.", icon=":material/check_circle:")
    elif not found.ready:
        st.error("A part that is needed does not work.", icon=":material/error:")
    if firing:
        names = ", ".join(one.alert.name for one in firing[:5])
        st.warning(f"{len(firing)} alerts fire: {names}", icon=":material/notifications_active:")
    if unknown:
        names = ", ".join(one.alert.name for one in unknown[:5])
        st.warning(
            f"Alerts that cannot be measured: {len(unknown)} ({names})", icon=":material/help:"
        )
    rows = []
    for one in found.found:
        state = "not used here" if not one.used else "works" if one.ok else "<b>does not work</b>"
        what = escape(" ".join(filter(None, (one.cause, one.hint))))
        rows.append((escape(one.name), state, f"{1_000 * one.seconds:.1f} ms", what))
    table(("Part", "State", "Found in", "What is wrong, and what to do"), rows, tight=(0, 1, 2))


def waits(monitoring: Monitoring, hours: int) -> None:
    """Median and 95th percentile."""
    columns = st.columns(2)
    for column, metric, title in (
        (columns[0], "marquee.page.run.duration", "Pages, seconds"),
        (columns[1], "http.server.request.duration", "Requests, seconds"),
    ):
        with column:
            st.caption(title)
            lines = monitoring.durations(metric, hours=hours)[:2]
            figure = go.Figure()
            for line, name in zip(lines, ("median", "p95")):
                xs, ys = [t for t, _ in line.points], [v for _, v in line.points]
                figure.add_scatter(x=xs, y=ys, name=name, mode="lines+markers")
            _show(figure, metric, any(line.points for line in lines), "waits")


def _chart(lines: list[Line], metric: str, unit: float) -> None:
    figure = go.Figure()
    found = sorted(summed(lines, metric), key=_weight, reverse=True)[:_MOST]
    for line in found:
        points = line.points
        name = " ".join(line.labels) or METERS[metric].help.rstrip(".")
        figure.add_scatter(
            x=[t for t, _ in points],
            y=[v / unit for _, v in points],
            name=name[:40],
            mode="lines+markers",
        )
    figure.update_layout(showlegend=len(found) > 1)
    _show(figure, metric, bool(found), "line")


def summed(lines: list[Line], metric: str) -> list[Line]:
    """The lines of a metric, added up by the label that people look at."""
    if metric not in _SUMMED:
        return lines
    place = list(METERS[metric].labels).index(_SUMMED[metric])
    totals: dict[str, dict[datetime, float]] = {}
    for line in lines:
        points = totals.setdefault(line.labels[place], {})
        for at, value in line.points:
            points[at] = points.get(at, 0.0) + value
    return [Line(metric, (name,), tuple(sorted(p.items()))) for name, p in totals.items()]


def _weight(line: Line) -> float:
    return float(sum(value for _, value in line.points))


def _show(figure: go.Figure, metric: str, some: bool, kind: str) -> None:
    if not some:
        st.caption(_EMPTY.get(metric, UNMEASURED))
        return
    figure.update_yaxes(rangemode="tozero")
    _charts.show(figure, f"{kind}-{metric}", 230)
