"""The review: one pair, both records side by side, what speaks for and against, four keys."""

from __future__ import annotations

import uuid
from html import escape

import plotly.graph_objects as go
import streamlit as st

from core.datasets.model import Dataset
from core.errors import WrongState
from core.matching.asking import Pair
from core.matching.reviewing import Figures
from pages import _charts, _state
from pages._duplicates import merge
from pages._formats import count, number, plain, text
from pages._html import table, two

ME, LAST, PAIR = "duplicates-me", "duplicates-last", "duplicates-pair"
KEYS = (("Same person", "same", "s"), ("Different", "different", "d"), ("Later", "later", "l"))


def draw(dataset: Dataset) -> None:
    """The pair that is worth most, until it is decided."""
    figures = _state.workbench().matching.figures(dataset.name)
    whole = figures.open + figures.decided
    st.progress(figures.decided / whole if whole else 1.0, _progress(figures))
    pair = _pair(dataset)
    if pair is None:
        st.success(
            "Every pair is decided, or somebody else looks at it.", icon=":material/check_circle:"
        )
        _undo(dataset)
        return
    blind = st.toggle(
        "Blind",
        key="duplicates-blind",
        help="Hide what the model says, so that it does not decide for you.",
    )
    _keys(dataset, pair)
    left, right = two("duplicates", 3, 2)
    with left:
        side_by_side(dataset, pair)
    with right:
        if blind:
            st.caption("The model's opinion is hidden.")
        else:
            opinion(dataset, pair)


def _progress(figures: Figures) -> str:
    """How many wait, and how right the links are by the decisions so far."""
    told = [f"{count(figures.open, 'pair')} waiting", f"{number(figures.decided)} decided"]
    for name, share in (("precision", figures.precision), ("recall", figures.recall)):
        if share is not None:
            told.append(f"{name} so far {share:.0%}")
    return ", ".join(told)


def _me() -> str:
    """Who claims pairs: this session, since one name may stand for several people."""
    return str(st.session_state.setdefault(ME, f"page {uuid.uuid4()}"))


def _pair(dataset: Dataset) -> Pair | None:
    """The pair of the address bar, else the next one."""
    wb, wanted = _state.workbench(), _state.param("pair")
    if "~" in wanted:
        left, right = wanted.split("~", 1)
        return wb.matching.pair(left, right, dataset=dataset.name)
    return wb.matching.next(dataset.name, by=_me())


def _keys(dataset: Dataset, pair: Pair) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, verdict, key in KEYS:
            if st.button(
                label,
                shortcut=key,
                type="primary" if verdict == "same" else "secondary",
                key=f"decide-{verdict}-{pair.id}",
            ):
                _decide(dataset, pair, verdict)
        if st.button("Merge …", icon=":material/merge:", shortcut="m", key=f"merge-{pair.id}"):
            merge.dialog(dataset, [pair.left, pair.right])
        _undo(dataset)


def _decide(dataset: Dataset, pair: Pair, verdict: str) -> None:
    matching = _state.workbench().matching
    held = next(
        (
            d.id
            for d in matching.decisions(dataset.name, all=False)
            if {d.left, d.right} == {pair.left, pair.right} and pair.verdict == d.verdict
        ),
        "",
    )
    try:
        said = matching.decide(pair.left, pair.right, verdict, dataset=dataset.name, expect=held)
        st.session_state[LAST] = said.id
    except WrongState as error:
        _state.flash(str(error), ":material/group:")
    _state.set_params(pair=None)
    st.rerun()


def _undo(dataset: Dataset) -> None:
    last = st.session_state.get(LAST, "")
    if st.button(
        "Undo", icon=":material/undo:", shortcut="u", disabled=not last, key="duplicates-undo"
    ):
        said = _state.workbench().matching.undo(last, dataset=dataset.name)
        st.session_state.pop(LAST)
        _state.set_params(pair=f"{said.left}~{said.right}")
        st.rerun()


def side_by_side(dataset: Dataset, pair: Pair) -> None:
    """Both records, field by field; what differs is marked."""
    left, right = pair.records
    rows = []
    for field in dataset.fields:
        a, b = left.get(field.name), right.get(field.name)
        if a or b:
            mark = "" if a == b else "≠" if a and b else "·"
            rows.append((escape(field.label), _marked(a, a == b), mark, _marked(b, a == b)))
    table(("", "one", "", "the other"), rows, tight=(0, 2))
    with st.container(horizontal=True, gap="small"):
        for name, record in (("Open one", left), ("Open the other", right)):
            _state.link("records", name, dataset=dataset.name, record=record["record_id"])


def _marked(value: object, same: bool) -> str:
    shown = escape(text(value, 300)) if value not in (None, [], "") else ""
    return shown if same or not shown else f"<span class='mq-differs'>{shown}</span>"


def _share(probability: float) -> str:
    """Never sure: nothing is 100 %."""
    return "More than 99.9%" if probability > 0.9994 else f"{probability:.1%}"


def opinion(dataset: Dataset, pair: Pair) -> None:
    """The weight in words, and how it comes about."""
    st.subheader(f"{_share(pair.probability)} one person")
    prior = pair.weight - sum(r.bits for r in pair.why)
    if pair.bridge:
        st.warning(
            "Saying yes would join two persons that were apart so far.",
            icon=":material/call_merge:",
        )
    for reason in sorted(pair.why, key=lambda r: -abs(r.bits)):
        if reason.bits:
            sign = ":material/add:" if reason.bits > 0 else ":material/remove:"
            st.markdown(
                f"{sign} **{plain(reason.field)}** {plain(reason.said)} ({reason.bits:+.1f})"
            )
    spoken = [r for r in pair.why if r.bits]
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=["Any two records", *(r.field for r in spoken), "Together"],
            x=[prior, *(r.bits for r in spoken), 0],
            measure=["relative"] * (len(spoken) + 1) + ["total"],
            increasing={"marker": {"color": "#1E9A5A"}},
            decreasing={"marker": {"color": "#C4403A"}},
            totals={"marker": {"color": _charts.colours()[0]}},
            hovertemplate="%{y}: %{delta:+.1f} bits<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.add_vline(x=0, line_width=1, opacity=0.5)
    _charts.show(figure, f"waterfall-{pair.id}", 70 + 28 * (len(spoken) + 2))
    st.caption("In bits: each one doubles, or halves, how likely this is one person.")
