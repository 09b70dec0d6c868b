"""Figures of what was brought: over time, by door, source, person and dataset, and what is wrong most often."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import cast

import plotly.graph_objects as go
import streamlit as st

from core.ingest.analytics import Analytics, By, Figures
from pages import _charts, _state
from pages._formats import count, number, plain
from pages._home import trends
from pages._html import table
from pages._uploads import listing

DAYS = (7, 30, 90, 365)
BYS = {"door": "Door", "source": "Source", "actor": "Person", "dataset": "Dataset"}


def draw() -> None:
    """What is asked is in the address: days, by, and what was clicked."""
    wb = _state.workbench()
    days = _state.whole("days", 30, 3_650)
    by = _state.param("by", "door")
    by = by if by in BYS else "door"
    days, by = _asked(days, by)
    found = wb.uploads.analytics(days=days, by=cast(By, by))
    if not found.total.uploads:
        st.info("Nothing was brought in this time.", icon=":material/inbox:")
        return
    _total(found.total)
    st.subheader("Rows by day")
    trends.days(found, "analytics-days", 230)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(f"By {BYS[by].lower()}")
        _groups(found, by)
    with right:
        st.subheader("Wrong most often")
        _causes(found)
    _behind(found, days, by)


def _asked(days: int, by: str) -> tuple[int, str]:
    with st.container(horizontal=True, gap="small"):
        chosen = st.segmented_control(
            "Time",
            DAYS,
            default=days if days in DAYS else 30,
            format_func=lambda d: "A year" if d == 365 else f"{d} days",
            required=True,
            label_visibility="collapsed",
            key=f"days-{days}",
        )
        group = st.segmented_control(
            "By",
            list(BYS),
            default=by,
            format_func=lambda b: BYS[b],
            required=True,
            label_visibility="collapsed",
            key=f"by-{by}",
        )
    if (chosen, group) != (days, by):
        _state.set_params(days=chosen, by=group, value=None, day=None, cause=None)
        st.rerun()
    return int(chosen), str(group)


def _total(total: Figures) -> None:
    rate = f"{number(int(total.rate))} rows/s" if total.rate else "–"
    with st.container(horizontal=True, gap="small"):
        for label, value, told in (
            ("Uploads", number(total.uploads), f"{number(total.failed)} failed or refused"),
            ("Rows", number(total.rows), "of what is imported"),
            ("Kept out", f"{100 * total.rejected / max(1, total.rows):.1f} %", "rows with errors"),
            ("Speed", rate, "of imports in the background"),
            (
                "File to record",
                seconds(total.wait),
                "the median, from the first byte to the records",
            ),
        ):
            st.metric(label, value, help=told, border=True, width=165)


def seconds(value: float | None) -> str:
    """12 s, 3 min, 2 h, 4 days"""
    if value is None:
        return "–"
    for size, unit in ((172_800, "days"), (5_400, "h"), (90, "min")):
        if value >= size:
            return f"{value / {'days': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


def _groups(found: Analytics, by: str) -> None:
    shown = [g for g in found.groups if g.rows or g.uploads][:15]
    figure = go.Figure()
    names = [g.name if len(g.name) <= 32 else g.name[:31] + "…" for g in shown]
    data = [[g.name] for g in shown]
    figure.add_bar(
        y=names,
        x=[g.rows - g.rejected for g in shown],
        orientation="h",
        name="imported",
        customdata=data,
    )
    figure.add_bar(
        y=names, x=[g.rejected for g in shown], orientation="h", name="kept out", customdata=data
    )
    figure.update_layout(barmode="stack", yaxis={"autorange": "reversed"})
    picked = _charts.pick(figure, f"groups-{by}", 80 + 30 * len(shown))
    if picked and picked[0] != _state.param("value"):
        _state.set_params(value=picked[0], day=None, cause=None)
        st.rerun()
    rows = [
        [
            escape(g.name),
            number(g.uploads),
            number(g.rows),
            f"{100 * g.rejected / max(1, g.rows):.1f} %",
            f"{number(int(g.rate))}/s" if g.rate else "–",
            seconds(g.wait),
        ]
        for g in shown
    ]
    table(
        [BYS[by], "Uploads", "Rows", "Kept out", "Speed", "File to record"],
        rows,
        tight=(1, 2, 3, 4, 5),
    )


def _causes(found: Analytics) -> None:
    if not found.causes:
        st.caption("Nothing was wrong.")
    for place, cause in enumerate(found.causes[:10]):
        label = f"{plain(cause.title)}"
        if st.button(label, key=f"cause-{place}", type="tertiary", help="Show the uploads with it"):
            told = f"{cause.field or ''}:{cause.rule}"
            _state.set_params(cause=told, value=None, day=None)
            st.rerun()
        st.caption(f"{count(cause.rows, 'row')} in {count(cause.uploads, 'upload')}")


def _behind(found: Analytics, days: int, by: str) -> None:
    """The uploads of what was clicked."""
    value, day, cause = (_state.param(n) for n in ("value", "day", "cause"))
    if not (value or day or cause):
        st.caption("Click a bar or a cause to see its uploads.")
        return
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        on = None
    field, _, rule = cause.partition(":")
    uploads = _state.workbench().uploads.behind(
        days=days,
        by=cast(By, by),
        value=value or None,
        day=on,
        cause=(field or None, rule) if rule else None,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(
            f"{count(len(uploads), 'upload')}: {plain(value or day or _title(found, cause))}"
        )
        if st.button("Show nothing of it", icon=":material/close:", type="tertiary"):
            _state.set_params(value=None, day=None, cause=None)
            st.rerun()
    with st.container(border=True):
        for upload in uploads[:50]:
            listing.line(upload)


def _title(found: Analytics, cause: str) -> str:
    named = {f"{c.field or ''}:{c.rule}": c.title for c in found.causes}
    return named.get(cause, cause)
