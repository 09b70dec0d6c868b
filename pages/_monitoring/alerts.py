"""Alerts: what fires, what cannot be measured, who sees to it, and how they changed."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.workbench.monitoring import Monitoring, Standing
from pages import _state
from pages._errors import guard
from pages._formats import plain
from pages._html import table, when

_WORDS = {
    "firing": "fires",
    "pending": "holds, not long enough",
    "unknown": "cannot be measured",
    "ok": "well",
    "unused": "not used here",
}


def draw(monitoring: Monitoring) -> None:
    """Those that fire with what can be done, then all."""
    found = monitoring.alerts()
    firing = [one for one in found if one.state.state in ("firing", "pending")]
    unknown = [one for one in found if one.state.state == "unknown"]
    if unknown:
        st.warning(f"Alerts that cannot be measured: {len(unknown)}", icon=":material/help:")
    elif not firing:
        st.success("No alert fires.", icon=":material/check_circle:")
    for one in (*firing, *(one for one in unknown if one.state.since)):  # looked at already
        _card(monitoring, one)
    for quiet in monitoring.silences():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"**{plain(quiet.alert)}** is silent until {quiet.ends_at:%Y-%m-%d %H:%M} UTC ({plain(quiet.actor)})"
            )
            st.space("stretch")
            if st.button("End the silence", key=f"end-{quiet.id}"):
                with guard():
                    monitoring.end_silence(quiet.id)
                    st.rerun()
    st.subheader("All alerts")
    rows = [
        (
            escape(one.alert.name),
            _WORDS[one.state.state],
            one.alert.severity,
            escape(one.alert.summary),
            when(one.state.since) if one.state.since else "",
        )
        for one in found
    ]
    table(("Alert", "State", "Severity", "What it means", "Since"), rows, tight=(0, 1, 2, 4))
    st.subheader("Changes of the last 7 days")
    changes = monitoring.changes(days=7, limit=50)
    if not changes:
        st.caption("None.")
        return
    told = [(when(c.at), escape(c.alert), _WORDS[c.before], _WORDS[c.after]) for c in changes]
    table(("When", "Alert", "From", "To"), told, tight=(0, 1, 2, 3))


def _card(monitoring: Monitoring, one: Standing) -> None:
    alert, state = one.alert, one.state
    with st.container(border=True):
        st.markdown(
            f"**{plain(alert.name)}** ({alert.severity}, {_WORDS[state.state]})  \n{plain(alert.summary)}"
        )
        notes = [f"Runbook: docs/runbooks/{alert.runbook}.md"]
        if state.acknowledged_by:
            notes.append(f"{plain(state.acknowledged_by)} sees to it. {plain(state.note or '')}")
        if one.silenced:
            notes.append("Silenced.")
        st.caption("  \n".join(notes))
        with st.container(horizontal=True):
            if not state.acknowledged_by and st.button(
                "Acknowledge the alert", key=f"ack-{alert.name}"
            ):
                with guard():
                    monitoring.acknowledge(alert.name)
                    _state.flash(f"You see to {alert.name}.")
                    st.rerun()
            if not one.silenced and st.button("Silence it for 2 hours", key=f"silent-{alert.name}"):
                with guard():
                    monitoring.silence(alert.name, 2)
                    st.rerun()
