"""Security: how this installation is reached, and what happened that somebody should look at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import streamlit as st

from core.history.events import Event, now
from core.settings import Settings
from pages import _state
from pages._errors import guard
from pages._formats import ago

KINDS = {
    "access.login_failed": "failed logins",
    "access.refused": "refused acts",
    "access.limited": "limits hit",
    "access.login": "logins",
}


def main() -> None:
    """Worries first, then the figures of a day, then what happened."""
    wb = _state.workbench()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Security", width="content")
        st.space("stretch")
        check = st.button("Check the audit trail", icon=":material/link:")
    for worry in worries(wb.settings):
        st.warning(worry, icon=":material/warning:")
    if check:
        with guard():
            st.success(f"The audit trail is whole: {wb.history.verify():,} events in one chain.")
    found = wb.access.events(limit=1_000)
    _figures(found)
    _happened(found)


def worries(settings: Settings) -> list[str]:
    """What is not as safe as it could be, in sentences."""
    said = []
    if not settings.loopback and not settings.places.secure:
        said.append(
            "Other machines reach this server without TLS. Set MARQUEE_PUBLIC_URL behind a proxy with TLS."
        )
    if settings.mode == "personal" and settings.token:
        said.append(
            "Everybody shares one token. With MARQUEE_MODE=team each has an account and a role."
        )
    return said


def _figures(found: list[Event]) -> None:
    day = now() - timedelta(days=1)
    counts = Counter(event.kind for event in found if event.at > day)
    with st.container(horizontal=True, gap="small"):
        for kind, label in KINDS.items():
            with st.container(border=True, width=215):
                st.metric(f"{label.capitalize()}, 24 h", f"{counts[kind]:,}")


def _happened(found: list[Event]) -> None:
    if not found:
        st.info("Nothing happened so far that has to do with accounts, keys or limits.")
        return
    kinds = sorted({event.kind for event in found})
    wanted = st.multiselect("Kinds", kinds, placeholder="All kinds")
    rows = [
        {
            "When": ago(event.at),
            "What": event.kind.removeprefix("access.").replace("_", " "),
            "Who": event.actor,
            "Door": event.door,
            "Dataset": event.dataset or "",
            "Details": ", ".join(f"{k}: {v}" for k, v in event.details.items() if k != "request"),
        }
        for event in found
        if not wanted or event.kind in wanted
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height=480)


main()
