"""Figures on Home: records and quality of each dataset, alerts, and what came in of late."""

from __future__ import annotations

from datetime import UTC, datetime

import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.ingest.analytics import Analytics
from pages import _charts, _state
from pages._errors import guard
from pages._formats import count, number, plain

DAY = 86_400_000  # milliseconds, as Plotly counts them


def alerts() -> None:
    """What fires now, for whoever may see it."""
    if not _state.may("monitoring.read"):
        return
    firing = [
        one.alert
        for one in _state.workbench().monitoring.alerts()
        if one.state.state == "firing" and not one.silenced
    ]
    if not firing:
        return
    lines = "".join(f"  \n{plain(alert.summary)}" for alert in firing[:5])
    with st.container(key="alerts"):
        st.warning(
            f"**{count(len(firing), 'alert fires', 'alerts fire')}**{lines}",
            icon=":material/notifications_active:",
        )
        page = "schedules" if firing[0].name == "schedule_failing" else "monitoring"
        _state.link(page, "See what it is", icon=":material/arrow_forward:")


def datasets(found: list[Dataset], counts: dict[str, int]) -> None:
    """Records and the last score of each."""
    with st.container(horizontal=True, gap="small"):
        for dataset in found:
            with st.container(border=True, width=250):
                st.metric(dataset.label, number(counts[dataset.name]))
                with st.container(horizontal=True, gap="small"):
                    _state.link(
                        "records", "Records", icon=":material/groups:", dataset=dataset.name
                    )
                    score = _score(dataset.name) if counts[dataset.name] else None
                    if score is not None:
                        _state.link(
                            "quality",
                            f"{score:.0f} of 100",
                            icon=":material/verified:",
                            help="The quality of its records, as it was counted last",
                            dataset=dataset.name,
                        )


def _score(dataset: str) -> float | None:
    if not _state.may("quality.read"):
        return None
    steps = _state.workbench().quality.trend(dataset, limit=1)
    return steps[-1].total if steps else None


def month() -> None:
    """The last thirty days as bars; a click opens the day."""
    found = _state.workbench().uploads.analytics(days=30)
    st.subheader("The last 30 days")
    if not found.total.uploads:
        st.caption("Nothing was brought.")
        return
    total = found.total
    st.caption(
        f"{count(total.uploads, 'upload')}, {count(total.rows, 'row')} imported, {number(total.rejected)} of them kept out"
    )
    days(found, "home-days", 170)
    _state.link("home", "All figures", icon=":material/monitoring:", view="analytics")


def days(found: Analytics, key: str, height: int) -> None:
    """Rows of each day, good ones and those with errors; a click opens the uploads of the day."""
    names = [d.name for d in found.days]
    figure = go.Figure()
    for label, values in (
        ("imported", [d.rows - d.rejected for d in found.days]),
        ("kept out", [d.rejected for d in found.days]),
    ):
        # A width of its own: Plotly draws the only day of a month as wide as the month.
        figure.add_bar(
            x=names, y=values, name=label, width=0.8 * DAY, customdata=[[n] for n in names]
        )
    figure.update_layout(barmode="stack")
    first, last = f"{found.since:%Y-%m-%d}", max([f"{datetime.now(UTC):%Y-%m-%d}", *names])
    figure.update_xaxes(type="date", range=[f"{first} 00:00", f"{last} 12:00"], tickformat="%-d %b")
    picked = _charts.pick(figure, key, height)
    if picked:
        with guard():
            _state.go("home", view="analytics", day=picked[0])
