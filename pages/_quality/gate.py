"""What the quality gate says of an upload before it is imported, and letting it in."""

from __future__ import annotations

import streamlit as st

from core.ingest.uploads import Upload
from core.quality.gate import Report
from pages import _state
from pages._errors import guard
from pages._formats import ago, plain


def draw(upload: Upload) -> None:
    """Nothing where the dataset has no gate, or the file passes it."""
    quality = _state.workbench().quality
    bounds = _state.workbench().datasets.get(upload.dataset).quality
    gated = any(c.gate != "none" for c in quality.checks(upload.dataset))
    if not gated and bounds.ask_below is None and bounds.refuse_below is None:
        return
    with guard():
        _report(upload, quality.gate(upload.id))


def _report(upload: Upload, report: Report) -> None:
    reasons = "".join(f"  \n- {plain(r)}" for r in report.reasons)
    if report.verdict == "refuse":
        st.error(f"**This file cannot come in like this.**{reasons}", icon=":material/block:")
    elif report.verdict == "ask" and report.accepted:
        who, when = plain(report.accepted.actor), ago(report.accepted.at)
        st.info(
            f"**Accepted by {who}, {when}**: {plain(report.accepted.reason)}{reasons}",
            icon=":material/verified:",
        )
    elif report.verdict == "ask":
        st.warning(f"**Somebody has to accept this file first.**{reasons}", icon=":material/gavel:")
        with st.form(f"accept-{upload.id}", border=False):
            reason = st.text_input("Why may it come in?")
            pressed = st.form_submit_button("Accept the file", icon=":material/verified:")
        if pressed and not (reason or "").strip():
            st.caption(":red[Say why, so that the next one understands it.]")
        elif pressed:
            with guard() as caught:
                _state.workbench().quality.accept(upload.id, (reason or "").strip())
            if not caught:
                st.rerun()
