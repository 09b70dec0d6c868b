"""Answers that stay right as long as the data does: kept by database and data version."""

from __future__ import annotations

from typing import Any

import polars
import streamlit as st

from core.ingest.uploads import Upload
from pages import _state

Filters = tuple[tuple[str, str, str], ...]


def where_(filters: Filters) -> list[tuple[str, str, Any]]:
    """Filters as `Workbench.records` takes them."""
    return [(name, operator, value) for name, operator, value in filters]


def _where_from() -> str:
    return str(_state.workbench().database.path)


def total(dataset: str, filters: Filters = (), search: str = "") -> int:
    """How many records fit."""
    wb = _state.workbench()
    return _total(_where_from(), wb.data_version(dataset), dataset, filters, search)


@st.cache_data(max_entries=500, show_spinner=False)
def _total(_database: str, _version: int, dataset: str, filters: Filters, search: str) -> int:
    return _state.workbench().count(dataset, where=where_(filters), search=search)
