"""The sheets of a workbook as tabs; several of them as uploads of their own."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.files.table import Table
from core.ingest.placing import SheetPeek
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, plain, text
from pages._html import table as draw_table

TABS = 12  # more sheets than that are chosen from the list beside
COLUMNS = 6


def draw(upload: Upload, table: Table | None) -> None:
    """Nothing for a file with one sheet or none."""
    if table is None or len(table.sheets) < 2:
        return
    with st.container(key="sheets"):
        if len(table.sheets) <= TABS:
            _tabs(upload, table)
        with st.expander(f"Look at all {len(table.sheets)} sheets, and take several"):
            _several(upload)


def _tabs(upload: Upload, table: Table) -> None:
    sizes = {s.name: f"{plain(s.name)}  ·  {s.rows:,} × {s.columns:,}" for s in table.sheets}
    hidden = {s.name for s in table.sheets if s.hidden}
    chosen = st.segmented_control(
        "Sheet of the workbook",
        list(sizes),
        default=table.sheet,
        required=True,
        format_func=lambda n: sizes[n] + (" (hidden)" if n in hidden else ""),
        key=f"sheet-{upload.id}-{table.sheet}",
    )
    if chosen and chosen != table.sheet:
        with guard():
            _state.workbench().uploads.plan(upload.id, reading=_reading(upload, table, chosen))
            st.rerun()


def _reading(upload: Upload, table: Table, name: str) -> dict[str, str | int | None]:
    """What was decided of places in one sheet does not hold in another."""
    kept = ("format", "member", "merged", "unpack")
    number = [s.name for s in table.sheets].index(name) + 1
    of_all = {k: v for k, v in upload.plan.reading.items() if k in kept}
    return {**of_all, "sheet": number if name.isdigit() else name}


def _several(upload: Upload) -> None:
    with st.spinner("Looking into the sheets …"):
        found = _state.workbench().uploads.sheets(upload.id)
    taken = [sheet.name for sheet in found if _one(upload, sheet)]
    if st.button(
        f"Take {count(len(taken), 'sheet')} as uploads of their own",
        icon=":material/library_add:",
        type="primary",
        disabled=len(taken) < 2,
        help="Each gets its own steps. They are looked at in the queue below the form.",
    ):
        with guard() as caught:
            made = _state.workbench().queue.split(upload.id, taken)
        if not caught:
            _state.flash(f"{count(len(made), 'upload')} were made, one for each sheet")
            _state.go("upload")


def _one(upload: Upload, sheet: SheetPeek) -> bool:
    size = f"{count(sheet.rows, 'row')}, {count(sheet.columns, 'column')}"
    hidden = ", hidden" if sheet.hidden else ""
    taken = st.checkbox(
        f"**{plain(sheet.name)}** :gray[{size}{hidden}]",
        value=sheet.chosen,
        disabled=bool(sheet.problem),
        key=f"take-{upload.id}-{sheet.name}",
    )
    if sheet.problem:
        st.caption(plain(sheet.problem))
        return False
    head = [text(n, 30) for n in sheet.names[:COLUMNS]]
    rows = [[escape(text(c, 40)) for c in row[:COLUMNS]] for row in sheet.first[:3]]
    draw_table(head, rows)
    return taken
