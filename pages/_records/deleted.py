"""Records that are not there any more, each with the way back."""

from __future__ import annotations

import streamlit as st

from core.datasets.model import Dataset
from pages import _state
from pages._errors import guard
from pages._formats import EMPTY, ago, count, exact, plain, text, who

MOST = 100


def draw(dataset: Dataset) -> None:
    """The newest deletion first."""
    wb = _state.workbench()
    found = wb.records.deleted(dataset.name, limit=MOST)
    if not found:
        st.info("Nothing is deleted. What you delete shows up here, and can be brought back.")
        return
    st.caption(f"{count(len(found), 'record')}, the last deleted first.")
    with st.container(border=True):
        for change in found:
            old = {name: pair[0] for name, pair in change.fields.items()}
            name = text(old.get(dataset.title_field)) or EMPTY
            left, middle, right = st.columns([5, 4, 2], vertical_alignment="center")
            facts = [text(old[n], 60) for n in dataset.field_names[1:7] if old.get(n)]
            left.markdown(f"**{plain(name)}**  \n:small[:gray[{plain(' · '.join(facts[:4]))}]]")
            middle.caption(
                f"deleted {ago(change.at)} by {plain(who(change.actor, change.door))}",
                help=exact(change.at),
            )
            if right.button(
                "Restore", icon=":material/restore:", key=f"restore-{change.record_id}"
            ):
                with guard():
                    wb.records.restore(dataset.name, change.record_id)
                    _state.flash(f"{name} is back")
                    _state.go("records", dataset=dataset.name, record=change.record_id)
