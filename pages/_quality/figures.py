"""How a score looks: a gauge, its colour, its words; and the score of a dataset, counted once per data version."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.datasets.model import Dataset
from core.quality.score import Score
from pages import _cached, _state

BAD, MIDDLING, GOOD = "#C4403A", "#D08A1E", "#1E9A5A"
SCALE = [[0.0, BAD], [0.7, MIDDLING], [0.9, "#7FA53A"], [1.0, GOOD]]


def points(score: float | None) -> str:
    """A score in words."""
    return "not measured" if score is None else f"{score:.1f}"


def colour(score: float | None) -> str:
    """Bad, middling or good."""
    if score is None:
        return "currentColor"
    return GOOD if score >= 95 else MIDDLING if score >= 75 else BAD


def gauge(title: str, score: float | None) -> str:
    """HTML: half a ring that is filled as far as the score goes. (Drawings in SVG are not let onto the page.)"""
    turn = 180 * (score or 0.0) / 100
    value = "–" if score is None else f"{score:.1f}"
    label = "not measured" if score is None else f"{score:.1f} of 100"
    rest = "color-mix(in srgb, currentColor 14%, transparent)"
    ring = (
        f"conic-gradient(from -90deg at 50% 100%, {colour(score)} 0deg {turn:.1f}deg,"
        f" {rest} {turn:.1f}deg 180deg, transparent 180deg)"
    )
    hole = "radial-gradient(circle at 50% 100%, transparent 42px, #000 43px, #000 56px, transparent 57px)"
    return (
        f'<div role="img" aria-label="{escape(title)}: {label}" style="width:114px;margin:0 auto;text-align:center">'
        f'<div style="width:114px;height:57px;background:{ring};mask:{hole};-webkit-mask:{hole}"></div>'
        f'<div style="margin-top:-1.75rem;font-size:1.25rem;font-weight:650">{value}</div></div>'
    )


def tinted(score: float | None) -> str:
    """A score in Markdown, coloured."""
    if score is None:
        return ":gray[not measured]"
    name = "green" if score >= 95 else "orange" if score >= 75 else "red"
    return f":{name}[**{score:.1f}**]"


def change(value: float | None) -> str:
    """A change in points: small ones with one more digit."""
    if value is None:
        return "–"
    size = abs(value)
    return (
        f"{value:+.1f}"
        if size >= 0.1 or not value
        else f"{value:+.2f}" if size >= 0.01 else f"{value:+.3f}"
    )


def of_dataset(dataset: Dataset) -> Score:
    """The score; counted anew when the records or the definition changed, and after ten minutes."""
    version = _state.workbench().datasets.version(dataset.name)
    return _of_dataset(_cached.scope(), version, dataset.model_dump_json(), dataset.name)


@st.cache_data(ttl=600, max_entries=50, show_spinner="Counting …")
def _of_dataset(scope_: str, version: int, definition: str, dataset: str) -> Score:
    return _state.workbench().quality.score(dataset).value


def sources(dataset: Dataset) -> list[tuple[str, Score]]:
    """Scores of the sources, the worst first."""
    version = _state.workbench().datasets.version(dataset.name)
    return _sources(_cached.scope(), version, dataset.model_dump_json(), dataset.name)


@st.cache_data(ttl=600, max_entries=20, show_spinner="Counting …")
def _sources(scope_: str, version: int, definition: str, dataset: str) -> list[tuple[str, Score]]:
    return _state.workbench().quality.sources(dataset, limit=20)
