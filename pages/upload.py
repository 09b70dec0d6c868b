"""Bringing a file in, step by step. The step and the upload are in the address bar."""

from __future__ import annotations

import streamlit as st

from core.errors import WrongState
from core.ingest.uploads import Upload
from pages import _state
from pages._upload import check
from pages._upload import choose
from pages._upload import done
from pages._upload import map as map_
from pages._upload import preview
from pages._upload import read
from pages._errors import guard, show_stored
from pages._formats import plain
from pages._html import from_the_top

STEPS = {
    "choose": ("Choose a file", choose.draw),
    "read": ("How it was read", read.draw),
    "map": ("Columns to fields", map_.draw),
    "check": ("What is wrong", check.draw),
    "preview": ("What would change", preview.draw),
    "done": ("Done", done.draw),
}


def step_of(upload: Upload | None) -> str:
    """The step of the address bar, as far as the upload allows it."""
    if upload is None:
        return "choose"
    if upload.status in ("imported", "rolled_back"):
        return "done"
    if upload.status == "importing":
        return "preview"
    wanted = _state.param("step", "read")
    return wanted if wanted in STEPS and wanted not in ("choose", "done") else "read"


def stepper(current: str, upload: Upload | None) -> None:
    """The six steps; those that can be gone to are links."""
    names = list(STEPS)
    at = names.index(current)
    free = upload is not None and upload.status not in ("imported", "rolled_back", "importing")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stepper"):
        for place, name in enumerate(names):
            title = STEPS[name][0]
            if place == at:
                st.badge(title, icon=f":material/counter_{place + 1}:", color="violet")
                continue
            reachable = name == "choose" or (free and name != "done")
            done_ = place < at
            icon = ":material/check_circle:" if done_ else ":material/radio_button_unchecked:"
            params = (
                {} if name == "choose" else {"upload": upload.id, "step": name} if upload else {}
            )
            st.page_link(
                "upload.py",
                label=title,
                icon=icon,
                disabled=not reachable,
                query_params=params or None,
            )


def main() -> None:
    """Draw the step."""
    wb = _state.workbench()
    wanted = _state.param("upload")
    upload = wb.uploads.get(wanted) if wanted else None
    current = step_of(upload)
    from_the_top(f"{wanted} {current}")
    st.title(f"Upload {plain(upload.filename)}" if upload else "Upload")
    stepper(current, upload)
    above = st.container()
    with guard() as caught:
        try:
            STEPS[current][1](upload)
        except WrongState:
            if upload is None or step_of(wb.uploads.get(upload.id)) == current:
                raise
            st.rerun()  # it was imported while the page was drawn
    kept = upload.error if upload and upload.status in ("failed", "rejected") else None
    if kept and not caught and current != "read":  # that step says itself what it meets
        with above:
            show_stored(kept)


main()
