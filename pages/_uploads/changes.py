"""What an upload (or an undo) did to the records, field by field, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.datasets.model import Dataset
from core.history.changes import Change
from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._formats import extra, text
from pages._html import old_new, table

PER_PAGE = 25
WORDS = {"insert": "Added", "update": "Changed", "delete": "Deleted", "restore": "Restored"}


def draw(upload: Upload) -> None:
    """A page of changes, with links to the records below it."""
    counts = upload.counts
    totals = {"update": counts.changed, "insert": counts.new, "delete": counts.deleted}
    kinds = [k for k, n in totals.items() if n]
    if upload.kind == "rollback":
        kind, total = None, counts.reversed
    elif kinds:
        kind = st.segmented_control(
            "Kind",
            kinds,
            default=kinds[0],
            required=True,
            format_func=lambda k: f"{WORDS[k]} {totals[k]:,}",
            label_visibility="collapsed",
            key=f"kind-{upload.id}",
        )
        total = totals[kind]
    else:
        kind, total = None, 0
    if not total:
        st.caption("No record was changed.")
        return
    place = 1
    if total > PER_PAGE:
        place = st.pagination(-(-total // PER_PAGE), key=f"changes-{upload.id}-{kind}")
    found = _state.workbench().uploads.changes(
        upload.id, kind=kind, limit=PER_PAGE, offset=(place - 1) * PER_PAGE
    )
    show(_state.workbench().datasets.get(upload.dataset), found)


def show(dataset: Dataset, changes: Sequence[Change]) -> None:
    """A table of changes: the record once, its fields below one another."""
    titles = _cached.titles(dataset.name, [c.record_id for c in changes])
    lines = []
    for change in changes:
        old = change.fields.get(dataset.title_field, (None, None))
        name = titles.get(change.record_id) or text(old[0] or old[1])
        for place, (field, before, after) in enumerate(_pairs(dataset, change)):
            lines.append(
                [
                    f"{change.row:,}" if change.row and not place else "",
                    f"<b>{escape(name)}</b>" if not place else "",
                    WORDS[change.kind] if not place else "",
                    escape(field),
                    old_new(before, after, 200),
                ]
            )
    with st.container(border=True):
        table(["Row", "Record", "What", "Field", "Values"], lines, tight=(0, 2, 3))
    with st.popover("Open one of these records", icon=":material/open_in_new:"):
        for change in changes:
            title = titles.get(change.record_id)
            if title:
                _state.link("records", title, dataset=dataset.name, record=change.record_id)


def _pairs(dataset: Dataset, change: Change) -> list[tuple[str, object, object]]:
    found: list[tuple[str, object, object]] = []
    for name, (old, new) in change.fields.items():
        if name == "_extra":
            old, new = (text(extra(v)) if v else None for v in (old, new))
            found.append(("Extra fields", old, new))
        elif name in dataset.field_names:
            found.append((dataset.field(name).label, old, new))
    return found or [("", None, None)]
