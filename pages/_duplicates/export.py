"""Links and clusters as files."""

from __future__ import annotations

import csv
import io
from functools import partial

import streamlit as st

from core.datasets.model import Dataset
from core.formulas import neutral
from pages import _state

WHAT = {"links": "Links", "clusters": "Clusters"}


def draw(dataset: Dataset, share: float) -> None:
    """Two buttons; a file is made when it is asked for."""
    with st.container(horizontal=True, gap="small"):
        for what, label in WHAT.items():
            st.download_button(
                f"{label} as CSV",
                partial(_csv, dataset.name, what, share),
                file_name=f"{dataset.name}-{what}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"export-{what}",
                help=f"From the probability {share:g} on",
            )


def _csv(dataset: str, what: str, share: float) -> bytes:
    head, rows = _state.workbench().matching.export(dataset, what, probability=share)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([[neutral(c) if isinstance(c, str) else c for c in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")
