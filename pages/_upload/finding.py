"""A row of the preview by its name, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from core.ingest.preview import COLUMNS, Outcome, lines
from core.ingest.previewing import PreviewHandle
from core.ingest.uploads import Upload
from core.records.export import csv_bytes
from pages._formats import count

MOST = 100  # rows that a search shows
TAKEN = 100_000  # rows of a file


def draw(upload: Upload, preview: PreviewHandle, outcome: Outcome, total: int) -> str | None:
    """The box and the button; the text that was typed."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        typed = None
        if outcome != "conflicting":  # shown as who each row may be
            typed = st.text_input(
                "Find a row by its name",
                placeholder="Find a row by its name",
                label_visibility="collapsed",
                key=f"find-{outcome}-{upload.id}",
                width=280,
            )
        st.download_button(
            "CSV",
            lambda: b"".join(csv_bytes(list(COLUMNS), _lines(preview, outcome))),
            file_name=f"{upload.filename.rsplit('.', 1)[0]} {outcome}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"take-{outcome}",
            help=f"{count(min(total, TAKEN), 'row')}: what would become of each, field by field",
        )
    return (typed or "").strip() or None


def _lines(preview: PreviewHandle, outcome: Outcome) -> Iterator[list[Any]]:
    for row in preview.changes(outcome, limit=TAKEN):
        yield from lines(row)
