"""What is wrong, one entry per cause: who looks after it, what was noted, and its rows."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.datasets.model import Dataset
from core.quality.incidents import Incident
from pages import _state
from pages._errors import guard
from pages._formats import ago, count
from pages._html import draw as html, table, when


def draw(dataset: Dataset) -> None:
    """Open ones; resolved ones on demand."""
    quality = _state.workbench().quality
    found = quality.incidents(dataset.name)
    still = [i for i in found if i.status == "open"]
    done = [i for i in found if i.status == "resolved"]
    if not still:
        st.success("Nothing is open.", icon=":material/check_circle:")
    for each in still:
        _one(dataset, each)
    if done:
        with st.expander(count(len(done), "resolved incident")):
            for each in done[:50]:
                _one(dataset, each)


def _one(dataset: Dataset, incident: Incident) -> None:
    with st.container(border=True):
        again = f" · opened again {incident.reopened} ×" if incident.reopened else ""
        html(
            f"<b>{escape(incident.title)}</b><br>"
            f'<span class="mq-soft">{escape(incident.severity)} · since {ago(incident.opened_at)}{again}'
            f" · {escape(incident.owner) if incident.owner else 'nobody looks after it'}</span>"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            kind, _, about = incident.cause.partition(":")
            if kind == "check" and incident.bad and incident.status == "open":
                label = count(incident.bad, "record")
                _state.link("quality", label, dataset=dataset.name, check=about)
            with st.popover("Work on it", icon=":material/edit_note:"):
                _work(incident)


def _work(incident: Incident) -> None:
    quality = _state.workbench().quality
    whole = quality.incident(incident.id)
    table(
        ("When", "Who", "What", "Note"),
        [(when(n.at), escape(n.actor), escape(n.what), escape(n.note)) for n in whole.notes],
    )
    with st.form(f"incident-{incident.id}", border=False):
        owner = st.text_input("Owner", value=incident.owner)
        note = st.text_area("Note")
        keep = st.form_submit_button("Keep")
        open_ = incident.status == "open"
        turn = st.form_submit_button("Resolve" if open_ else "Open again")
    if not keep and not turn:
        return
    with guard() as caught:
        if (owner or "") != incident.owner:
            quality.assign(incident.id, owner or "")
        if turn and open_:
            quality.resolve(incident.id, note or "")
        elif turn:
            quality.reopen(incident.id, note or "")
        elif note:
            quality.note(incident.id, note)
    if not caught:
        st.rerun()
