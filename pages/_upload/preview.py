"""Step 5: what the import would change, row by row; then the import itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, get_args

import polars
import streamlit as st

from core.cleaning.plan import OnError
from core.datasets.model import Dataset
from core.ingest import deletions
from core.ingest.preview import Outcome, RowChange
from core.ingest.previewing import PreviewHandle
from core.ingest.uploads import Upload
from pages import _progress, _state
from pages._quality import gate
from pages._upload import deciding, duplicates, finding
from pages._uploads import listing
from pages._errors import guard, show_stored
from pages._formats import EMPTY, count, extra, number, text
from pages._html import old_new, table
from pages._upload.deciding import label

PER_PAGE = 25
LIKELY: tuple[Outcome, ...] = ("changed", "new", "rejected")  # to be looked at first
ON_ERROR = {
    "quarantine": "Import the good rows, keep the others in quarantine",
    "refuse": "Import nothing as long as any row is wrong",
}
NOTHING = {
    "new": "No row is about somebody new.",
    "changed": "No record would change.",
    "unchanged": "No row says only what is known already.",
    "repeated": "No row is about somebody of another row.",
    "conflicting": "No row could mean several records.",
    "rejected": "No row is kept out.",
    "deleted": "No record would be deleted.",
}


def draw(upload: Upload | None) -> None:
    """Figures, rows, and the button."""
    assert upload is not None  # nosec B101
    if _progress.running(upload.id):
        return
    job = _progress.latest(upload.id)
    if upload.status == "importing" and job and job.error:
        show_stored(job.error)
    if upload.status == "cancelled":
        st.info("This import was cancelled and nothing was changed. You can go on with it.")
    preview = _progress.preview_of(upload)
    if preview is None:
        return
    _renewed(upload, preview)
    listing.metrics(preview.counts)
    gate.draw(upload)
    duplicates.draw(upload)
    deciding.standing(upload)
    _import(upload, preview)
    _rows(upload, preview)


def _renewed(upload: Upload, preview: PreviewHandle) -> None:
    """Say so when the figures are not those that were shown a moment ago."""
    key = f"_shown-{upload.id}"
    asked = preview.staged.plan.model_copy(update={"on_error": "quarantine", "confirmed": True})
    shown = (asked, preview.counts)
    before = st.session_state.get(key, shown)
    stale = upload.error is not None and upload.error.get("code") == "stale_preview"
    if stale or (before[0] == shown[0] and before[1] != shown[1]):
        st.warning(
            "**The data changed since you looked.** These are the figures as they are now; "
            "nothing was imported yet.",
            icon=":material/sync_problem:",
        )
    st.session_state[key] = shown


def _import(upload: Upload, preview: PreviewHandle) -> None:
    counts = preview.counts
    bad = counts.rejected + counts.conflicting - preview.refused
    choice: OnError = upload.plan.on_error
    with st.container(border=True):
        if bad:
            choice = st.radio(
                f"{count(bad, 'row')} cannot be imported as they are",
                get_args(OnError),
                index=get_args(OnError).index(upload.plan.on_error),
                format_func=lambda o: ON_ERROR[o],
                horizontal=True,
            )
        refused = bool(bad) and choice == "refuse"
        agreed = deciding.deletion(preview)
        with st.container(horizontal=True, vertical_alignment="center"):
            # The key holds what is shown: a click on figures that are renewed meanwhile does nothing.
            pressed = st.button(
                "Import",
                type="primary",
                icon=":material/download_done:",
                disabled=refused or not agreed,
                key=f"import-{preview.data_version}-{counts.model_dump_json()}",
            )
            st.caption(_sentence(upload, preview, refused))
    if choice != upload.plan.on_error:
        with guard():
            _state.workbench().uploads.plan(upload.id, on_error=choice)
            st.rerun()
    if pressed:
        with guard():
            # The button is there once somebody agreed to what the preview says of deletions.
            many = deletions.many(counts.deleted, preview.of_source)
            _state.workbench().jobs.submit(upload.id, promised=True, confirm_deletions=many)
            st.rerun()


def _sentence(upload: Upload, preview: PreviewHandle, refused: bool) -> str:
    counts = preview.counts
    if refused:
        return "Go back to “What is wrong” and repair the rows, or let them wait in quarantine."
    told = [f"{count(counts.new, 'record')} added", f"{number(counts.changed)} changed"]
    if counts.deleted:
        told.append(f":red[{number(counts.deleted)} deleted]")
    return f"{', '.join(told)}. One step, and it can be taken back."


# ------------------------------------------------------------------ the rows


def _rows(upload: Upload, preview: PreviewHandle) -> None:
    shown: list[Outcome] = [
        o for o in get_args(Outcome) if o != "deleted" or upload.plan.mode == "replace"
    ]
    counts = {o: getattr(preview.counts, o) for o in shown}
    many = deletions.many(counts.get("deleted", 0), preview.of_source)
    likely: tuple[Outcome, ...] = ("deleted", *LIKELY) if many else LIKELY
    first = next((o for o in likely if counts.get(o)), LIKELY[1])
    wanted = _state.param("show", first)
    outcome: Outcome = st.segmented_control(
        "Rows",
        shown,
        default=next((o for o in shown if o == wanted), first),
        required=True,
        format_func=lambda o: f"{o.capitalize()} {number(counts[o])}",
        key=f"show-{upload.id}",
        label_visibility="collapsed",
    )
    total = counts[outcome]
    if not total:
        st.caption(NOTHING[outcome])
        return
    wb = _state.workbench()
    dataset, field = wb.datasets.get(upload.dataset), None
    if outcome == "changed":
        field = deciding.fields(upload, dataset)
        total = wb.decisions.fields(upload.id).get(field, 0) if field else total
    search = finding.draw(upload, preview, outcome, total)
    pages_ = -(-total // PER_PAGE)
    place = 1
    if pages_ > 1 and not search:
        place = st.pagination(pages_, key=f"rows-{outcome}-{total}-{field}")
    offset = (place - 1) * PER_PAGE
    if outcome == "conflicting":
        found = wb.decisions.conflicts(upload.id, limit=PER_PAGE, offset=offset)
        deciding.conflicts(upload, dataset, found)
        return
    with st.spinner("Reading …", show_time=False):
        most = finding.MOST if search else PER_PAGE
        rows = preview.changes(outcome, limit=most, offset=offset, field=field, search=search)
    if search and not rows:
        st.caption("No such row.")
        return
    if outcome in ("new", "changed"):
        deciding.leave(upload, rows, outcome, counts[outcome])
    if outcome == "changed":
        diff(dataset, rows)
    elif outcome == "rejected":
        _set_aside(preview, rows)
    elif outcome == "repeated":
        deciding.turn(upload, rows, counts[outcome])
        _repeated(dataset, rows)
    elif outcome == "deleted":
        deciding.spare(upload, rows)
        table(["Record"], [[escape(text(r.title))] for r in rows])
    else:
        _whole(dataset, rows, f"{upload.id}-{outcome}-{place}-{preview.data_version}")


def diff(dataset: Dataset, rows: Sequence[RowChange]) -> None:
    """Record by record, field by field: what is struck through goes, what is green comes."""
    lines = []
    for row in rows:
        for place, change in enumerate(row.fields):
            old, new = change.old, change.new
            if change.field == "_extra":
                old, new = text(extra(old)), text(extra(new))
            lines.append(
                [
                    str(row.row or "") if not place else "",
                    f"<b>{escape(text(row.title))}</b>" if not place else "",
                    escape(label(dataset, change.field)),
                    old_new(None if old == EMPTY else old, new),
                ]
            )
    table(["Row", "Record", "Field", "What changes"], lines, tight=(0, 2))


def _repeated(dataset: Dataset, rows: Sequence[RowChange]) -> None:
    """Rows for which another one stands; what they say otherwise is struck through."""
    lines = []
    for row in rows:
        differ = [
            f'<span class="mq-soft">{escape(label(dataset, c.field))}</span> '
            + old_new(
                *(
                    (text(extra(c.old)), text(extra(c.new)))
                    if c.field == "_extra"
                    else (c.old, c.new)
                )
            )
            for c in row.fields
        ]
        name = f"<b>{escape(text(row.title))}</b>"
        why = "<br>".join(escape(p) for p in row.problems)
        lines.append([str(row.row), name, why, "<br>".join(differ) or EMPTY])
    table(["Row", "Record", "Why", "What counts instead"], lines, tight=(0, 1))


def _set_aside(preview: PreviewHandle, rows: Sequence[RowChange]) -> None:
    columns = preview.staged.table.names
    lines = []
    for row in rows:
        given = [(n, c) for n, c in zip(columns, row.cells) if c]
        cells = " · ".join(
            f'<span class="mq-soft">{escape(n)}</span> {escape(text(c, 60))}' for n, c in given[:8]
        )
        why = "<br>".join(escape(p) for p in row.problems)
        place = f"{preview.staged.table.row_name} {row.line}" if row.line is not None else ""
        name = f"<b>{escape(text(row.title))}</b>"
        lines.append([str(row.row), escape(place), name, why, cells or EMPTY])
    table(["Row", "Place", "Record", "Why", "Cells of the row"], lines, tight=(0, 1))


def _whole(dataset: Dataset, rows: Sequence[RowChange], key: str) -> None:
    names = [n for n in dataset.field_names if any(f.field == n for r in rows for f in r.fields)]
    data: dict[str, list[Any]] = {"Row": [r.row for r in rows]}
    for name in names:
        values = [{f.field: f.new for f in r.fields}.get(name) for r in rows]
        data[dataset.field(name).label] = [None if v is None else text(v) for v in values]
    frame = polars.DataFrame(data, strict=False)
    st.dataframe(frame, hide_index=True, height="content", placeholder="", key=f"whole-{key}")
