"""Objectives: what is promised, what was kept, what is left of the error budget, and the report of a month."""

from __future__ import annotations

from datetime import datetime, timezone
from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.workbench.monitoring import Monitoring
from pages import _charts
from pages._formats import number
from pages._html import table


def draw(monitoring: Monitoring) -> None:
    """The budgets of thirty days, the table, and the export."""
    found = monitoring.objectives()
    st.caption(
        "The last 30 days. A budget is the share of events that may go wrong; runs of the probe count."
    )
    figure = go.Figure()
    figure.add_bar(
        y=[one.title for one in reversed(found)],
        x=[100 * one.left for one in reversed(found)],
        orientation="h",
        hovertemplate="%{y}: %{x:.1f} % left<extra></extra>",
    )
    figure.update_xaxes(range=[0, 100], title="Error budget left, %")
    _charts.show(figure, "budgets", 260)
    rows = [
        (
            f"<b>{escape(one.title)}</b>",
            f"{100 * one.target:g} %",
            "no events yet" if one.share is None else f"{100 * one.share:.3f} %",
            f"{100 * one.left:.1f} %",
            number(one.good),
            number(one.bad),
            escape(one.meaning),
        )
        for one in found
    ]
    heads = ("Objective", "Promised", "Kept", "Budget left", "Good", "Bad", "What counts as good")
    table(heads, rows, tight=(1, 2, 3, 4, 5))
    now = datetime.now(timezone.utc)
    months = [
        f"{now.year - (now.month - back < 1)}-{(now.month - back - 1) % 12 + 1:02}"
        for back in range(3)
    ]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        month = st.selectbox("Month", months, width=160)
        st.download_button(
            "Download the report",
            monitoring.month(month),
            f"marquee-{month}.csv",
            "text/csv",
            icon=":material/download:",
        )
