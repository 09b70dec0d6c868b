"""The rows that were not imported, as a table in which they can be fixed and brought back."""

from __future__ import annotations

from typing import Any

import polars
import streamlit as st

from core.ingest import problems
from core.ingest.quarantine import QuarantinedRow
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count
from pages._html import height

PER_PAGE = 200
PLACES = ("Row", "What is wrong")


def draw(upload: Upload, waiting: int) -> None:
    """The editor; only rows that were changed are brought back."""
    if not waiting:
        st.caption(
            "No row waits. What cannot be imported ends up here, to be fixed and brought back."
        )
        return
    place = 1
    if waiting > PER_PAGE:
        place = st.pagination(-(-waiting // PER_PAGE), key=f"quarantine-{waiting}")
    rows = _state.workbench().uploads.quarantine(
        upload.id, limit=PER_PAGE, offset=(place - 1) * PER_PAGE
    )
    st.caption("Change the cells that are wrong, then bring the rows back under this upload.")
    columns = list(upload.reading.get("columns", []))
    frame = _frame(upload, rows, columns)
    # A new set of rows is a new editor: edits never move to other rows.
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=list(PLACES),
        column_config={
            "Row": st.column_config.NumberColumn(width="small", pinned=True),
            "What is wrong": st.column_config.TextColumn(width=280, pinned=True),
        },
        height=height(len(rows), 560),
        key=f"editor-{upload.id}-{place}-{hash(tuple(repr(r) for r in rows))}",
    )
    fixes = _fixes(rows, columns, edited)
    closed = upload.status != "imported"
    with st.container(horizontal=True):
        if st.button(
            f"Bring back {count(len(fixes), 'fixed row')}" if fixes else "Bring back fixed rows",
            type="primary",
            icon=":material/keyboard_return:",
            disabled=not fixes or closed,
        ):
            _bring_back(upload, fixes)
        if st.button(
            f"Try {count(len(rows), 'row')} as they are",
            icon=":material/refresh:",
            disabled=bool(fixes) or closed,
            help="For when a record was changed that they conflicted with, or a rule of the dataset.",
        ):
            _bring_back(upload, {row.row: {} for row in rows})


def _frame(upload: Upload, rows: list[QuarantinedRow], columns: list[str]) -> polars.DataFrame:
    dataset = _state.workbench().datasets.get(upload.dataset)
    wrong = []
    for row in rows:
        told = []
        for rule in row.rules:
            field, _, name = rule.rpartition(":")
            known = field if field in dataset.field_names else None
            told.append(problems.title(dataset, known, name))
        wrong.append("; ".join(told))
    data: dict[str, list[Any]] = {"Row": [r.row for r in rows], "What is wrong": wrong}
    for name in columns:
        data[_shown(name)] = [row.cells.get(name, "") for row in rows]
    return polars.DataFrame(data, strict=False)


def _shown(column: str) -> str:
    return f"{column} " if column in PLACES else column


def _fixes(
    rows: list[QuarantinedRow], columns: list[str], edited: polars.DataFrame
) -> dict[int, dict[str, str | None]]:
    fixes: dict[int, dict[str, str | None]] = {}
    for row, now in zip(rows, edited.iter_rows(named=True)):
        changed = {c: now[_shown(c)] for c in columns if (now[_shown(c)] or "") != row.cells[c]}
        if changed:
            fixes[row.row] = changed
    return fixes


def _bring_back(upload: Upload, fixes: dict[int, dict[str, str | None]]) -> None:
    with guard():
        done = _state.workbench().uploads.requeue(upload.id, fixes)
        counts = done.counts
        good = counts.new + counts.changed + counts.unchanged + counts.repeated
        icon = ":material/check_circle:" if good else ":material/error:"
        still = (
            f"; {count(done.waiting, 'row still waits', 'rows still wait')}" if done.waiting else ""
        )
        _state.flash(f"{count(good, 'row')} brought back{still}", icon)
        st.rerun()
