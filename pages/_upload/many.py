"""Many files at once: the drop zone; and a grid into which a table is pasted."""

from __future__ import annotations

import csv
import io

import polars
import streamlit as st

from core.datasets.model import Dataset
from pages import _state
from pages._drop import drop

BY_CONTENT = "Told from the content"


def files(mode: str, source: str | None) -> None:
    """The drop zone. Where nobody says otherwise, each file finds its dataset by what is in it."""
    wb = _state.workbench()
    known = {d.name: d.label for d in wb.datasets()}
    chosen = st.selectbox(
        "Dataset of these files",
        [BY_CONTENT, *known],
        format_func=lambda n: known.get(n, n),
        key="many-dataset",
        help="A file that fits no dataset waits until you say what it is.",
    )
    options = {
        "dataset": None if chosen == BY_CONTENT else chosen,
        "mode": mode,
        "source": source,
    }
    if drop.draw(options, wb.transfers(mine=True)):
        st.rerun()


def table(dataset: Dataset) -> bytes | None:
    """A grid with the fields as columns; what was typed or pasted as CSV, None while it is empty."""
    st.caption(
        "Click the first cell and paste a block of cells from a spreadsheet, or type. More rows come by themselves."
    )
    names = dataset.field_names
    empty = polars.DataFrame(
        {n: [None] * 5 for n in names}, schema={n: polars.String for n in names}
    )
    edited = st.data_editor(
        empty,
        num_rows="dynamic",
        hide_index=True,
        key=f"paste-{dataset.name}",
        placeholder="",
        height=280,
        column_config={
            f.name: st.column_config.TextColumn(
                f"{f.label} *" if f.required else f.label, help=f.description or None
            )
            for f in dataset.fields
        },
    )
    rows = [r for r in edited.rows() if any((cell or "").strip() for cell in r)]
    if not rows:
        return None
    used = [i for i in range(len(names)) if any((r[i] or "").strip() for r in rows)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([names[i] for i in used])
    writer.writerows([[r[i] or "" for i in used] for r in rows])
    return out.getvalue().encode("utf-8")
