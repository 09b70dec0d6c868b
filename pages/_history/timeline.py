"""Everything that happened, the newest first: imports, undos and changes by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.history.changes import Change
from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._uploads import listing
from pages._formats import listed, plain, text, who
from pages._html import aside

STEP = 25
KINDS = {"": "Everything", "import": "Imports", "rollback": "Undos", "edit": "Edits"}
EDITS = {
    "update": ("edited", ":material/edit:"),
    "delete": ("deleted", ":material/delete:"),
    "restore": ("restored", ":material/restore:"),
    "insert": ("added", ":material/add_circle:"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    upload: Upload | None = None
    edit: Change | None = None


def draw() -> None:
    """The filter, the lines, and more of them."""
    wb = _state.workbench()
    kind, dataset = _filter()
    most = _state.whole("n", STEP, 1_000)
    entries: list[Entry] = []
    if kind != "edit":
        found = wb.uploads(kind=kind or None, dataset=dataset, limit=most + 1)
        entries += [Entry(u.created_at, upload=u) for u in found]
    if kind in ("", "edit"):
        changes = wb.history.edits(dataset=dataset, limit=most + 1)
        entries += [Entry(c.at, edit=c) for c in changes]
    entries.sort(key=lambda e: e.at, reverse=True)
    if not entries:
        _empty(bool(kind or dataset))
        return
    _lines(entries[:most])
    if len(entries) > most and st.button("Show more", icon=":material/expand_more:"):
        _state.set_params(n=most + STEP)
        st.rerun()


def _filter() -> tuple[str, str | None]:
    left, right = st.columns([3, 1], vertical_alignment="center")
    now = _state.param("kind")
    now = now if now in KINDS else ""
    kind = left.segmented_control(
        "Kind",
        list(KINDS),
        default=now,
        required=True,
        format_func=lambda k: KINDS[k],
        label_visibility="collapsed",
        key=f"timeline-{now}",
    )
    known = {d.name: d.label for d in _state.workbench().datasets()}
    chosen = _state.param("of") if _state.param("of") in known else ""
    dataset = chosen
    if len(known) > 1:
        dataset = right.selectbox(
            "Dataset",
            ["", *known],
            index=["", *known].index(chosen),
            format_func=lambda n: known.get(n, "All datasets"),
            label_visibility="collapsed",
            key=f"of-{chosen}",
        )
    if (kind, dataset) != (now, chosen):
        _state.set_params(kind=kind, of=dataset, n=None)
        st.rerun()
    return kind, dataset or None


def _empty(filtered: bool) -> None:
    if filtered:
        st.caption("Nothing of this kind happened yet.")
        return
    with st.container(border=True):
        st.markdown("**Nothing happened yet.**")
        st.caption("Every import, every edit and every undo will be listed here.")
        if st.button("Upload a file", type="primary", icon=":material/upload_file:"):
            _state.go("upload")


def _lines(entries: list[Entry]) -> None:
    ids: dict[str, list[str]] = {}
    for entry in entries:
        if entry.edit:
            ids.setdefault(entry.edit.dataset, []).append(entry.edit.record_id)
    known = {d.name for d in _state.workbench().datasets()}
    names = {d: _cached.titles(d, found) for d, found in ids.items() if d in known}
    day = None
    for entry in entries:
        if entry.at.date() != day:
            day = entry.at.date()
            st.caption(f"**{day:%A, %d %B %Y}**")
        with st.container(border=True):
            if entry.upload:
                listing.line(entry.upload)
            elif entry.edit:
                _edit(entry.edit, names.get(entry.edit.dataset, {}))


def _edit(change: Change, names: dict[str, str]) -> None:
    wb = _state.workbench()
    dataset = wb.datasets.get(change.dataset)
    word, icon = EDITS[change.kind]
    old = change.fields.get(dataset.title_field, (None, None))[0]
    name = names.get(change.record_id) or text(old)
    left, right = st.columns([5, 2], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _state.link(
            "records", plain(name), icon=icon, dataset=change.dataset, record=change.record_id
        )
        st.badge(word, color="red" if change.kind == "delete" else "violet")
    labels = [dataset.field(f).label for f in change.fields if f in dataset.field_names]
    left.caption(
        plain(listed(labels, 5)) if change.kind == "update" and labels else plain(dataset.label)
    )
    with right:
        aside(change.at, who(change.actor, change.door))
