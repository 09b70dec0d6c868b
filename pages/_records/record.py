"""One record: its values and where each comes from, its history, and the form to change it."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.errors import NotFound
from core.history.changes import Change, Source
from pages import _state
from pages._records import form, person, score
from pages._errors import guard
from pages._formats import ago, exact, extra, plain, text, who
from pages._html import old_new, table, two, when

KINDS = {
    "insert": ("Added", ":material/add_circle:"),
    "update": ("Changed", ":material/edit:"),
    "delete": ("Deleted", ":material/delete:"),
    "restore": ("Restored", ":material/restore:"),
}


def draw(dataset: Dataset, record_id: str) -> None:
    """The record's page."""
    wb = _state.workbench()
    here = st.query_params.to_dict()
    back: dict[str, Any] = {k: v for k, v in here.items() if k not in ("record", "edit")}
    back["f"] = st.query_params.get_all("f") or None
    _state.link("records", "All records", icon=":material/arrow_back:", help=None, **back)
    history = wb.history(dataset.name, record_id)
    try:
        record = wb.record(dataset.name, record_id)
    except NotFound:
        if not history:
            raise
        _gone(dataset, record_id, history)
        return
    if (
        record["record_id"] != record_id
    ):  # it was merged: its old address leads to the record it is part of
        _state.flash("This record was merged into another one", ":material/merge:")
        _state.go("records", dataset=dataset.name, record=record["record_id"])
    _head(dataset, record)
    left, right = two("record", 3, 2)
    with left:
        if _state.param("edit"):
            form.draw(dataset, record)
        else:
            form.forget(record)
            _values(dataset, record, wb.history.sources(dataset.name, record_id))
    with right:
        if _state.may("quality.read") and not _state.in_part():  # a score speaks of every field
            score.draw(dataset, record)
        timeline(dataset, history)


def _head(dataset: Dataset, record: dict[str, Any]) -> None:
    st.title(plain(text(record[dataset.title_field])))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(f"version {record['_version']}", color="gray")
        st.caption(
            f"changed {ago(record['_updated_at'])}",
            help=f"{exact(record['_updated_at'])}. Record {record['record_id']}",
            width="content",
        )
        st.space("stretch")
        if not _state.param("edit"):
            if st.button("Edit", icon=":material/edit:", type="primary"):
                _state.set_params(edit="1")
                st.rerun()
            with st.popover("Delete", icon=":material/delete:"):
                _confirm(dataset, record)
            person.draw(dataset, record["record_id"])


def _confirm(dataset: Dataset, record: dict[str, Any]) -> None:
    name = text(record[dataset.title_field])
    st.markdown(
        f"**{plain(name)}** leaves {plain(dataset.label)}. Its history stays, and it can be restored."
    )
    if st.button("Delete it", type="primary", icon=":material/delete:"):
        with guard():
            _state.workbench().records.delete(
                dataset.name, record["record_id"], version=record["_version"]
            )
            _state.flash(f"{name} was deleted", ":material/delete:")
            st.rerun()


def _gone(dataset: Dataset, record_id: str, history: list[Change]) -> None:
    last = next((c for c in history if c.kind == "delete"), history[0])
    said = (last.fields.get(dataset.title_field) or (None, None))[0]
    name = "A record" if said is None else text(said)  # nothing is left of who was forgotten
    st.title("Deleted record" if said is None else plain(name))
    st.warning(
        f"This record was deleted {ago(last.at)} by {plain(who(last.actor, last.door))}.",
        icon=":material/delete:",
    )
    if st.button("Restore it", type="primary", icon=":material/restore:"):
        with guard():
            _state.workbench().records.restore(dataset.name, record_id)
            _state.flash(f"{name} is back")
            st.rerun()
    person.draw(dataset, record_id)
    timeline(dataset, history)


# ------------------------------------------------------------------ values


def _values(dataset: Dataset, record: dict[str, Any], sources: dict[str, Source]) -> None:
    st.subheader("Values, and where each comes from")
    rows = []
    for field in dataset.fields:
        value = record[field.name]
        shown = escape(text(value)) if value is not None else '<span class="mq-soft">–</span>'
        if field.format == "url" and value and str(value).startswith(("http://", "https://")):
            shown = f'<a href="{escape(str(value))}" target="_blank" rel="noreferrer">{shown}</a>'
        rows.append([escape(field.label), shown, _from(sources.get(field.name))])
    for name, value in extra(record.get("_extra")).items():
        label = f'{escape(name)} <span class="mq-soft">(extra)</span>'
        rows.append([label, escape(text(value)), _from(sources.get("_extra"))])
    with st.container(border=True):
        table(["Field", "Value", "From"], rows, tight=(0, 2))


def _from(source: Source | None) -> str:
    if source is None:
        return ""
    change = source.change
    if change.filename:
        row = f", row {change.row:,}" if change.row else ""
        row += ", import taken back" if change.taken_back else ""
        return f'<span class="soft">{escape(text(change.filename, 32))}{row}<br>{when(change.at)}</span>'
    if change.upload_id:
        return f'<span class="soft">an undo<br>{when(change.at)}</span>'
    return f'<span class="soft">edited by {escape(change.actor)}<br>{when(change.at)}</span>'


# ------------------------------------------------------------------ history


def timeline(dataset: Dataset, history: list[Change]) -> None:
    """Every version, the newest first."""
    st.subheader("History")
    for change in history:
        with st.container(border=True):
            _change(dataset, change)


def _way_back(dataset: Dataset, change: Change) -> None:
    """An edit can be undone, and a version brought back, for whoever may edit."""
    if change.kind != "update" or not _state.may("records.edit") or _state.in_part():
        return
    noun = _state.workbench().records
    with st.container(horizontal=True, gap="small"):
        for label, icon, act in (
            ("Undo this change", ":material/undo:", noun.undo_edit),
            ("Bring this version back", ":material/restore:", noun.back_to),
        ):
            if st.button(label, icon=icon, type="tertiary", key=f"{label[:5]}-{change.version}"):
                with guard() as caught:
                    act(dataset.name, change.record_id, change.version)
                if not caught:
                    _state.flash("The record has those values again")
                    st.rerun()


def _change(dataset: Dataset, change: Change) -> None:
    word, icon = KINDS[change.kind]
    st.markdown(
        f"{icon} **{word}** {ago(change.at)} :small[:gray[version {change.version}]]",
        help=exact(change.at),
    )
    if change.upload_id:
        row = f", row {change.row:,}" if change.row else ""
        label = f"{change.filename}{row}" if change.filename else "Undo of an import"
        label += " (taken back)" if change.taken_back else ""
        _state.link("history", plain(label), icon=":material/description:", upload=change.upload_id)
    else:
        st.caption(f"by {plain(who(change.actor, change.door))}")
    _way_back(dataset, change)
    if change.kind == "update":
        rows = []
        for name, (old, new) in change.fields.items():
            label = dataset.field(name).label if name in dataset.field_names else "Extra fields"
            if name == "_extra":
                old, new = (text(extra(v)) if v else None for v in (old, new))
            rows.append([escape(label), old_new(old, new, 200)])
        table(["Field", "What changed"], rows, tight=(0,))
