"""Rows that are probably somebody who is there, or twice in the file: side by side, decided before the import."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.datasets.model import Dataset
from core.ingest.uploads import Upload
from core.matching.arrivals import Arrival, Arrivals
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain, text
from pages._html import table

PER_PAGE = 5
CHOICES = {
    "same": ("Same person", ":material/join_inner:"),
    "different": ("Not the same", ":material/call_split:"),
    "later": ("Later", ":material/schedule:"),
}
SAID = {
    "same": ":green-badge[same person]",
    "different": ":blue-badge[not the same]",
    "later": ":gray-badge[later]",
}
FROM = (0.0, 0.95, 0.99, 0.999)


def draw(upload: Upload) -> None:
    """Nothing where no row is probably somebody."""
    matching = _state.workbench().matching
    with guard():
        place = int(st.session_state.get(f"arrivals-{upload.id}", 1))
        found = matching.arriving(upload.id, limit=PER_PAGE, offset=(place - 1) * PER_PAGE)
        if not found.total:
            if found.reason and "not compared" in found.reason:
                _advise(upload)
            return
        dataset = _state.workbench().datasets.get(upload.dataset)
        with st.container(border=True, key="arrivals"):
            _head(upload, found)
            for arrival in found.pairs:
                _one(upload, dataset, arrival)
            if found.total > PER_PAGE:
                st.pagination(-(-found.total // PER_PAGE), key=f"arrivals-{upload.id}")


def _advise(upload: Upload) -> None:
    if _state.workbench().records.count(upload.dataset):
        _state.link(
            "duplicates",
            "Compare the records once, and each preview says which rows are probably somebody who is there",
            icon=":material/join_inner:",
            dataset=upload.dataset,
        )


def _head(upload: Upload, found: Arrivals) -> None:
    done = found.total - found.open
    st.markdown(
        f"**Possible duplicates** — {count(found.total, 'row')} probably {'is' if found.total == 1 else 'are'} "
        f"somebody who is there, or twice in the file. {number(found.open)} to decide, {number(done)} decided."
    )
    st.caption(
        "Same person: the row updates that record, and its name becomes another name of it. Not the same: a record of its own,"
        " and nobody is asked again. Later: a record of its own for now, to be decided under Duplicates."
    )
    if found.open < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        least = st.selectbox(
            "All that wait",
            FROM,
            format_func=lambda p: f"from {p:.4g} on" if p else "however likely",
            key=f"arrivals-from-{upload.id}",
            width=170,
        )
        for verdict, (label, icon) in CHOICES.items():
            if st.button(label, icon=icon, key=f"arrivals-all-{verdict}-{found.open}"):
                _decide(upload, verdict, None, least or 0.0)


def _decide(
    upload: Upload, verdict: str, rows: dict[int, str | int | None] | None, least: float = 0.0
) -> None:
    with guard() as caught:
        with st.spinner("Comparing …"):
            many = _state.workbench().matching.decide_arriving(
                upload.id, verdict, rows, at_least=least
            )
        st.session_state.pop(f"_shown-{upload.id}", None)  # other figures are no surprise now
        if rows is None:
            _state.flash(f"{count(many, 'row')}: {CHOICES[verdict][0].lower()}")
    if not caught:
        st.rerun()


def _one(upload: Upload, dataset: Dataset, arrival: Arrival) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"Row {number(arrival.row)}: **{plain(text(arrival.title))}** "
                f":small[:gray[{_share(arrival.probability)} one person]]",
                width="content",
            )
            st.space("stretch")
            _buttons(upload, arrival)
        side_by_side(dataset, arrival)
        why = [
            f"{r.field} {r.said}" for r in sorted(arrival.why, key=lambda r: -abs(r.bits)) if r.bits
        ]
        st.caption(plain("; ".join(why[:4])))


def _share(probability: float) -> str:
    """Never sure: nothing is 100 %."""
    return "more than 99.9%" if probability > 0.9994 else f"{probability:.1%}"


def _buttons(upload: Upload, arrival: Arrival) -> None:
    pair = {arrival.row: arrival.record_id or arrival.other_row}
    key = f"{arrival.row}-{arrival.record_id or arrival.other_row}"
    if arrival.verdict and arrival.verdict != "later":
        earlier = " :gray-badge[in an earlier import]" if arrival.earlier else ""
        by = " :gray-badge[by the rules]" if arrival.by == "rule" else ""
        st.markdown(SAID[arrival.verdict] + earlier + by, width="content")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key=f"arrive-undo-{key}"):
            _decide(upload, "withdrawn", pair)
        return
    for verdict, (label, icon) in CHOICES.items():
        chosen = arrival.verdict == verdict
        if st.button(
            label,
            icon=icon,
            type="primary" if verdict == "same" else "secondary",
            disabled=chosen,
            key=f"arrive-{verdict}-{key}",
        ):
            _decide(upload, verdict, pair)


def side_by_side(dataset: Dataset, arrival: Arrival) -> None:
    """The row and who it may be, field by field; what differs is marked."""
    rows, more = [], list[str]()
    for field in dataset.fields:
        mine, theirs = arrival.values.get(field.name), arrival.other.get(field.name)
        if not mine and theirs:
            more.append(field.label)
        elif mine:
            differ = bool(mine and theirs and mine != theirs)
            rows.append((escape(field.label), _marked(mine, differ), _marked(theirs, differ)))
    other = "The record" if arrival.record_id else f"Row {number(arrival.other_row or 0)}"
    table(("", f"Row {number(arrival.row)}", other), rows, tight=(0,))
    if more:
        st.caption(f"Only {other[0].lower()}{other[1:]} has: {plain(', '.join(more))}.")
    if arrival.record_id:
        _state.link(
            "records",
            "Open the record",
            icon=":material/open_in_new:",
            dataset=dataset.name,
            record=arrival.record_id,
        )


def _marked(value: object, differs: bool) -> str:
    if value in (None, [], ""):
        return '<span class="mq-soft">–</span>'
    shown = escape(text(value, 160))
    shown = f'<span class="mq-differs">{shown}</span>' if differs else shown
    return f'<div style="min-width:6rem">{shown}</div>'
