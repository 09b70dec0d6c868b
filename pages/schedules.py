"""Files that are imported by themselves: what there is, when it runs next, what came of it."""

from __future__ import annotations

import streamlit as st

from pages import _state
from pages._errors import guard
from pages._schedules import form, listing


def main() -> None:
    """The list; one schedule with its runs; or the form."""
    wb = _state.workbench()
    chosen = _state.param("schedule")
    if _state.param("edit") and _state.may("schedules.write"):
        form.draw(wb.schedules.get(chosen) if chosen else None)
        return
    if chosen:
        with guard():
            listing.one(wb.schedules.get(chosen))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Schedules", width="content")
        st.space("stretch")
        if _state.may("schedules.write") and st.button(
            "New schedule", type="primary", icon=":material/add:"
        ):
            _state.go("schedules", edit=1)
    listing.every()


main()
