"""Step 6: what was done, and the way back."""

from __future__ import annotations

import streamlit as st

from core.ingest.uploads import Upload
from pages import _state
from pages._uploads import listing
from pages._formats import ago, count, plain


def draw(upload: Upload | None) -> None:
    """The summary and where to go from here."""
    assert upload is not None  # nosec B101
    counts = upload.counts
    if upload.status == "rolled_back":
        st.info("This import was taken back.", icon=":material/undo:")
    else:
        st.success(
            f"**Imported {ago(upload.finished_at)}** into {plain(upload.dataset)}: "
            f"{count(counts.new, 'record')} added, {counts.changed:,} changed.",
            icon=":material/check_circle:",
        )
    listing.metrics(counts)
    waiting = counts.rejected + counts.conflicting
    if waiting and upload.status == "imported":
        st.markdown(
            f"**{count(waiting, 'row waits', 'rows wait')} in quarantine.** "
            "Fix them on the page of this upload and bring them back."
        )
    with st.container(horizontal=True):
        if st.button("Open the records", type="primary", icon=":material/groups:"):
            _state.go("records", dataset=upload.dataset)
        if waiting and upload.status == "imported":
            if st.button("Fix the rows", icon=":material/build:"):
                _state.go("history", upload=upload.id, tab="quarantine")
        if st.button("See the upload", icon=":material/description:"):
            _state.go("history", upload=upload.id)
        if upload.status == "imported":
            if st.button("Undo import", icon=":material/undo:"):
                _state.go("history", upload=upload.id, undo="1")
        if st.button("Upload another file", icon=":material/upload_file:"):
            _state.go("upload")
