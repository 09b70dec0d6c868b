"""Whether everything adds up, and the backups: age, size, restore tests, and the way back."""

from __future__ import annotations

import streamlit as st

from core.backups.service import Backups, State
from pages import _state
from pages._backups import check, listing
from pages._errors import guard, show_stored
from pages._formats import ago, size


def main() -> None:
    """The state above, the backups below."""
    wb = _state.workbench()
    state = wb.backups.state()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Backups", width="content")
        st.space("stretch")
        checked = st.button("Check now", icon=":material/fact_check:")
        deep = st.button(
            "Check every value",
            icon=":material/troubleshoot:",
            help="Also reads every raw file again: as long as importing them took.",
        )
        busy = bool(state.job and state.job.active)
        if st.button("Back up now", type="primary", icon=":material/shield:", disabled=busy):
            with guard():
                wb.backups.submit()
                st.rerun()
    if state.worry:
        st.warning(state.worry, icon=":material/warning:")
    _figures(wb.backups, state)
    if busy:
        listing.watch()
    elif state.job and state.job.status == "failed" and state.job.error:
        show_stored(state.job.error)
    if checked or deep:
        check.run(deep=deep)
    check.draw()
    listing.listed(wb.backups)
    listing.ways_back(wb.settings)


def _figures(backups: Backups, state: State) -> None:
    last = state.last
    manifest = last.manifest if last else None
    test = last.test if last else None
    passed = "–" if test is None else "passed" if test.ok else "failed"
    hours = backups.settings.backup_every_hours
    plan = f"every {hours:g} h" if backups.scheduled else "by hand"
    facts = {
        "Last backup": ago(manifest.made_at) if manifest else "none yet",
        "Its size": size(manifest.size) if manifest else "–",
        "Restore test": passed,
        "Schedule": plan,
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in facts.items():
            with st.container(border=True, width=215):
                st.metric(label, value)


main()
