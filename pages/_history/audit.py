"""The audit trail: every act, chained by hashes, and the button that checks the chain."""

from __future__ import annotations

from typing import Any

import polars
import streamlit as st

from core.history.events import Event
from pages import _state
from pages._errors import guard
from pages._formats import DOORS, count, text
from pages._html import height

STEP = 100


def draw() -> None:
    """The newest events, and the check."""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Verify the chain", icon=":material/verified_user:")
        st.caption(
            "Each event carries the hash of the one before it, so a change to any of them shows."
        )
    if pressed:
        with guard(), st.spinner("Checking every event …"):
            length = _state.workbench().history.verify()
            st.success(
                f"The chain holds: {count(length, 'event')}, none altered, none missing.",
                icon=":material/verified_user:",
            )
    most = _state.whole("n", STEP, 5_000)
    events = _state.workbench().history.events(limit=most + 1)
    if not events:
        st.caption("Nothing happened yet.")
        return
    shown = events[:most]
    st.dataframe(
        polars.DataFrame(_columns(shown), strict=False),
        hide_index=True,
        column_config={
            "No.": st.column_config.NumberColumn(width="small"),
            "When": st.column_config.DatetimeColumn(format="distance"),
            "At (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
            "Details": st.column_config.TextColumn(width="large"),
        },
        height=height(len(shown), 620),
        placeholder="",
        key=f"events-{shown[0].seq}-{most}",
    )
    if len(events) > most and st.button("Show more", icon=":material/expand_more:"):
        _state.set_params(n=most + STEP)
        st.rerun()


def _columns(events: list[Event]) -> dict[str, list[Any]]:
    return {
        "No.": [e.seq for e in events],
        "When": [e.at for e in events],
        "What": [e.kind.replace(".", " ").replace("_", " ") for e in events],
        "Who": [e.actor for e in events],
        "Through": [DOORS.get(e.door, e.door) for e in events],
        "Dataset": [e.dataset or "" for e in events],
        "Details": [_details(e) for e in events],
        "At (UTC)": [e.at for e in events],
        "Hash": [e.hash[:12] for e in events],
    }


def _details(event: Event) -> str:
    return " · ".join(
        f"{k.replace('_', ' ')}: {text(v, 80)}"
        for k, v in event.details.items()
        if v is not None and not k.endswith("_id")
    )
