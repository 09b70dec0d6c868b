"""Beside the list: a new record, saved views, which columns, the same change for all that fit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.errors import BadValue
from core.records.bulk import MOST, Item, Outcome
from core.records.filters import read
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain
from pages._records import form
from pages._records.filters import Asked

KEPT = ("q", "where", "sort", "size", "cols", "look")  # of the address, in a view
DONE = "_bulk-done"


def columns(dataset: Dataset) -> list[str]:
    """The fields that are shown, in their order: of the address, else as they were left, else all."""
    said = _state.param("cols")
    if not said:
        left = next((v for v in _views(dataset) if not v.name), None)
        said = str(left.definition.get("cols", "")) if left else ""
    names = [n for n in said.split(",") if n in dataset.field_names]
    return names or list(dataset.field_names)


def _views(dataset: Dataset) -> list[Any]:
    return _state.workbench().records.views(dataset.name)


def bar(dataset: Dataset, now: Asked, fitting: int) -> None:
    """The buttons above the list."""
    with st.container(horizontal=True, gap="small", key="record-tools"):
        if _state.may("records.edit") and not _state.in_part():
            if st.button("New record", icon=":material/add:"):
                _new(dataset)
        with st.popover("Views", icon=":material/bookmark:"):
            _saved(dataset)
        with st.popover("Columns", icon=":material/view_column:"):
            _columns(dataset)
        with st.popover("Link", icon=":material/link:", help="The address of what is shown"):
            st.caption("Search, filters, order and columns are in it.")
            st.code(_state.address(), language=None, wrap_lines=True)
        if fitting and _state.may("records.edit") and not _state.in_part():
            with st.popover("Change all", icon=":material/edit_note:"):
                _change(dataset, now, fitting)
        _undo(dataset)


# ------------------------------------------------------------------ a new record


@st.dialog("New record", width="medium")
def _new(dataset: Dataset) -> None:
    faults: dict[str, str] = st.session_state.pop("_new-faults", {})
    with st.form("new-record", border=False):
        empty: dict[str, Any] = {
            f.name: form.field_input(f, None, f"new-{f.name}", faults) for f in dataset.fields
        }
        saved = st.form_submit_button("Save", type="primary", icon=":material/check:")
    if not saved:
        return
    with guard() as caught:
        try:
            made = _state.workbench().records.new(
                dataset.name, {n: v for n, v in empty.items() if v not in ("", [], None)}
            )
        except BadValue as error:
            for fault in error.extra.get("faults") or [{"title": error.detail}]:
                expected = f": expected {fault['expected']}" if fault.get("expected") else ""
                st.error(plain(f"{fault.get('title')}{expected}"), icon=":material/error:")
            return
    if not caught:
        _state.flash("The record is saved")
        _state.go("records", dataset=dataset.name, record=made["record_id"])


# ------------------------------------------------------------------ views and columns


def _here() -> dict[str, Any]:
    found: dict[str, Any] = {n: _state.param(n) for n in KEPT if _state.param(n)}
    filters = st.query_params.get_all("f")
    return {**found, **({"f": filters} if filters else {})}


def _saved(dataset: Dataset) -> None:
    noun = _state.workbench().records
    named = [v for v in _views(dataset) if v.name]
    for view in named:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _state.link(
                "records",
                plain(view.name),
                icon=":material/bookmark:",
                dataset=dataset.name,
                **view.definition,
            )
            st.space("stretch")
            if st.button("", icon=":material/close:", help="Forget it", key=f"view-x-{view.name}"):
                noun.remove_view(dataset.name, view.name)
                st.rerun()
    if not named:
        st.caption("What is asked here can be kept: search, filters, order, columns.")
    name = st.text_input(
        "Keep this as", placeholder="Singers without a birth date", key="view-name"
    )
    if st.button(
        "Keep the view", icon=":material/bookmark_add:", disabled=not (name or "").strip()
    ):
        with guard() as caught:
            noun.save_view(dataset.name, str(name), _here())
        if not caught:
            st.rerun()


def _columns(dataset: Dataset) -> None:
    now = columns(dataset)
    chosen = st.multiselect(
        "Shown, in this order",
        list(dataset.field_names),
        default=now,
        format_func=lambda n: dataset.field(n).label,
        key=f"cols-{dataset.name}-{','.join(now)}",
    )
    if st.button(
        "All columns", icon=":material/restart_alt:", disabled=len(now) == len(dataset.fields)
    ):
        chosen = list(dataset.field_names)
    if chosen and chosen != now:
        whole = chosen == list(dataset.field_names)
        cols = "" if whole else ",".join(chosen)
        _state.workbench().records.save_view(dataset.name, "", {"cols": cols})
        _state.set_params(cols=cols or None)
        st.rerun()


# ------------------------------------------------------------------ all that fit


def _ids(dataset: Dataset, now: Asked) -> list[tuple[str, int]]:
    rows = _state.workbench().records(
        dataset.name,
        where=read(now.tree(dataset) or None),
        search=now.search,
        fields=["record_id", "_version"],
        limit=MOST,
    )
    return [(str(r["record_id"]), int(r["_version"])) for r in rows.rows()]


def _change(dataset: Dataset, now: Asked, fitting: int) -> None:
    """One field of all records that fit, or all of them away; what it was is kept to be undone."""
    if fitting > MOST:
        st.caption(
            f"{number(fitting)} records fit, and {number(MOST)} can be changed at once. Filter them first."
        )
        return
    name = st.selectbox(
        "Field", dataset.field_names, format_func=lambda n: dataset.field(n).label, key="bulk-field"
    )
    value = form.field_input(dataset.field(name), None, f"bulk-{name}", {})
    told = f"becomes “{plain(value)}”" if value not in ("", [], None) else "is emptied"
    st.caption(f"{dataset.field(name).label} of **{count(fitting, 'record')}** {told}.")
    if st.button(f"Change {count(fitting, 'record')}", type="primary", icon=":material/check:"):
        put = value if value not in ("", []) else None
        items = [Item("edit", i, {name: put}, v) for i, v in _ids(dataset, now)]
        _do(dataset, items, "changed")
    if _state.may("records.delete"):
        sure = st.checkbox(f"Delete {count(fitting, 'record')} instead", key="bulk-sure")
        if sure and st.button("Delete them", icon=":material/delete:"):
            _do(dataset, [Item("delete", i, None, v) for i, v in _ids(dataset, now)], "deleted")


def _do(dataset: Dataset, items: list[Item], word: str) -> None:
    with guard() as caught:
        done = _state.workbench().records.edit_many(dataset.name, items)
    if caught:
        return
    good = [o for o in done if not o.error]
    refused = len(done) - len(good)
    before = {i.record_id: i.version for i in items}
    moved = [o for o in good if o.version is None or o.version != before[o.record_id]]
    st.session_state[DONE] = (dataset.name, word, moved)
    more = f"; {number(refused)} were refused" if refused else ""
    _state.flash(f"{count(len(moved), 'record')} {word}{more}")
    st.rerun()


def _undo(dataset: Dataset) -> None:
    """What was done to many is taken back for those that nobody changed since."""
    name, word, done = st.session_state.get(DONE, ("", "", []))
    if name != dataset.name or not done:
        return
    label = f"Undo: {count(len(done), 'record')} {word}"
    if st.button(label, icon=":material/undo:", key="bulk-undo"):
        with guard():
            _take_back(dataset, done)
        st.session_state.pop(DONE)
        st.rerun()


def _take_back(dataset: Dataset, done: list[Outcome]) -> None:
    noun = _state.workbench().records
    for one in done:
        if one.op == "delete":
            noun.restore(dataset.name, one.record_id)
        elif one.version is not None:
            noun.undo_edit(dataset.name, one.record_id, one.version)
    _state.flash(f"{count(len(done), 'record')} as before")
