"""Unexpected errors by place, and the last slow traces as a waterfall."""

from __future__ import annotations

from datetime import datetime, timezone
from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.observe.faults import SHOWN
from core.observe.slowest import Trace
from core.workbench.monitoring import Monitoring
from pages import _charts, _state
from pages._formats import number, plain
from pages._html import table, when

SPANS = 60  # of a waterfall
KEPT = 500  # errors that are searched for an id


def draw(monitoring: Monitoring) -> None:
    """Errors first, then traces."""
    st.subheader("Unexpected errors")
    errors = monitoring.errors(limit=30)
    wanted = st.text_input("Id that a page showed", key="shown").strip() if errors else ""
    if wanted:
        kept = monitoring.errors(limit=KEPT)
        errors = [one for one in kept if wanted in one.ids.get(SHOWN, "").split()]
        if not errors:
            st.info("No error has this id. New ones are here after a minute.")
    elif not errors:
        st.success(
            "None. Errors that are expected, such as a broken file, are told where they happen.",
            icon=":material/check_circle:",
        )
    for one in errors:
        with st.expander(
            f"{plain(one.kind)} in {plain(one.frames[-1] if one.frames else one.event)}, {number(one.times)} times"
        ):
            table(
                ("First", "Last", "Event"),
                [(when(one.first_at), when(one.last_at), escape(one.event))],
            )
            st.code("\n".join(one.frames) or "no frames", language=None)
            st.caption(", ".join(f"{name} {value}" for name, value in one.ids.items()) or "no ids")
    st.subheader("Slow traces")
    found = monitoring.traces()
    if not found:
        st.info(
            "No work of this server took longer than half a second yet.", icon=":material/timer:"
        )
        return
    names = {trace.id: _label(trace) for trace in found}
    asked = _state.param("trace")
    chosen = st.selectbox(
        "Trace",
        list(names),
        index=list(names).index(asked) if asked in names else 0,
        format_func=lambda i: names[i],
    )
    _state.set_params(trace=chosen)
    waterfall(next(trace for trace in found if trace.id == chosen))


def _label(trace: Trace) -> str:
    at = datetime.fromtimestamp(trace.began, timezone.utc)
    route = str(trace.spans[0].attributes.get("marquee.route", ""))
    return f"{at:%d %b %H:%M:%S} UTC  {trace.name} {route}  {trace.seconds:.2f} s{'' if trace.ok else '  (failed)'}"


def waterfall(trace: Trace) -> None:
    """Each span as a bar that begins where it began."""
    spans = trace.spans[:SPANS]
    figure = go.Figure()
    labels = [f"{n + 1}. {span.name}" for n, span in enumerate(spans)]
    figure.add_bar(
        base=[1_000 * (span.began - trace.began) for span in spans],
        x=[max(1_000 * span.seconds, 0.5) for span in spans],
        y=labels,
        orientation="h",
        marker={"opacity": [1.0 if span.ok else 0.45 for span in spans]},
        customdata=[
            [escape(_attributes_text(span.attributes)), 1_000 * span.seconds] for span in spans
        ],
        hovertemplate="%{y}: %{customdata[1]:.1f} ms<br>%{customdata[0]}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="Milliseconds since the beginning")
    _charts.show(figure, f"trace-{trace.id}", 120 + 24 * len(spans))
    left = len(trace.spans) - len(spans) + trace.left_out
    st.caption(f"Trace {trace.id}." + (f" {left} short spans are left out." if left else ""))


def _attributes_text(attributes: dict[str, object]) -> str:
    return ", ".join(
        f"{name.removeprefix('marquee.')} {value}" for name, value in attributes.items()
    )
