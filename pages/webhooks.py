"""Webhooks: addresses that are told what happens, and what they were sent."""

from __future__ import annotations

import streamlit as st

from core.webhooks.deliveries import Delivery
from core.webhooks.events import KINDS
from core.webhooks.hooks import Webhook
from pages import _state
from pages._errors import guard
from pages._formats import ago, plain

_STATE = {"delivered": "delivered", "waiting": "waiting", "given_up": "given up"}


def main() -> None:
    """The addresses, a form for a new one, and the last messages."""
    wb = _state.workbench()
    st.title("Webhooks")
    st.caption(
        "Each message is signed as Standard Webhooks 1.0 says, and tried again for a day until the address answers."
    )
    _new()
    found = wb.webhooks()
    if not found:
        st.info("No address is told anything yet.", icon=":material/webhook:")
        return
    for hook in found:
        _hook(hook)
    _deliveries(wb.webhooks.deliveries(limit=100), {hook.id: hook.url for hook in found})


def _new() -> None:
    with st.expander("Add an address", icon=":material/add:"), st.form("new_webhook", border=False):
        url = st.text_input("Address", placeholder="https://example.org/hook")
        events = st.multiselect(
            "Events", list(KINDS), format_func=lambda k: f"{k}: {KINDS[k]}", placeholder="All"
        )
        if st.form_submit_button("Add the webhook") and url:
            with guard():
                made = _state.workbench().webhooks.add(url, events)
                st.success("The secret that signs its messages is shown this once:")
                st.code(made.secret, language=None)


def _hook(hook: Webhook) -> None:
    wb = _state.workbench()
    with st.container(border=True):
        st.markdown("**Disabled**" if hook.disabled_at else "**Active**")
        st.code(hook.url, language=None)
        told = ", ".join(hook.events) or "all events"
        st.caption(
            f"{told} · {hook.dataset or 'all datasets'}"
            + (f" · {plain(hook.reason)}" if hook.reason else "")
        )
        with st.container(horizontal=True), guard():
            if st.button("Send a test", key=f"test_{hook.id}"):
                sent = wb.webhooks.test(hook.id)
                st.toast(f"{_STATE[sent.status]}: {plain(sent.error or sent.answer)}")
            if st.button("Enable" if hook.disabled_at else "Disable", key=f"turn_{hook.id}"):
                wb.webhooks.change(hook.id, enabled=hook.disabled_at is not None)
                st.rerun()
            if st.button("Remove", key=f"remove_{hook.id}"):
                wb.webhooks.remove(hook.id)
                st.rerun()


def _deliveries(found: list[Delivery], urls: dict[str, str]) -> None:
    st.subheader("Deliveries")
    rows = [
        {
            "When": ago(each.created_at),
            "Event": each.event,
            "State": _STATE[each.status],
            "Attempts": each.attempts,
            "Answer": each.error or str(each.answer or ""),
            "Address": urls.get(each.webhook_id, ""),
        }
        for each in found
    ]
    shown = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"sent_{len(found)}",
    )
    chosen = shown["selection"]["rows"]
    if not chosen:
        return
    one = found[chosen[0]]
    st.code(one.payload, language="json", wrap_lines=True)
    if st.button("Send it again", icon=":material/replay:"):
        with guard():
            again = _state.workbench().webhooks.replay(one.id)
            st.toast(f"{_STATE[again.status]}: {plain(again.error or again.answer)}")


main()
