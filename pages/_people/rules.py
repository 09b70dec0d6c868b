"""What a role sees of a dataset: which records, without which fields, and which values in part."""

from __future__ import annotations

import json

import streamlit as st

from core.datasets.model import Dataset
from core.errors import BadRole
from core.records.narrowing import MASKS, Rules
from core.workbench import Workbench
from pages import _state
from pages._errors import guard


def draw(wb: Workbench, names: list[str]) -> None:
    """One role and one dataset at a time."""
    st.subheader("What a role sees")
    with st.container(horizontal=True):
        role = st.selectbox("Role", names, key="rules-role")
        known = {d.name: d for d in wb.datasets()}
        name = st.selectbox("Dataset", list(known), format_func=lambda n: known[n].label)
    kept = wb.access.roles()[role].rules.get(name) or Rules()
    with st.form(f"rules-{role}-{name}", border=False):
        rows = st.text_input(
            "Only records that fit",
            json.dumps(kept.rows, ensure_ascii=False) if kept.rows else "",
            help='A filter, such as {"field": "source", "op": "eq", "value": "press"}; empty: all',
        )
        hidden = st.multiselect(
            "Without the fields", known[name].field_names, default=list(kept.hidden)
        )
        masks = st.multiselect(
            "In part",
            _choices(known[name]),
            default=[f"{f}: {m}" for f, m in kept.masks.items()],
            help=", ".join(f"{mask}: {means}" for mask, means in MASKS.items()),
        )
        if st.form_submit_button("Save what it sees", type="primary"):
            with guard():
                pairs = dict(each.split(": ") for each in masks)
                wb.access.save_rules(
                    role, name, {"rows": _tree(rows), "hidden": hidden, "masks": pairs}
                )
                _state.flash(f"What {role} sees was saved.")
                st.rerun()


def _tree(text: str) -> object:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError as error:
        raise BadRole(f"the filter is no JSON: {error}") from error


def _choices(dataset: Dataset) -> list[str]:
    found = []
    for field in dataset.fields:
        if field.type in ("text", "list", "date"):
            dates = ("year", "month", "present")
            fits = dates if field.type == "date" else ("initial", "present")
            found += [f"{field.name}: {mask}" for mask in fits]
    return found
