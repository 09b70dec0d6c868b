"""Everything about one person: a file for them, and forgetting them."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from pages import _state
from pages._errors import guard
from pages._formats import count, plain

PAPER = "_paper"


def draw(dataset: Dataset, record_id: str) -> None:
    """A button that opens both, for whoever may."""
    if not _state.may("privacy.read"):
        return
    with st.popover("Privacy", icon=":material/shield_person:"):
        if st.button("Look where this person is", key="person-look"):
            st.session_state["_person"] = record_id
        if st.session_state.get("_person") == record_id:
            with guard():
                _known(dataset, record_id)


def paper() -> None:
    """The paper about who was forgotten last, once."""
    text = st.session_state.get(PAPER)
    if text:
        st.success("The person was forgotten. Keep the paper about it.")
        st.download_button("Download the paper", text, "forgotten.md", mime="text/markdown")
        if st.button("Done", key="paper-done"):
            del st.session_state[PAPER]
            st.rerun()


def _known(dataset: Dataset, record_id: str) -> None:
    wb = _state.workbench()
    found = wb.privacy.known(record_id, dataset.name)
    lines = [f"- {count(found.versions, 'version')} in the history"]
    lines += [f"- {count(len(f.rows), 'row')} of {plain(f.upload.filename)}" for f in found.files]
    lines += [f"- {count(found.quarantined, 'row')} in quarantine"]
    lines += [f"- {count(found.decisions, 'decision')} on duplicates"]
    st.markdown("\n".join(lines))
    st.download_button(
        "Export for this person",
        lambda: wb.privacy.export(record_id, dataset.name).text,
        "person.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
    if not _state.may("privacy.forget"):
        return
    st.divider()
    st.markdown(
        "**Forgetting cannot be taken back.** Backups of before are kept until you delete them."
    )
    reason = st.text_input("Reason", key="person-reason")
    whole = st.checkbox(
        "Destroy files that cannot be changed row by row",
        key="person-files",
        help="Workbooks, archives, files that are not UTF-8",
    )
    if st.button("Forget this person", type="primary", icon=":material/person_remove:"):
        with guard() as failed:
            done = wb.privacy.forget(record_id, dataset.name, reason=reason, destroy_files=whole)
            st.session_state[PAPER] = done.paper
        if not failed:
            _state.go("records", dataset=dataset.name)
