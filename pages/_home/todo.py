"""What waits for somebody: with the reason, the way there, and Discard."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._errors import guard
from pages._formats import ago, count, number, plain

SHOWN = 8


def draw() -> None:
    """Rows in quarantine, files that nobody finished, and those that failed."""
    wb = _state.workbench()
    waiting = _cached.waiting()
    states = ("previewed", "received", "failed", "rejected")
    begun = [u for s in states for u in wb.uploads(status=s, kind="import", limit=SHOWN)]
    running = {j.upload_id for j in wb.jobs(limit=50) if j.active}
    begun = [u for u in begun if u.id not in running]
    st.subheader("Waiting for you")
    if not waiting and not begun:
        st.caption("Nothing.")
        return
    for upload_id, rows in list(waiting.items())[-SHOWN:]:
        _quarantine(wb.uploads.get(upload_id), rows)
    for upload in sorted(begun, key=lambda u: u.created_at, reverse=True)[:SHOWN]:
        _begun(upload)
    more = len(waiting) + len(begun) - 2 * SHOWN
    if more > 0:
        st.caption(f"{number(more)} more are in the history")


def _quarantine(upload: Upload, rows: int) -> None:
    wb = _state.workbench()

    def discard() -> None:
        wb.uploads.discard(upload.id)

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _state.link(
            "history",
            f"{count(rows, 'row')} of {plain(upload.filename)} in quarantine",
            icon=":material/build:",
            upload=upload.id,
            tab="quarantine",
        )
        st.caption(_first_cause(upload), width="content")
        st.space("stretch")
        if _state.may("quarantine.requeue"):
            _discard(upload.id, "The rows stay in the history and wait no more.", discard)


def _first_cause(upload: Upload) -> str:
    found = _state.workbench().uploads.problems(upload.id)
    error = next((p for p in found if p.severity == "error"), None)
    return plain(error.title) if error else "rows that contradict one another"


def _begun(upload: Upload) -> None:
    wb = _state.workbench()
    failed = upload.status in ("failed", "rejected")
    words = "Look at" if failed else "Go on with"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _state.link(
            "upload",
            f"{words} {plain(upload.filename)}",
            icon=":material/error:" if failed else ":material/pending:",
            upload=upload.id,
            step="preview" if upload.status == "previewed" else "read",
        )
        st.caption(f"{_reason(upload)} · {ago(upload.created_at)}", width="content")
        st.space("stretch")
        if _state.may("uploads.write"):
            _discard(upload.id, "Nothing of it was imported.", lambda: wb.jobs.cancel(upload.id))


def _reason(upload: Upload) -> str:
    if upload.error:
        return f":red[{plain(upload.error.get('title', 'It failed'))}]"
    if upload.status == "previewed":
        wrong = upload.counts.rejected + upload.counts.conflicting
        told = f", {number(wrong)} with errors" if wrong else ""
        return f"checked: {count(upload.counts.rows, 'row')}{told}; it waits for your yes"
    return "nobody looked at it yet"


def _discard(upload_id: str, told: str, act: Callable[[], object]) -> None:
    with st.popover("Discard", icon=":material/delete:", key=f"pop-{upload_id}"):
        st.caption(told)
        if st.button("Discard it", key=f"discard-{upload_id}", icon=":material/delete:"):
            with guard() as caught:
                act()
            if not caught:
                st.rerun()
