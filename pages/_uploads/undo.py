"""Taking an upload back: what would happen, record by record, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.datasets.model import Dataset
from core.ingest.back.rollback import Outcome, Rollback
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain, text, upper_first
from pages._html import table

SHOWN = 50


def draw(upload: Upload) -> None:
    """The preview of taking `upload` back, and the button."""
    wb = _state.workbench()
    what = "this import" if upload.kind == "import" else "this undo"
    st.subheader(f"What undoing {what} would do")
    with st.spinner("Looking at every record …"):
        found = wb.rollback(upload.id, dry_run=True, limit=SHOWN)
    figures(found)
    if not found.counts["reversed"] and not found.counts["kept"]:
        if found.counts["failed"]:
            st.warning("Nothing of it can be taken back while other records are in the way.")
        else:
            st.info("No record would change. It would only be marked as taken back.")
    st.caption("Later imports and edits stay. The undo is itself in the history and can be undone.")
    with st.container(horizontal=True):
        if st.button("Undo now", type="primary", icon=":material/undo:"):
            with guard():
                with st.spinner("Taking it back …"):
                    done = wb.rollback(upload.id, limit=1)
                _state.flash(
                    f"{count(done.counts['reversed'], 'record')} set back", ":material/undo:"
                )
                _state.go("history", upload=done.id)
        if st.button("Leave it as it is", icon=":material/close:"):
            _state.go("history", upload=upload.id)
    dataset = wb.datasets.get(upload.dataset)
    _list("Set back", dataset, found.reversed, found.counts["reversed"])
    _list("Kept, because others vouch for them", dataset, found.kept, found.counts["kept"])
    _list("Not possible", dataset, found.failed, found.counts["failed"])


def figures(found: Rollback) -> None:
    """Set back, kept, failed."""
    with st.container(horizontal=True, gap="small"):
        st.metric("Set back", number(found.counts["reversed"]), border=True, width=160)
        st.metric("Kept", number(found.counts["kept"]), border=True, width=160)
        if found.counts["failed"]:
            st.metric("Not possible", number(found.counts["failed"]), border=True, width=160)


def outcome(upload: Upload) -> None:
    """What an undo that was done has done."""
    with st.container(horizontal=True, gap="small"):
        st.metric("Set back", number(upload.counts.reversed), border=True, width=160)
        st.metric("Kept", number(upload.counts.kept), border=True, width=160)
        if upload.counts.failed:
            st.metric("Not possible", number(upload.counts.failed), border=True, width=160)
    if upload.target_id:
        _state.link(
            "history",
            f"The import that was taken back: {plain(upload.filename)}",
            icon=":material/description:",
            upload=upload.target_id,
        )


def sentence(dataset: Dataset, outcome: Outcome) -> str:
    """What becomes of a record, with its fields as people call them."""

    def labels(names: Sequence[str]) -> str:
        known = dataset.field_names
        return ", ".join(dataset.field(n).label if n in known else "extra fields" for n in names)

    parts = []
    if outcome.kept_fields:
        parts.append(f"{labels(outcome.kept_fields)} stays: {outcome.by} has a say in it")
    if outcome.fields:
        parts.append(f"set back: {labels(outcome.fields)}")
    return upper_first("; ".join(parts) or outcome.reason)


def _list(title: str, dataset: Dataset, found: Sequence[Outcome], total: int) -> None:
    if not found:
        return
    st.markdown(f"**{title}**")
    with st.container(border=True):
        rows = [[f"<b>{escape(text(o.title))}</b>", escape(sentence(dataset, o))] for o in found]
        table(["Record", "What happens"], rows)
        if total > len(rows):
            st.caption(f"and {count(total - len(rows), 'more record')}")
