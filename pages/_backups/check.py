"""The check of everything, and what it found, in plain words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.integrity.findings import Finding, Report
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain

KEPT = "_checked"
DRAWN: dict[str, tuple[Any, str]] = {
    "error": (st.error, ":material/error:"),
    "warning": (st.warning, ":material/warning:"),
    "note": (st.info, ":material/info:"),
}


def run(*, deep: bool) -> None:
    """Check, and keep the report for as long as the browser stays."""
    words = "Comparing every value with its row …" if deep else "Checking everything …"
    with guard(), st.spinner(words):
        st.session_state[KEPT] = _state.workbench().check(deep=deep)


def draw() -> None:
    """The last report of this session."""
    report = st.session_state.get(KEPT)
    if not isinstance(report, Report):
        return
    looked = ", ".join(f"{what}: {number(n)}" for what, n in report.looked.items())
    if report.ok:
        what = "Every value is what its row says" if report.deep else "Everything adds up"
        more = "" if report.deep else " Values were not held against the rows they came from."
        st.success(
            f"**{what}.** Looked at {looked}; {report.seconds:.1f} s.{more}",
            icon=":material/verified:",
        )
    for finding in report.findings:
        _finding(finding)
    if not report.ok:
        st.caption(f"Looked at {looked}; {report.seconds:.1f} s. Nothing was changed.")


def _finding(finding: Finding) -> None:
    show, icon = DRAWN[finding.kind.severity]
    lines = [
        f"**{plain(finding.kind.title)}: {count(finding.count, 'time')}** ({plain(finding.where)})",
        *(f":small[{plain(example)}]" for example in finding.examples[:3]),
        f"Safe all the same: {plain(finding.kind.safe)}.",
        f"What to do: {_action(finding.kind.action)}.",
    ]
    show("  \n".join(lines), icon=icon)


def _action(text: str) -> str:
    # The catalogue is our own text; what stands in backquotes is a command.
    parts = text.split("`")
    return "".join(plain(p) if i % 2 == 0 else f"`{p}`" for i, p in enumerate(parts))
