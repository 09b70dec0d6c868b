"""Step 3: where each column of the file goes."""

from __future__ import annotations

import streamlit as st

from core.cleaning.plan import EXTRA, OWN, RECORD_ID, Column
from core.datasets.model import Dataset
from core.datasets.parts import GIVEN_FIRST, LABELS
from core.ingest.columns import name_parts, needed
from core.ingest.columns.scores import REFUSED
from core.ingest.corridor import Draft
from core.ingest.uploads import Upload
from core.quality.profile import Profile
from pages import _cached, _state
from pages._errors import guard
from pages._formats import count, plain, text, upper_first
from pages._upload import saving, statistics

PER_PAGE = 40
SURE = 0.85  # from here on a column is sure
HEAD = ("Column of the file, and what is in it", "Goes to", "Why")
OTHER = {"extra": "Keep as an extra field", "drop": "Leave out"}
OURS = {RECORD_ID: "The record with this id", EXTRA: "Extra fields, as one object"}


def draw(upload: Upload | None) -> None:
    """One line per column; a choice is kept at once."""
    assert upload is not None  # nosec B101
    wb = _state.workbench()
    draft, dataset = _cached.draft(upload), wb.datasets.get(upload.dataset)
    missing = [f.label for f in needed.missing(dataset, draft.mapping)]
    saving.drift(upload)
    _head(draft, dataset, missing)
    _at_once(draft, bool(missing))
    columns, found = draft.mapping, statistics.of(upload)
    if len(columns) > PER_PAGE:
        page = st.pagination(-(-len(columns) // PER_PAGE), key="columns")
        columns = columns[(page - 1) * PER_PAGE : page * PER_PAGE]
    with st.container(border=True):
        for place, words in zip(st.columns([4, 4, 4], gap="medium"), HEAD):
            place.caption(words)
        for column in columns:
            _line(draft, dataset, column, found)
    _state.link(
        "quality",
        "What is in the columns",
        icon=":material/bar_chart:",
        help="Empty cells, distinct values, lengths, patterns and histograms of every column",
        view="profile",
        upload=upload.id,
        dataset=upload.dataset,
    )
    if st.button(
        "Continue", type="primary", icon=":material/arrow_forward:", disabled=bool(missing)
    ):
        with guard():
            wb.uploads.plan(upload.id, confirmed=True)
            _state.go("upload", upload=upload.id, step="check")


def _at_once(draft: Draft, missing: bool) -> None:
    """One click for all: on to the check where everything is sure; what goes to no field left out, or kept."""
    noun, it = _state.workbench().uploads, draft.upload.id
    used = [c for c in draft.mapping if c.field]
    rest = [c for c in draft.mapping if not c.field]
    kept = [c.index for c in rest if c.keep]
    with st.container(horizontal=True, gap="small"):
        sure = bool(used) and all(c.confidence >= SURE for c in used)
        if sure and not missing:
            if st.button("All is sure: check it", type="primary", icon=":material/done_all:"):
                with guard():
                    noun.plan(it, confirmed=True)
                    _state.go("upload", upload=it, step="check")
        if kept and st.button(f"Leave out the other {len(kept)}", icon=":material/remove:"):
            with guard():
                noun.plan(it, choices={i: None for i in kept})
                st.rerun()
        if rest and not kept and st.button("Keep the rest as extra fields", icon=":material/add:"):
            with guard():
                noun.plan(it, choices={c.index: "extra" for c in rest})
                st.rerun()


def _head(draft: Draft, dataset: Dataset, missing: list[str]) -> None:
    if missing:
        st.warning(
            f"**{plain(' and '.join(missing))}** must come from a column, or no row can be imported. "
            f"Choose the column for it below{_could_be(draft, dataset)}",
            icon=":material/warning:",
        )
    for name in dict.fromkeys(c.field for c in draft.mapping if c.field and c.part):
        columns = [c for c in draft.mapping if c.field == name]
        st.info(
            f"**{plain(dataset.field(name).label)}** is put together of "
            + " and ".join(f"“{plain(c.column)}” ({LABELS[c.part or '']})" for c in columns)
            + ". No column holds it whole. To undo it, choose something else for one of them below.",
            icon=":material/join:",
        )
    mapped = sum(1 for c in draft.mapping if c.field and c.field not in OWN)
    extras = sum(1 for c in draft.mapping if not c.field and c.keep)
    parts = [f"{mapped} of {count(len(draft.mapping), 'column')} go to fields of {dataset.label}"]
    if extras:
        parts.append(f"{count(extras, 'more is', 'more are')} kept as extra fields")
    dropped = sum(1 for c in draft.mapping if not c.field and not c.keep)
    if dropped:
        parts.append(f"{dropped} left out")
    if any(c.field == RECORD_ID for c in draft.mapping):
        parts.append("rows are matched by the id of the record")
    st.caption(
        plain("; ".join(parts))
        + ". What you confirm is remembered for files with the same columns."
    )


def _could_be(draft: Draft, dataset: Dataset) -> str:
    field = needed.missing(dataset, draft.mapping)[0]
    found = needed.could_be(field, draft.mapping, draft.candidates)[: needed.SHOWN]
    parts = " or join several (a given and a family name)" if name_parts.takes_parts(field) else ""
    if not found:
        return f"{parts}."
    told = "".join(f"\n- **{plain(c['column'])}**: {plain(c['reason'])}" for c in found)
    return f"{parts}. It could be:\n{told}"


def _line(draft: Draft, dataset: Dataset, column: Column, found: Profile | None) -> None:
    left, middle, right = st.columns([4, 4, 4], gap="medium", vertical_alignment="center")
    samples = list(dict.fromkeys(r[column.index] for r in draft.sample[:50] if r[column.index]))
    shown = plain(text(" · ".join(samples[:3]), 60))
    with left:
        st.markdown(f"**{plain(column.column)}**  \n:small[:gray[{shown or 'no values'}]]")
        if found:
            statistics.draw(found, column.index)
    current = column.choice or "drop"
    owners = {c.choice: c.column for c in draft.mapping if c.field and c.index != column.index}
    ours = [RECORD_ID] if column.column == RECORD_ID else []
    options = _options(dataset, current, ours)
    chosen = middle.selectbox(
        f"Field for {column.column}",
        options,
        index=options.index(current),
        format_func=lambda name: _named(dataset, name, owners),
        key=f"map-{draft.upload.id}-{column.index}-{current}",
        label_visibility="collapsed",
    )
    with right:
        st.markdown(_reason(draft, dataset, column, current))
        _instead(draft, dataset, column, owners)
    if chosen != current:
        with guard():
            _state.workbench().uploads.plan(draft.upload.id, choices={column.index: chosen})
            st.rerun()


def _instead(draft: Draft, dataset: Dataset, column: Column, owners: dict[str | None, str]) -> None:
    """Where a column is doubtful: the next best field by one click, or a new field of its own."""
    if column.confidence >= SURE and column.field:
        return
    found = draft.candidates[column.index] if column.index < len(draft.candidates) else ()
    other = next(
        (c for c in found if c.field not in (column.field, *owners) and c.confidence > REFUSED),
        None,
    )
    noun, it = _state.workbench().uploads, draft.upload.id
    with st.container(horizontal=True, gap="small"):
        if other is not None:
            label = f"Take {plain(dataset.field(other.field).label)}"
            key = f"instead-{it}-{column.index}"
            if st.button(label, key=key, type="tertiary", icon=":material/swap_horiz:"):
                with guard():
                    noun.plan(it, choices={column.index: other.field})
                    st.rerun()
        own = dataset.origin != "built-in" and _state.may("datasets.write")
        if own and not column.field:
            key = f"field-{it}-{column.index}"
            if st.button("New field of it", key=key, type="tertiary", icon=":material/add:"):
                with guard():
                    noun.new_field(it, column.column)
                    st.rerun()


def _options(dataset: Dataset, current: str, ours: list[str]) -> list[str]:
    """The fields; the parts of the one that names a record, where it is free text; and no field."""
    found: list[str] = []
    for field in dataset.fields:
        found.append(field.name)
        if field.name == dataset.title_field and name_parts.takes_parts(field):
            found += [f"{field.name}:{part}" for part in GIVEN_FIRST]
    found += ours
    found += [] if current in found or current in OTHER else [current]
    return [*found, *OTHER]


def _named(dataset: Dataset, name: str, owners: dict[str | None, str]) -> str:
    if name in OTHER or name in OURS:
        return {**OTHER, **OURS}[name]
    field, _, part = name.partition(":")
    label = dataset.field(field).label + (f": {LABELS[part]}" if part else "")
    return f"{label} (now from {owners[name]})" if name in owners else label


def _reason(draft: Draft, dataset: Dataset, column: Column, current: str) -> str:
    if column.confidence >= SURE:
        badge = ":green-badge[sure]"
    elif column.confidence >= 0.6:
        badge = ":blue-badge[likely]"
    else:
        badge = ":orange-badge[please check]" if column.field else ":gray-badge[no field]"
    if column.reason == "chosen by you":
        badge = ":violet-badge[your choice]"
    found = draft.candidates[column.index] if column.index < len(draft.candidates) else ()
    # What was refused is told by the reason itself.
    others = [c for c in found if c.field != column.field and c.confidence > REFUSED]
    also = ", ".join(f"{dataset.field(c.field).label} ({c.confidence:.0%})" for c in others)
    why = f"{badge} :small[{plain(upper_first(column.reason))}]"
    return why + (f"  \n:small[:gray[or {plain(also)}]]" if also else "")
