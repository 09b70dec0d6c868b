"""Decided in the preview: rows that stay out, who a row is, fields and records that stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from core.datasets.model import Dataset
from core.ingest import deletions
from core.ingest.choosing import SWEEPING, Candidate, Conflict, Sweeping
from core.ingest.preview import Outcome, RowChange
from core.ingest.previewing import PreviewHandle
from core.ingest.uploads import Upload
from pages import _state
from pages._errors import guard
from pages._formats import count, number, plain, text
from pages._html import draw as draw_html

LEAVE = "Leave it out"
NEW = "A new record"


def _did(act: Any, *arguments: Any, **named: Any) -> None:
    with guard() as caught:
        act(*arguments, **named)
    if not caught:
        st.rerun()


def standing(upload: Upload) -> None:
    """What is decided so far, and the way back."""
    plan = upload.plan
    left = sum(c == "leave" for c in plan.decided.values())
    told = [f"{count(left, 'row')} left out"] if left else []
    put = len(plan.decided) - left
    told += [f"{count(len(plan.preferred), 'row')} chosen to count"] if plan.preferred else []
    told += [f"{count(put, 'row')} decided"] if put else []
    told += [f"{count(len(plan.kept_fields), 'field')} kept"] if plan.kept_fields else []
    told += [f"{count(len(plan.kept_records), 'record')} not deleted"] if plan.kept_records else []
    if not told:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":violet-badge[:material/rule: Decided here] {', '.join(told)}")
        if st.button("Undo", icon=":material/undo:", key="undo-decision", type="tertiary"):
            _did(_state.workbench().uploads.undo, upload.id)
        if (plan.decided or plan.preferred) and st.button(
            "Withdraw all", icon=":material/restart_alt:", key="withdraw", type="tertiary"
        ):
            _did(_state.workbench().decisions.sweep, upload.id, "new", None)


# ------------------------------------------------------------------ fields


def fields(upload: Upload, dataset: Dataset) -> str | None:
    """How many records each field would change; a click shows those alone. What is kept is not changed."""
    plan, changing = upload.plan, _state.workbench().decisions.fields(upload.id)
    names = [*changing, *(n for n in plan.kept_fields if n not in changing)]
    if not names:
        return None
    labels = {n: label(dataset, n) for n in names}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        only = st.pills(
            "Only rows that change",
            list(changing),
            format_func=lambda n: f"{labels[n]} {number(changing[n])}",
            key=f"only-{upload.id}-{'-'.join(changing)}",
        )
        kept = st.multiselect(
            "Leave as they are",
            names,
            default=list(plan.kept_fields),
            format_func=lambda n: labels[n],
            placeholder="no field",
            help="Records that are there keep what they have in these fields. New records get what the file says.",
            key=f"kept-{upload.id}-{'-'.join(plan.kept_fields)}",
            width=320,
        )
    if tuple(kept) != plan.kept_fields:
        _did(_state.workbench().decisions.keep, upload.id, fields=kept)
    return only


def label(dataset: Dataset, name: str) -> str:
    """A field's label, also for the extra fields."""
    return dataset.field(name).label if name in dataset.field_names else "Extra fields"


# ------------------------------------------------------------------ rows


def leave(upload: Upload, rows: Sequence[RowChange], outcome: Outcome, total: int) -> None:
    """Rows of this page, or all with the outcome, stay out of the import."""
    wb = _state.workbench()
    names = {r.row: f"{r.row} {text(r.title, 40)}" for r in rows if r.row}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="leave-rows"):
        chosen = st.multiselect(
            "Rows to leave out",
            list(names),
            format_func=lambda r: names[r],
            placeholder="choose rows …",
            key=f"leave-{outcome}-{total}-{next(iter(names), 0)}",
        )
        if st.button(
            f"Leave {count(len(chosen), 'row')} out" if chosen else "Leave out",
            icon=":material/block:",
            disabled=not chosen,
            key=f"leave-go-{outcome}",
            help="They wait in quarantine, and can be brought back.",
        ):
            _did(wb.decisions.rows, upload.id, dict.fromkeys(chosen, "leave"))
        if st.button(
            f"Leave all {number(total)} out",
            icon=":material/block:",
            key=f"leave-all-{outcome}-{total}",
        ):
            _did(wb.decisions.sweep, upload.id, outcome, "leave")


def turn(upload: Upload, rows: Sequence[RowChange], total: int) -> None:
    """Repeated rows that shall count instead of the one that stands for them."""
    wb = _state.workbench()
    names = {r.row: f"{r.row} {text(r.title, 40)}" for r in rows if r.row}
    ends: list[Sweeping] = ["first", "last"]
    mark = f"{total}-{hash(upload.plan.preferred)}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="turn-rows"):
        chosen = st.multiselect(
            "Rows that shall count instead",
            list(names),
            format_func=lambda r: names[r],
            placeholder="choose rows …",
            key=f"turn-{mark}-{next(iter(names), 0)}",
        )
        if st.button(
            f"Let {count(len(chosen), 'row')} count" if chosen else "Let them count",
            icon=":material/swap_vert:",
            disabled=not chosen,
            key=f"turn-go-{mark}",
            help="What such a row lacks is taken from the other rows of its record.",
        ):
            _did(wb.decisions.rows, upload.id, dict.fromkeys(chosen, "counts"))
        for end in ends:
            if st.button(
                f"The {end} row counts, for all",
                icon=(
                    ":material/vertical_align_top:"
                    if end == "first"
                    else ":material/vertical_align_bottom:"
                ),
                key=f"turn-{end}-{mark}",
            ):
                _did(wb.decisions.sweep, upload.id, "repeated", end)


def spare(upload: Upload, rows: Sequence[RowChange]) -> None:
    """Records that would be deleted and shall not be."""
    names = {r.record_id: text(r.title, 60) for r in rows if r.record_id}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.multiselect(
            "Do not delete",
            list(names),
            format_func=lambda i: names[i],
            placeholder="choose records …",
            key=f"spare-{len(upload.plan.kept_records)}-{next(iter(names), '')}",
        )
        if st.button("Keep them", icon=":material/shield:", disabled=not chosen):
            kept = [*upload.plan.kept_records, *(str(i) for i in chosen)]
            _did(_state.workbench().decisions.keep, upload.id, records=kept)


# ------------------------------------------------------------------ conflicts


def conflicts(upload: Upload, dataset: Dataset, found: Sequence[Conflict]) -> None:
    """Each row with the records that it may be, one click each; above them the same for all."""
    _sweep(upload, found)
    both = dataset.key.when_both
    for conflict in found:
        with st.container(border=True, key=f"conflict-{conflict.row}"):
            known = (
                f" · {dataset.field(both).label} {conflict.apart}"
                if both and conflict.apart
                else ""
            )
            draw_html(
                f'<b>{escape(text(conflict.title))}</b> <span class="mq-soft">row {conflict.row:,}'
                f"{escape(known)}</span><br>{escape(conflict.why)}"
            )
            with st.container(horizontal=True, gap="small"):
                for each in conflict.records:
                    _choice(upload, conflict, _named(dataset, each), each.record_id, "person")
                _choice(upload, conflict, NEW, "new", "person_add")
                _choice(upload, conflict, LEAVE, "leave", "block")


def _named(dataset: Dataset, record: Candidate) -> str:
    both = dataset.key.when_both
    apart = record.apart or f"no {dataset.field(both).label.lower()}" if both else ""
    return f"It is {plain(text(record.title, 40))}" + (f" ({plain(apart)})" if apart else "")


def _choice(upload: Upload, conflict: Conflict, words: str, choice: str, icon: str) -> None:
    key = f"decide-{conflict.row}-{choice}"
    if st.button(words, icon=f":material/{icon}:", key=key):
        _did(_state.workbench().decisions.rows, upload.id, {conflict.row: choice})


def _sweep(upload: Upload, found: Sequence[Conflict]) -> None:
    shared = any(c.rule == "shared_record" for c in found)
    options: list[Sweeping] = [c for c in SWEEPING if shared or c in ("leave", "new")]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        choice = st.selectbox(
            "All conflicting rows",
            options,
            format_func=lambda c: SWEEPING[c],
            key=f"sweep-{upload.id}",
            width=380,
        )
        if st.button("Decide all", icon=":material/done_all:", key="sweep-go") and choice:
            _did(_state.workbench().decisions.sweep, upload.id, "conflicting", choice)


# ------------------------------------------------------------------ deletions


def deletion(preview: PreviewHandle) -> bool:
    """A large deletion is asked about apart, in red; whether somebody agreed."""
    counts = preview.counts
    if not deletions.many(counts.deleted, preview.of_source):
        return True
    share = counts.deleted / max(preview.of_source, 1)
    st.error(
        f"**{count(counts.deleted, 'record')} would be deleted: {share:.0%} of the"
        f" {number(preview.of_source)} that this source brought.** The file lacks them."
        " Is it the whole source? The records are listed below.",
        icon=":material/delete_forever:",
    )
    return st.checkbox(
        f"Yes, delete {count(counts.deleted, 'record')}",
        key=f"delete-{preview.id}-{counts.deleted}",
    )
