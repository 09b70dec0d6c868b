"""Roles, sessions, and who was limited."""

from __future__ import annotations

import streamlit as st

from core.workbench import Workbench
from core.workbench.policy import PERMISSIONS
from pages import _state
from pages._people import rules
from pages._errors import guard
from pages._formats import ago, plain


def roles(wb: Workbench) -> None:
    """What each role may, and roles of one's own."""
    found = {n: r for n, r in wb.access.roles().items() if n != "owner"}
    rows = [
        {"May": text, **{name: role.may(permission) for name, role in found.items()}}
        for permission, text in PERMISSIONS.items()
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height=420)
    own = [name for name, role in found.items() if not role.built_in]
    with st.container(border=True):
        st.subheader("A role of your own")
        chosen = st.selectbox("Role", ["a new one", *own], key="role")
        with st.form(f"role-{chosen}", border=False):
            name = (
                chosen
                if chosen in own
                else st.text_input("Its name", help="Small letters and digits")
            )
            held = sorted(found[chosen].permissions or ()) if chosen in own else []
            wanted = st.multiselect("May", list(PERMISSIONS), default=held)
            if st.form_submit_button("Save the role", type="primary"):
                with guard():
                    wb.access.save_role(name, wanted)
                    _state.flash(f"The role {name} was saved.")
                    st.rerun()
        if chosen in own and st.button("Remove the role", icon=":material/delete:"):
            with guard():
                wb.access.delete_role(chosen)
                _state.flash(f"The role {chosen} was removed.")
                st.rerun()

    own_session = _state.own_session() if wb.settings.mode == "team" else None
    if own_session is not None:
        with st.container(border=True):
            _view_as(wb, own_session.id, list(found))
    with st.container(border=True):
        rules.draw(wb, [n for n, r in found.items() if not r.may("access.write")])


def _view_as(wb: Workbench, session_id: str, names: list[str]) -> None:
    st.subheader("See the pages as a role does")
    with st.form("view-as", border=False):
        role = st.selectbox("As", names)
        if st.form_submit_button("View as this role", icon=":material/visibility:"):
            with guard():
                wb.access.view_as(session_id, role)
                st.rerun()


def sessions(wb: Workbench, names: dict[str, str]) -> None:
    """Who is logged in."""
    found = wb.access.sessions()
    if not found:
        st.info("Nobody is logged in by an account.")
        return
    for each in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            who = names.get(each.account_id, "you")
            st.markdown(f"**{plain(who)}**", width=160)
            st.text(f"{each.address}, {ago(each.created_at)}, {each.agent[:80]}", width="stretch")
            if st.button("End", key=f"end-{each.id}"):
                with guard():
                    wb.access.end_session(each.id)
                    _state.flash(f"A session of {who} was ended.")
                    st.rerun()


def limited(wb: Workbench) -> None:
    """Who sent too much."""
    found = wb.access.limited()
    if not found:
        st.info("Nobody was limited so far.")
        return
    rows = [
        {
            "Hour": one.hour,
            "Who": one.subject,
            "Limit": one.policy,
            "Refused": one.refused,
            "Last": ago(one.last_at),
        }
        for one in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
