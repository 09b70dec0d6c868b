"""From which probability pairs are asked about, and linked without a person."""

from __future__ import annotations

import streamlit as st

from core.datasets.linking import LEAST_ASK
from core.datasets.model import Dataset
from pages import _state
from pages._errors import guard
from pages._formats import ago, count, plain


def draw(dataset: Dataset) -> None:
    """The rules that hold, a form for others, and the links that they would make now."""
    matching = _state.workbench().matching
    found = matching.rules(dataset.name)
    who = (
        f"Set by {plain(found.said_by)} {ago(found.set_at)}."
        if found.said_by
        else "These are the rules of the definition (`[matching]` in its file)."
    )
    st.caption(f"{who} They hold for each run, and for the rows of each file that arrives.")
    with st.form("match-rules", border=True):
        left, right = st.columns(2, gap="large")
        ask = left.number_input(
            "Ask about pairs from this probability on",
            min_value=LEAST_ASK,
            max_value=0.999,
            value=float(found.ask),
            step=0.01,
            format="%.3f",
            help="Less likely pairs are not shown in the review.",
        )
        alone = right.toggle("Link without a person", value=found.link is not None)
        link = right.number_input(
            "Link from this probability on",
            min_value=0.5,
            max_value=0.9999,
            value=float(found.link or 0.99),
            step=0.001,
            format="%.4f",
            help="Refused when the run's own estimate of precision is poor, or when people decided otherwise.",
        )
        merge = right.toggle("Merge what is linked", value=found.merge)
        pressed = st.form_submit_button("Set the rules", type="primary", icon=":material/rule:")
    if pressed:
        with guard() as caught:
            matching.set_rules(
                dataset.name,
                ask=ask,
                link=link if alone else None,
                merge=bool(alone and merge),
            )
            _state.flash("The rules are set")
        if not caught:
            st.rerun()
    with st.container(horizontal=True, gap="small"):
        if found.said_by and st.button("Back to the definition", icon=":material/restart_alt:"):
            with guard():
                matching.set_rules(dataset.name)
                st.rerun()
        if found.link is not None and st.button("Link now", icon=":material/link:"):
            with guard() as caught:
                done = matching.link(dataset.name)
                merged = f", {count(done.merges, 'cluster')} merged" if found.merge else ""
                _state.flash(f"{count(done.links, 'pair')} linked{merged}")
            if not caught:
                st.rerun()
