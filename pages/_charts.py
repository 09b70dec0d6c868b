"""How charts look: the colours of the theme, room for words, no tool bar."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def colours() -> list[str]:
    """The colours of the theme that the browser shows, the strongest first."""
    kind = st.context.theme.type or "light"
    return list(st.get_option(f"theme.{kind}.chartCategoricalColors") or ["#7464E6"])


def pick(figure: go.Figure, key: str, height: int) -> tuple[Any, ...] | None:
    """Draw a figure whose points can be clicked; the `customdata` of the one that was."""
    _style(figure, height)
    figure.update_layout(clickmode="event+select")
    event = st.plotly_chart(
        figure,
        theme="streamlit",
        config=CONFIG,
        key=key,
        on_select="rerun",
        selection_mode="points",
    )
    points = event.selection.get("points", []) if event else []
    found = points[0].get("customdata") if points else None
    return tuple(found) if found else None


def show(figure: go.Figure, key: str, height: int) -> None:
    """Draw a figure over the whole width; Streamlit's theme colours it, light and dark."""
    _style(figure, height)
    st.plotly_chart(figure, theme="streamlit", config=CONFIG, key=key)


def _style(figure: go.Figure, height: int) -> None:
    figure.update_layout(
        colorway=colours(),
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "title": None},
        hoverlabel={"namelength": -1},
        bargap=0.25,
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, fixedrange=True)
    figure.update_yaxes(automargin=True, fixedrange=True)
