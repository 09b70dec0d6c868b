"""Merging, shown before it happens: which value of each field stays, and which lose."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.ingest.merges.choosing import RULES
from pages import _state
from pages._errors import guard
from pages._formats import plain, text
from pages._html import table


@st.dialog("Make one record", width="large")
def dialog(dataset: Dataset, ids: list[str]) -> None:
    """Choose the survivor and the rules, look at the result, and merge."""
    with guard():
        wb = _state.workbench()
        records = {i: wb.record(dataset.name, i) for i in ids}
        title = dataset.title_field
        survivor = st.radio(
            "The record that stays",
            ids,
            format_func=lambda i: f"{text(records[i][title])} (changed {records[i]['_updated_at']:%Y-%m-%d})",
        )
        rule = st.selectbox(
            "Where both have a value, take",
            ["usual", *RULES],
            format_func=lambda r: _rule(r),
            index=0,
        )
        others = [i for i in ids if i != survivor]
        keep: dict[str, Any] = {} if rule == "usual" else {"*": rule}
        order = [str(survivor), *others]
        for field in _differing(dataset, records):
            with st.container(horizontal=True):
                chosen = st.segmented_control(
                    field.label,
                    order,
                    format_func=partial(_value, records, field.name),
                    key=f"keep-{field.name}-{survivor}",
                )
                if chosen:
                    keep[field.name] = chosen
        shown = wb.matching.merge(order, keep=keep, dataset=dataset.name, dry_run=True)
        st.caption(
            "What stays, and what loses. The sources keep everything, and the merge can be taken apart."
        )
        rows = [
            (
                escape(_label(dataset, c.field)),
                escape(text(c.value)),
                escape("; ".join(text(o) for o in c.others)),
                escape(c.rule),
            )
            for c in shown.fields
            if c.value not in (None, [], "")
        ]
        table(("field", "stays", "loses", "by"), rows)
        if st.button("Merge the records", type="primary", icon=":material/merge:"):
            done = wb.matching.merge(order, keep=keep, dataset=dataset.name)
            _state.flash(
                f"Merged. {plain(text(records[str(survivor)][title]))} stays; unmerge it under Decisions."
            )
            st.session_state["duplicates-merged"] = done.id
            _state.set_params(pair=None)
            st.rerun()


def _label(dataset: Dataset, field: str) -> str:
    return dataset.field(field).label if field in dataset.field_names else "Extra"


def _value(records: dict[str, dict[str, Any]], field: str, record_id: str) -> str:
    return text(records[record_id].get(field), 40)


def _rule(name: str) -> str:
    return "what is usual for the field" if name == "usual" else RULES[name]


def _differing(dataset: Dataset, records: dict[str, dict[str, Any]]) -> list[Any]:
    return [
        f
        for f in dataset.fields
        if f.type != "list"
        and len({str(r.get(f.name)) for r in records.values() if r.get(f.name)}) > 1
    ]
