"""Step 2: how the file was read, why, and how else it could be."""

from __future__ import annotations

from typing import Any

import polars
import streamlit as st

from core.errors import FileError, InputError, MarqueeError
from core.files.registry import FORMATS
from core.files.table import Table
from core.ingest.corridor import Draft
from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._lines import lines
from pages._upload import otherwise, sheets
from pages._upload.decisions import sentence
from pages._errors import show
from pages._formats import count, number, plain, size
from pages._html import draw as draw_html, table as draw_table, two
from pages._upload.reading import choices

# Of which file, and how read, ...
STANDS = "beginning-stands"  # ... the beginning is on the page
WAITED = "read-whole"  # ... all was read after that, and the error if it could not be
ROWS = 100
COLUMNS = 200


def draw(upload: Upload | None) -> None:
    """What was found, the lines as they stand, and the first rows; of a large file its beginning first."""
    assert upload is not None  # nosec B101
    draft, failure = None, None
    waited, broken = _waited(upload)
    try:
        draft = _cached.draft(upload) if waited and not broken else _cached.first_look(upload)
    except MarqueeError as error:
        failure = error
    if failure := failure or broken:
        show(failure)
    elif draft and not draft.table.whole:
        so_far = f"This is the beginning of {plain(upload.filename)} ({size(upload.size or 0)})."
        hourglass = ":material/hourglass_top:"
        st.info(f"{so_far} The rest is being looked through …", icon=hourglass)
    sheets.draw(upload, draft.table if draft else None)
    left, right = two("read", 3, 2)
    if draft:
        with left:
            _decisions(draft.table)
            otherwise.draw(upload, draft.table)
    with right:
        _overrides(upload, draft.table if draft else None)
    if draft:
        _beside(upload, draft)
        if st.button("Continue", type="primary", icon=":material/arrow_forward:"):
            _state.go("upload", upload=upload.id, step="map")
        if not draft.table.whole and not waited:
            _look_at_the_rest(upload)


def _key(upload: Upload) -> tuple[str, dict[str, Any]]:
    return upload.id, dict(upload.plan.reading)


def _waited(upload: Upload) -> tuple[bool, MarqueeError | None]:
    """Whether somebody here has waited for the whole file, and why it cannot be read if it cannot."""
    of, broken = st.session_state.get(WAITED, (None, None))
    if of != _key(upload):
        return False, None
    if broken and not isinstance(broken, (FileError, InputError)):
        del st.session_state[WAITED]  # it is not the file's fault: the next click tries again
    return True, broken


@st.fragment(run_every=0.2)
def _look_at_the_rest(upload: Upload) -> None:
    """The whole file is read when the page stands: what was there before goes only when a run has ended."""
    if st.session_state.get(STANDS) != _key(upload):
        st.session_state[STANDS] = _key(upload)
        return
    failure = None
    try:
        _cached.draft(upload)
    except MarqueeError as error:
        failure = error
    st.session_state[WAITED] = (_key(upload), failure)
    del st.session_state[STANDS]
    st.rerun()


def _decisions(table: Table) -> None:
    """One sentence for each decision; the ones to look at come first."""
    yes, ask = '<span class="mq-yes">✓</span>', '<span class="mq-ask">?</span>'
    said = [(d.sure, sentence(d, table)) for d in table.decisions]
    lines = [[yes if sure else ask, words] for sure, words in sorted(said, key=_first) if words]
    with st.container(border=True):
        draw_table(["", "How it was read"], lines, tight=(0,))
    for note in table.notes[:12]:
        st.markdown(f":orange[:material/info:] {plain(note)}")
    if len(table.notes) > 12:
        with st.expander(f"{len(table.notes) - 12} more remarks"):
            for note in table.notes[12:]:
                st.markdown(plain(note))


def _first(said: tuple[bool, str]) -> bool:
    return said[0]


def _overrides(upload: Upload, table: Table | None) -> None:
    """Every choice is taken at once and the page drawn anew."""
    given = dict(upload.plan.reading)
    with st.container(border=True):
        st.markdown("**Not right? Read it differently**")
        new = choices(given, table)
        if given and st.button("Back to what was found", icon=":material/restart_alt:"):
            new = {}
    if new != given:
        _read_as(upload, new)


def _read_as(upload: Upload, reading: dict[str, Any]) -> None:
    try:
        _state.workbench().uploads.plan(upload.id, reading=reading)
    except MarqueeError:
        pass  # kept with the plan; the page says what is wrong when it reads the file
    st.rerun()


def _beside(upload: Upload, draft: Draft) -> None:
    """The raw lines on the left, the table that they became on the right."""
    table = draft.table
    rows = draft.sample[:ROWS]
    shown = count(len(rows), "row")
    if not table.whole:
        shown = f"The first {count(len(rows), 'row')}"
    elif table.total and table.total > len(rows):
        shown = f"{number(len(rows))} of {count(table.total, 'row')}"
    left, right = two("raw", 1, 1) if table.raw else (None, st.container())
    if left is not None:
        with left:
            st.subheader("As it stands in the file")
            place = FORMATS[table.format].place
            named = any(d.name == "header" for d in table.decisions)
            click = f" Click the {place} that holds the column names." if named else ""
            st.caption(f"The first {place}s, and what became of each.{click}")
            header = lines.draw(table.raw, clickable=named)
        if header is not None:
            kept = {
                k: v for k, v in upload.plan.reading.items() if k not in ("skip", "header_rows")
            }
            _read_as(upload, {**kept, "header": header})
    with right:
        st.subheader("As a table")
        st.caption(
            f"{shown}, {count(len(table.columns), 'column')}. "
            "Cells are shown as they stand; nothing was altered."
        )
        _grid(table, rows)


def _grid(table: Table, rows: list[list[str]]) -> None:
    names = table.names[:COLUMNS]
    numbers: dict[str, Any] = {" ": list(range(1, len(rows) + 1))}
    frame = polars.DataFrame(
        {**numbers, **{name: [row[i] for row in rows] for i, name in enumerate(names)}},
        schema={" ": polars.Int64, **{name: polars.String for name in names}},
    )
    if not rows:
        draw_html('<p class="mq-soft">There are no rows.</p>')
        return
    st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(rows), 420),
        placeholder="",
        key="first-rows",
        column_config={" ": st.column_config.NumberColumn("row", width=60)},
    )
