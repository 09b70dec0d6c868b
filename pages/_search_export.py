"""All that a search found, as a file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.records.exporting import FORMATS, Format
from pages import _state
from pages._formats import count


def draw(dataset: Dataset, typed: str, filters: dict[str, Any] | None, total: int) -> None:
    """Which columns, which format; made when it is clicked."""
    chosen: Format = st.selectbox("Format", list(FORMATS), format_func=lambda f: FORMATS[f].title)
    fields = st.multiselect(
        "Columns",
        dataset.field_names,
        placeholder="All columns",
        format_func=lambda n: dataset.field(n).label,
    )

    def made() -> bytes:
        parts = _state.workbench().search.export(
            typed, dataset.name, filters=filters, fields=fields or None, format=chosen
        )
        return b"".join(parts)

    st.download_button(
        f"Download {count(total, 'record')}",
        made,
        file_name=f"{dataset.name}.{FORMATS[chosen].ending}",
        mime=FORMATS[chosen].mime,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )
