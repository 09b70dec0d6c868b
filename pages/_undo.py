"""Taking an upload back: what would happen, record by record, then the act."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.ingest.rollback import Outcome, Rollback
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
    _list("Set back", found.reversed, found.counts["reversed"])
    _list("Kept, because they changed since", found.kept, found.counts["kept"])
    _list("Not possible", found.failed, found.counts["failed"])


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
    if upload.target_id:
        _state.link(
            "history",
            f"The import that was taken back: {plain(upload.filename)}",
            icon=":material/description:",
            upload=upload.target_id,
        )


def _list(title: str, found: Sequence[Outcome], total: int) -> None:
    if not found:
        return
    st.markdown(f"**{title}**")
    with st.container(border=True):
        rows = [[f"<b>{escape(text(o.title))}</b>", escape(upper_first(o.reason))] for o in found]
        table(["Record", "What happens"], rows)
        if total > len(rows):
            st.caption(f"and {count(total - len(rows), 'more record')}")
