"""One upload, looked back at: facts, changes, problems, how it was read, and the way back."""

from __future__ import annotations

import mimetypes
from html import escape

import streamlit as st

from core.cleaning.step import Step
from core.datasets.parts import LABELS
from core.errors import NotFound
from core.ingest.problems import Problem
from core.ingest.uploads import Upload
from core.records import export
from pages import _cached, _state
from pages._uploads import changes, listing, quarantine, undo
from pages._upload.decisions import mark
from pages._errors import guard, show_stored
from pages._formats import ago, count, exact, plain, size, text, upper_first, who
from pages._html import cell, table, two

SIGNS = ("delimiter", "quote", "escape")  # said by name: a comma alone is easily overlooked
TABS = {
    "changes": "Changes",
    "problems": "Problems",
    "quarantine": "Quarantine",
    "reading": "How it was read",
}


def draw(upload_id: str) -> None:
    """The page of `?upload=`."""
    wb = _state.workbench()
    _state.link("history", "History", icon=":material/arrow_back:")
    upload = wb.uploads.get(upload_id)
    st.title(plain(listing.title(upload)))
    _head(upload)
    if upload.error:
        show_stored(upload.error)
    if _state.param("undo"):
        undo.draw(upload)
        return
    if upload.kind == "import":
        listing.metrics(upload.counts)
        _downloads(upload)
        _tabs(upload)
    else:
        undo.outcome(upload)
        changes.draw(upload)


def _head(upload: Upload) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        listing.badge(upload)
        facts = [upload.dataset, who(upload.actor, upload.door)]
        facts += [size(upload.size)] if upload.size else []
        if upload.kind == "import":
            facts.append(
                {"upsert": "add and update", "insert": "only add"}.get(
                    upload.plan.mode, "replace this source"
                )
            )
        facts += [ago(upload.created_at)]
        st.caption(
            plain(" · ".join(facts)),
            help=f"{exact(upload.created_at)}. Upload {upload.id}",
            width="content",
        )
        st.space("stretch")
        _actions(upload)


def _actions(upload: Upload) -> None:
    if _state.param("undo"):
        return
    if upload.status == "imported" or (upload.status == "rolled_back" and upload.counts.kept):
        label = "Undo import" if upload.kind == "import" else "Undo this undo"
        if upload.status == "rolled_back":
            label = "Undo the rest"
        if st.button(label, icon=":material/undo:"):
            _state.go("history", upload=upload.id, undo="1")
    elif upload.kind == "import" and upload.status not in ("rolled_back", "importing"):
        if st.button("Go on with it", type="primary", icon=":material/arrow_forward:"):
            _state.go("upload", upload=upload.id, step="read")
        if upload.status != "cancelled" and st.button("Discard", icon=":material/delete:"):
            with guard():
                _state.workbench().jobs.cancel(upload.id)
                _state.flash("Discarded; the file is kept", ":material/delete:")
                st.rerun()
    elif upload.status == "importing":
        _state.link("upload", "See the progress", icon=":material/sync:", upload=upload.id)


# ------------------------------------------------------------------ downloads


def _downloads(upload: Upload) -> None:
    wb = _state.workbench()
    try:
        path = wb.uploads.original(upload.id)
    except NotFound as error:
        path = None
        st.caption(f":orange[:material/info:] {plain(upper_first(error.detail))}")
    with st.container(horizontal=True):
        if path is not None:
            mime = mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"
            st.download_button(
                "Original file",
                path.read_bytes,
                file_name=upload.filename,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
            )
        if wb.uploads.problems(upload.id):
            st.download_button(
                "Problems (CSV)",
                lambda: _problems_csv(upload),
                file_name=f"{upload.filename}.problems.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        if _cached.waiting().get(upload.id):
            st.download_button(
                "Quarantine (CSV)",
                lambda: b"".join(wb.uploads.quarantine_csv(upload.id)),
                file_name=f"{upload.filename}.quarantine.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
            )


def _problems_csv(upload: Upload) -> bytes:
    head = ["severity", "field", "column", "rule", "title", "expected", "rows", "found", "repair"]
    rows = []
    for p in _state.workbench().uploads.problems(upload.id):
        start = [p.severity, p.field, p.column, p.rule, p.title, p.expected]
        if p.found:
            rows += [[*start, f.count, f.value, f.repair] for f in p.found]
        else:
            rows.append([*start, p.count, None, None])
    return b"".join(export.csv_bytes(head, rows))


# ------------------------------------------------------------------ tabs


def _tabs(upload: Upload) -> None:
    waiting = _cached.waiting().get(upload.id, 0)
    first = _state.param("tab", "changes")
    tab = st.segmented_control(
        "Part",
        list(TABS),
        default=first if first in TABS else "changes",
        required=True,
        format_func=lambda t: (
            f"{TABS[t]} {waiting:,}" if t == "quarantine" and waiting else TABS[t]
        ),
        label_visibility="collapsed",
        key=f"tab-{upload.id}",
    )
    _state.set_params(tab=tab if tab != "changes" else None)
    if tab == "changes":
        changes.draw(upload)
    elif tab == "problems":
        _problems(_state.workbench().uploads.problems(upload.id))
    elif tab == "quarantine":
        quarantine.draw(upload, waiting)
    else:
        _reading(upload)


def _problems(problems: list[Problem]) -> None:
    if not problems:
        st.caption("Nothing was wrong.")
        return
    words = {"error": "kept rows out", "warning": "warning", "info": "information"}
    rows = []
    for p in problems:
        examples = [f.value for f in p.found[:3]] or [e.found for e in p.examples[:3]]
        rows.append(
            [
                f"<b>{escape(p.title)}</b>",
                words[p.severity],
                f"{p.count:,}",
                escape(text(p.expected, 80)),
                " ".join(cell(v, 40) for v in examples),
            ]
        )
    with st.container(border=True):
        table(["What", "Weight", "Rows", "Expected", "Found, for example"], rows, tight=(1, 2))


def _reading(upload: Upload) -> None:
    dataset = _state.workbench().datasets.get(upload.dataset)
    decisions = upload.reading.get("decisions", [])
    if not decisions:
        st.caption("The file was not looked at yet.")
        return
    left, right = two("reading", 1, 1, "medium")
    with left, st.container(border=True):
        st.markdown("**Columns to fields**")
        rows = [
            [
                escape(c.column),
                (
                    f"<b>{escape(dataset.field(c.field).label)}</b>"
                    + (f": {LABELS[c.part]}" if c.part else "")
                    if c.field in dataset.field_names
                    else f'<span class="soft">{"kept as extra" if c.keep else "left out"}</span>'
                ),
            ]
            for c in upload.plan.mapping
        ]
        table(["Column", "Field"], rows)
    with right, st.container(border=True):
        st.markdown("**The cleaning, step by step**")
        for raw in upload.reading.get("recipe", []):
            with guard():
                st.markdown(f":small[{plain(Step.model_validate(raw).sentence(dataset))}]")
    with st.container(border=True):
        st.markdown("**How the file was read**")
        lines = [
            [
                escape(d["name"].replace("_", " ").capitalize()),
                escape(text(mark(d["value"]) if d["name"] in SIGNS and d["value"] else d["value"])),
                f'<span class="soft">{escape(upper_first(d["evidence"]))}</span>',
            ]
            for d in decisions
            if d["name"] != "parser"
        ]
        table(["What", "Found", "Why"], lines, tight=(0,))
        for note in upload.reading.get("notes", []):
            st.caption(plain(note))
    st.caption(f"{count(upload.counts.rows, 'row')}. SHA-256 {upload.sha256}")
