"""Accounts: who may log in, with which role."""

from __future__ import annotations

import streamlit as st

from core.access.accounts import Account
from core.workbench import Workbench
from pages import _state
from pages._errors import guard
from pages._formats import ago, plain

LINK = "_link"


def draw(wb: Workbench) -> None:
    """The list, and below it one account to change or a new one."""
    _link()
    found = wb.access()
    if not found:
        st.info(
            "Nobody has an account yet. Accounts are asked for with MARQUEE_MODE=team; they can be made before.",
            icon=":material/person_off:",
        )
    else:
        _table(found)
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        _new(wb)
    with right:
        if found:
            with st.container(border=True):
                _change(wb, found)


def _table(found: list[Account]) -> None:
    rows = [
        {
            "Name": a.name,
            "Role": a.role,
            "In datasets": ", ".join(f"{d}: {r}" for d, r in a.roles.items()),
            "Status": a.status if a.has_password or a.issuer else "waits for its password",
            "Second factor": a.second_factor,
            "Last login": ago(a.seen_at) if a.seen_at else "never",
        }
        for a in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _roles(wb: Workbench) -> list[str]:
    return [name for name in wb.access.roles() if name != "owner"]


def _new(wb: Workbench) -> None:
    with st.form("new-account", border=False, clear_on_submit=True):
        st.subheader("Invite somebody")
        name = st.text_input("Name", help="With which they log in, such as eva or eva@example.org")
        role = st.selectbox("Role", _roles(wb), index=1)
        if st.form_submit_button("Make the account", type="primary"):
            with guard():
                made, link = wb.access.invite(name, role)
                st.session_state[LINK] = (made.name, link)
                st.rerun()


def _change(wb: Workbench, found: list[Account]) -> None:
    st.subheader("Change an account")
    names = {a.name: a for a in found}
    account = names[st.selectbox("Account", list(names), key="account")]
    known = _roles(wb)
    with st.form(f"change-{account.id}", border=False):
        role = st.selectbox(
            "Its role", known, index=known.index(account.role) if account.role in known else 0
        )
        datasets = [d.name for d in wb.datasets()]
        own = {
            name: st.selectbox(
                f"In {name}", ["as above", *known], index=_index(account.roles.get(name), known)
            )
            for name in datasets
        }
        disabled = st.checkbox(
            "Shut out", value=not account.active, help="Ends sessions and keys at once"
        )
        if st.form_submit_button("Save"):
            with guard():
                roles = {name: value for name, value in own.items() if value != "as above"}
                wb.access.change(account.name, role=role, roles=roles, disabled=disabled)
                _state.flash(f"{account.name} was changed.")
                st.rerun()
    with st.container(horizontal=True):
        if st.button("Make a link to a new password", icon=":material/link:"):
            with guard():
                st.session_state[LINK] = (account.name, wb.access.reset(account.name))
                st.rerun()
        if account.second_factor and st.button("End the second factor"):
            with guard():
                link = wb.access.reset(account.name, second_factor=True)
                st.session_state[LINK] = (account.name, link)
                st.rerun()
        with st.popover("Remove", icon=":material/delete:"):
            st.write("Its sessions and keys end. What it did stays in the history.")
            if st.button("Remove the account", type="primary"):
                with guard():
                    wb.access.delete(account.name)
                    _state.flash(f"{account.name} was removed.")
                    st.rerun()


def _index(role: str | None, known: list[str]) -> int:
    return known.index(role) + 1 if role in known else 0


def _link() -> None:
    """The link that was made, until the page is left."""
    if LINK in st.session_state:
        name, link = st.session_state[LINK]
        with st.container(border=True):
            st.markdown("**Send this link to the owner of the account**")
            st.caption("It sets the password, once, within a day. It is shown until you close it.")
            st.code(f"{_place()}{link}", language=None)
            if st.button(f"I have sent it to {plain(name)}"):
                del st.session_state[LINK]
                st.rerun()


def _place() -> str:
    settings = _state.workbench().settings
    if settings.public_url:
        return settings.public_url
    scheme, _, rest = str(st.context.url or "http://localhost").partition("://")
    return f"{scheme}://{rest.split('/')[0]}"
