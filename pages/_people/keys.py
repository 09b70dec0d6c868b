"""API keys: for programs, each a part of what its owner may."""

from __future__ import annotations

import streamlit as st

from core.access.keys import OVERLAP, SCOPES, Key
from core.workbench import Workbench
from pages import _state
from pages._errors import guard
from pages._formats import ago

SHOWN_ONCE = "_shown_once"


def draw(wb: Workbench, may_make: bool) -> None:
    """The list, what one of them may do, and a form for a new one."""
    _secret()
    found = wb.access.keys()
    if found:
        _table(found)
        _one(wb, found)
    else:
        st.info(
            "There are no API keys yet. A program sends one as `Authorization: Bearer mq_live_…`."
        )
    if may_make:
        with st.container(border=True):
            _new(wb)


def _table(found: list[Key]) -> None:
    rows = [
        {
            "Name": k.name,
            "Key": f"mq_live_…{k.hint}",
            "Owner": k.owner,
            "May": ", ".join(k.scopes),
            "Datasets": ", ".join(k.datasets) or "all",
            "State": _standing(k),
            "Last used": ago(k.used_at) if k.used_at else "never",
        }
        for k in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _standing(key: Key) -> str:
    if not key.works:
        return "over"
    end = min((at for at in (key.ends_at, key.revoked_at) if at), default=None)
    return f"until {end:%Y-%m-%d}" if end else "works"


def _one(wb: Workbench, found: list[Key]) -> None:
    working = {f"{k.name} (…{k.hint})": k for k in found if k.works}
    if not working:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = working[st.selectbox("Key", list(working), width=320)]
        with st.popover("Rotate", icon=":material/autorenew:"):
            days = st.slider("Days for which the old key works on", 0, OVERLAP, 1)
            if st.button("Make a key in its place", type="primary"):
                with guard():
                    made, secret = wb.access.rotate_key(key.id, overlap_days=days)
                    st.session_state[SHOWN_ONCE] = (made.name, secret)
                    st.rerun()
        with st.popover("Revoke", icon=":material/block:"):
            st.write("Programs that use it are refused within a second.")
            if st.button("Revoke the key", type="primary"):
                with guard():
                    wb.access.revoke_key(key.id)
                    _state.flash(f"The key {key.name} was revoked.")
                    st.rerun()
    for scope in key.scopes:
        st.caption(f"**{scope}**: {SCOPES[scope]}")


def _new(wb: Workbench) -> None:
    with st.form("new-key", border=False, clear_on_submit=True):
        st.subheader("Make a key")
        name = st.text_input("Name of the key", help="Such as that of the program that uses it")
        scopes = st.multiselect(
            "May", list(SCOPES), default=["read"], help="Never more than you may yourself"
        )
        datasets = st.multiselect("Datasets", [d.name for d in wb.datasets()], placeholder="All")
        days = st.selectbox("Works for", [30, 90, 365, None], index=1, format_func=_days)
        if st.form_submit_button("Make the key", type="primary"):
            with guard():
                made, secret = wb.access.make_key(name, scopes, datasets=datasets, days=days)
                st.session_state[SHOWN_ONCE] = (made.name, secret)
                st.rerun()


def _days(days: int | None) -> str:
    return f"{days} days" if days else "ever"


def _secret() -> None:
    if SHOWN_ONCE in st.session_state:
        name, secret = st.session_state[SHOWN_ONCE]
        with st.container(border=True):
            st.markdown("**Copy the key now: it is shown this once**")
            st.code(secret, language=None)
            if st.button("I have copied it", help=f"The key of {name}"):
                del st.session_state[SHOWN_ONCE]
                st.rerun()
