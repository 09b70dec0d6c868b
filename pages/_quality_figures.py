"""How a score looks: a gauge, its colour, its words; and the score of a dataset, counted once per data version."""

from __future__ import annotations

import math
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
    """HTML: half a ring that is filled as far as the score goes."""
    length = math.pi * 40
    filled = length * (score or 0.0) / 100
    ring = "M10 50 A40 40 0 0 1 90 50"
    value = "–" if score is None else f"{score:.1f}"
    label = "not measured" if score is None else f"{score:.1f} of 100"
    return (
        f'<div style="text-align:center" role="img" aria-label="{escape(title)}: {label}">'
        '<svg viewBox="0 0 100 58" width="112" height="65" aria-hidden="true">'
        f'<path d="{ring}" fill="none" stroke="currentColor" stroke-opacity=".13" stroke-width="9"/>'
        f'<path d="{ring}" fill="none" stroke="{colour(score)}" stroke-width="9"'
        f' stroke-dasharray="{filled:.1f} {length:.1f}"/>'
        '<text x="50" y="50" text-anchor="middle" font-size="19" font-weight="650"'
        f' fill="currentColor">{value}</text></svg></div>'
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
