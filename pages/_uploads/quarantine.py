"""The rows that were not imported, as a table in which they can be fixed and brought back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars
import streamlit as st

from core.files.store import safe_name
from core.ingest import problems
from core.ingest.quarantine import QuarantinedRow
from core.ingest.requeue import Requeued
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
    _files(upload, closed)
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
        with st.popover("Discard", icon=":material/delete:", disabled=closed):
            _discard(upload, rows, waiting)


def _files(upload: Upload, closed: bool) -> None:
    """The rows as a file, and the repaired file back."""
    uploads = _state.workbench().uploads
    stem = upload.filename.rpartition(".")[0] or upload.filename
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Repair in a spreadsheet program:", width="content")
        st.download_button(
            "Excel",
            lambda: _workbook(upload),
            file_name=f"{stem}.quarantine.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="quarantine-xlsx",
            help="Faulty cells are red and say what is wrong. Your own workbook stays as it is otherwise.",
        )
        st.download_button(
            "CSV",
            lambda: b"".join(uploads.quarantine_csv(upload.id)),
            file_name=f"{stem}.quarantine.csv",
            icon=":material/download:",
            on_click="ignore",
            key="quarantine-csv",
        )
        with st.popover("Bring the file back", icon=":material/upload_file:", disabled=closed):
            _file_back(upload)


def _workbook(upload: Upload) -> bytes:
    with tempfile.TemporaryDirectory(prefix="marquee-quarantine-") as folder:
        path = Path(folder) / "quarantine.xlsx"
        _state.workbench().uploads.quarantine_workbook(upload.id, path)
        return path.read_bytes()


def _file_back(upload: Upload) -> None:
    st.caption("Rows that you changed in it are checked again and imported under this upload.")
    file = st.file_uploader(
        "The repaired file", type=["xlsx", "xlsm", "csv"], key="quarantine-back"
    )
    if file is not None and st.button(
        "Bring back what was changed", type="primary", icon=":material/keyboard_return:"
    ):
        with guard(), tempfile.TemporaryDirectory(prefix="marquee-quarantine-") as folder:
            path = Path(folder) / safe_name(file.name)
            path.write_bytes(file.getvalue())
            _tell(_state.workbench().uploads.bring_back(upload.id, path))


def _discard(upload: Upload, rows: list[QuarantinedRow], waiting: int) -> None:
    st.caption("Discarded rows wait no more. The file is kept, and the history says who did it.")
    chosen = st.multiselect(
        "Rows", [r.row for r in rows], key="discard-rows", placeholder="choose …"
    )
    label = (
        f"Discard {count(len(chosen), 'row')}" if chosen else f"Discard all {count(waiting, 'row')}"
    )
    if st.button(label, icon=":material/delete:", key="discard-go"):
        with guard():
            done = _state.workbench().uploads.discard(upload.id, chosen or None)
            _state.flash(f"{count(done.counts.rows, 'row')} discarded", ":material/delete:")
            st.rerun()


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
        _tell(_state.workbench().uploads.requeue(upload.id, fixes))


def _tell(done: Requeued) -> None:
    counts = done.counts
    good = counts.new + counts.changed + counts.unchanged + counts.repeated
    icon = ":material/check_circle:" if good else ":material/error:"
    still = f"; {count(done.waiting, 'row still waits', 'rows still wait')}" if done.waiting else ""
    _state.flash(f"{count(good, 'row')} brought back{still}", icon)
    st.rerun()
