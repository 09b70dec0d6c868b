"""The form that changes a record. Faults are shown at the field; what was typed stays."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset, Field
from core.errors import BadValue, VersionMismatch
from pages import _state
from pages._errors import guard, show
from pages._formats import plain

FAULTS = "_faults"


def draw(dataset: Dataset, record: dict[str, Any]) -> None:
    """One input per field. The version that was shown is the version that is changed."""
    key = f"edit-{record['record_id']}"
    # The form keeps the version it began with: somebody else's change meanwhile is found out.
    began = st.session_state.setdefault(f"_began-{key}", record)
    inputs = f"{key}-{began['_version']}"
    faults: dict[str, str] = st.session_state.get(FAULTS, {}).get(key, {})
    st.subheader("Edit")
    with st.form(key, border=True):
        values = {
            f.name: field_input(f, began[f.name], f"{inputs}-{f.name}", faults)
            for f in dataset.fields
        }
        for name, fault in faults.items():
            if name not in dataset.field_names:
                st.error(plain(fault))
        with st.container(horizontal=True):
            save = st.form_submit_button("Save", type="primary", icon=":material/check:")
            leave = st.form_submit_button("Leave without saving", icon=":material/close:")
    if leave:
        _end(key)
    if save:
        changed = {n: v for n, v in values.items() if v != _shown(dataset.field(n), began[n])}
        _save(dataset, began, changed, key)
    if st.session_state.get(f"_mismatch-{key}"):
        show(st.session_state[f"_mismatch-{key}"])
        if st.button("Reload the record", icon=":material/refresh:", type="primary"):
            _forget(key)
            st.rerun()


def _shown(field: Field, value: Any) -> Any:
    """A value as its input holds it."""
    if field.type == "list":
        return list(value or [])
    if field.choices and field.type == "text":
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def field_input(field: Field, value: Any, key: str, faults: dict[str, str]) -> Any:
    """What a value of a field is typed into, with what was wrong with it."""
    label = f"{field.label} :red[*]" if field.required else field.label
    shown, hint = _shown(field, value), field.description or None
    found: Any
    if field.type == "list":
        found = st.multiselect(
            label, shown, default=shown, accept_new_options=True, key=key, help=hint, placeholder=""
        )
    elif field.choices and field.type == "text":
        options = list(field.choices)
        options += [shown] if shown is not None and shown not in options else []
        index = options.index(shown) if shown is not None else None
        found = st.selectbox(label, options, index=index, key=key, help=hint, placeholder="–")
    elif field.type == "boolean":
        options = ["yes", "no"]
        index = options.index(shown) if shown else None
        found = st.selectbox(label, options, index=index, key=key, help=hint, placeholder="–") or ""
    elif field.multiline:
        found = st.text_area(label, value=shown, key=key, help=hint, height="content")
    else:
        found = st.text_input(label, value=shown, key=key, help=hint)
    if field.name in faults:
        st.markdown(f":red[:material/error: {plain(faults[field.name])}]")
    return found


def _save(dataset: Dataset, began: dict[str, Any], changed: dict[str, Any], key: str) -> None:
    if not changed:
        _end(key)
    values = {n: v if v not in ("", []) else None for n, v in changed.items()}
    with guard():
        try:
            _state.workbench().edit(
                dataset.name, began["record_id"], values, version=began["_version"]
            )
        except BadValue as error:
            listed = error.extra.get("faults") or [{"field": "", "title": error.detail}]
            found: dict[str, str] = {}
            for fault in listed:
                expected = f": expected {fault['expected']}" if fault.get("expected") else ""
                found.setdefault(fault["field"] or "", f"{fault['title']}{expected}")
            st.session_state[FAULTS] = {key: found}
            st.rerun()
        except VersionMismatch as error:
            st.session_state[f"_mismatch-{key}"] = error
            st.rerun()
        _state.flash("Saved")
        _end(key)


def forget(record: dict[str, Any]) -> None:
    """Nobody edits this record in this session any more."""
    _forget(f"edit-{record['record_id']}")


def _forget(key: str) -> None:
    for name in (f"_began-{key}", f"_mismatch-{key}", FAULTS):
        st.session_state.pop(name, None)


def _end(key: str) -> None:
    _forget(key)
    _state.set_params(edit=None)
    st.rerun()
