"""Which operations are slow, and why: statistics, and the plan of a slow statement on a click."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.workbench.engine import Engine
from core.telemetry.plans import Plan
from pages._errors import guard
from pages._formats import ago, number, plain, upper_first
from pages._html import table, when

SPANS = {1: "Last day", 7: "Last 7 days", 30: "Last 30 days"}
SHOWN = "_plan"


def draw(engine: Engine) -> None:
    """The statistics, then the statements."""
    days = st.segmented_control(
        "Since", list(SPANS), default=7, required=True, format_func=lambda d: SPANS[d], key="span"
    )
    found = engine.operations(days=days or 7)
    if not found:
        st.info("Nothing was done yet. Import a file, or look at records.", icon=":material/timer:")
        return
    rows = [
        (
            escape(upper_first(one.name)),
            number(one.calls),
            seconds(one.p50),
            f"<b>{seconds(one.p95)}</b>",
            seconds(one.slowest),
            number(one.rows),
            number(one.failed) if one.failed else "",
            when(one.last_at),
        )
        for one in found
    ]
    head = ("Operation", "Calls", "Median (p50)", "p95", "Slowest", "Rows", "Failed", "Last")
    table(head, rows, tight=range(1, 8))
    st.caption("Names, times and numbers of rows are kept for 30 days; never a value.")
    st.subheader("Slowest statements since the start")
    statements(engine)


def statements(engine: Engine) -> None:
    """Each with a button that runs it again under EXPLAIN ANALYZE."""
    slow = engine.slow()
    if not slow:
        st.caption("No statement took longer than 20 ms yet.")
        return
    st.caption(
        "**Explain** runs the statement again, read-only, and shows where its time goes. Values stay hidden."
    )
    for one in slow[:12]:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"**{plain(upper_first(one.name))}**, {seconds(one.seconds)}, "
                f"{number(one.rows)} rows, {ago(one.at)}"
            )
            st.space("stretch")
            if st.button("Explain", icon=":material/account_tree:", key=f"explain-{one.id}"):
                st.session_state.pop(SHOWN, None)
                with guard(), st.spinner("Running it again …"):
                    st.session_state[SHOWN] = (one.id, engine.explain(one.id))
        shown = st.session_state.get(SHOWN)
        if shown and shown[0] == one.id:
            plan(shown[1])


def plan(found: Plan) -> None:
    """The steps as a tree; what took most of the time stands out."""
    with st.container(border=True):
        st.markdown(f"**This run took {seconds(found.seconds)}.** The last step is on top.")
        most = max((step.seconds for step in found.steps), default=0.0)
        rows = []
        for step in found.steps:
            taken = seconds(step.seconds)
            rows.append(
                (
                    f'<span style="padding-left:{1.2 * step.depth:.1f}rem">{escape(step.name)}</span>',
                    f"<b>{taken}</b>" if step.seconds == most else taken,
                    number(step.rows),
                    number(step.scanned) if step.scanned else "",
                    f'<span class="mq-soft">{escape(step.detail[:400])}</span>',
                )
            )
        table(("Step", "Time", "Rows", "Looked at", "How"), rows, tight=(0, 1, 2, 3))
        with st.expander("The statement, without its values"):
            st.code(found.sql, language="sql", wrap_lines=True)


def seconds(value: float) -> str:
    """1.2 ms, 45 ms, 1.23 s, 75 s"""
    if value < 0.0001:
        return "< 0.1 ms"
    if value < 0.01:
        return f"{1000 * value:.1f} ms"
    if value < 1:
        return f"{1000 * value:.0f} ms"
    return f"{value:.2f} s" if value < 60 else f"{value:,.0f} s"
