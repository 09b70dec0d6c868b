"""Step 2: how the file was read, why, and how else it could be."""

from __future__ import annotations

from html import escape
from typing import Any

import polars
import streamlit as st

from core.errors import MarqueeError
from core.files.table import Decision, Table
from core.ingest.corridor import Draft
from core.ingest.uploads import Upload
from pages import _cached, _state
from pages._errors import show
from pages._formats import count, plain, text, upper_first
from pages._html import table as draw_table, two

ROWS = 100
ENCODINGS = [
    "utf-8",
    "utf-16",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
    "cp1252",
    "cp1251",
    "latin-1",
]
MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space", ":": "colon"}
NAMES = {
    "format": "Kind of file",
    "encoding": "Encoding",
    "delimiter": "Cells are set apart by",
    "quote": "Quotes",
    "escape": "A quote inside a cell",
    "line_end": "Line ends",
    "skip": "Lines above the table",
    "header": "Column names are in",
    "sheet": "Sheet",
    "list_key": "The list is under",
    "parser": "Parser",
}
HIDDEN = {"parser", "escape", "line_end"}


def draw(upload: Upload | None) -> None:
    """What was found, and the first rows."""
    assert upload is not None
    draft, failure = None, None
    try:
        draft = _cached.draft(upload)
    except MarqueeError as error:
        failure = error
    if failure:
        show(failure)
    left, right = two("read", 3, 2)
    if draft:
        with left:
            _decisions(draft.table)
    with right:
        _overrides(upload, draft.table if draft else None)
    if draft:
        _rows(draft)
        if st.button("Continue", type="primary", icon=":material/arrow_forward:"):
            _state.go("upload", upload=upload.id, step="map")


def said(decision: Decision) -> str:
    """A decision's value in words."""
    value = decision.value
    if decision.name == "header":
        return f"line {value}" if value else "no line: the columns are numbered"
    if decision.name == "delimiter":
        return MARKS.get(str(value), str(value))
    if decision.name == "quote":
        return str(value) if value else "none"
    return str(value)


def _decisions(table: Table) -> None:
    lines = []
    for decision in table.decisions:
        if decision.name in HIDDEN or (decision.name == "skip" and not decision.value):
            continue
        mark = '<span class="mq-yes">✓</span>' if decision.sure else '<span class="mq-ask">?</span>'
        name = NAMES.get(decision.name, decision.name.replace("_", " ").capitalize())
        why = upper_first(decision.evidence) + ("" if decision.sure else ". Is this right?")
        value = f"<b>{escape(text(said(decision), 40))}</b>"
        lines.append([mark, escape(name), value, f'<span class="soft">{escape(why)}</span>'])
    with st.container(border=True):
        draw_table(["", "What", "Found", "Why"], lines, tight=(0, 1, 2))
    for note in table.notes:
        st.markdown(f":orange[:material/info:] {plain(note)}")


def _overrides(upload: Upload, table: Table | None) -> None:
    """Every choice is taken at once and the page drawn anew."""
    given = dict(upload.plan.reading)
    with st.container(border=True):
        st.markdown("**Not right? Read it differently**")
        wanted: dict[str, Any] = {}
        if table is None or len(table.sheets) > 1 or "sheet" in given:
            wanted["sheet"] = _sheet(given, table)
        if table is None or table.format == "csv":
            wanted |= _text_choices(upload, given)
        if table is None or table.format != "json":
            wanted |= _places(upload, given)
        if given and st.button("Back to what was found", icon=":material/restart_alt:"):
            wanted = {}
        elif not wanted:
            st.caption("JSON leaves nothing to choose.")
    kept = {k: v for k, v in given.items() if k not in wanted and wanted}
    new = {**kept, **{k: v for k, v in wanted.items() if v is not None}}
    if new != given:
        _apply(upload, new)


def _apply(upload: Upload, reading: dict[str, Any]) -> None:
    try:
        _state.workbench().plan(upload.id, reading=reading)
    except MarqueeError:
        pass  # kept with the plan; the page says what is wrong when it reads the file
    st.rerun()


def _choice(label: str, options: dict[Any, str], given: Any, key: str) -> Any:
    values = [None, *options]
    if given is not None and given not in options:
        values.append(given)
    return st.selectbox(
        label,
        values,
        index=values.index(given),
        format_func=lambda v: "as found" if v is None else options.get(v, str(v)),
        key=f"{key}-{given}",
    )


def _sheet(given: dict[str, Any], table: Table | None) -> Any:
    sheets = table.sheets if table else ()
    names = {
        s.name: f"{s.name} ({s.rows} × {s.columns}{', hidden' if s.hidden else ''})" for s in sheets
    }
    return _choice("Sheet", names, given.get("sheet"), "sheet")


def _text_choices(upload: Upload, given: dict[str, Any]) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        encoding = _choice("Encoding", {e: e for e in ENCODINGS}, given.get("encoding"), "encoding")
    with right:
        mark = _choice("Set apart by", MARKS, given.get("delimiter"), "delimiter")
    return {"encoding": encoding, "delimiter": mark}


def _places(upload: Upload, given: dict[str, Any]) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        header = st.number_input(
            "Column names in line",
            min_value=0,
            value=given.get("header"),
            step=1,
            placeholder="as found",
            help="0: the file has no column names.",
            key=f"header-{given.get('header')}",
        )
    with right:
        skip = st.number_input(
            "Skip lines above",
            min_value=0,
            value=given.get("skip"),
            step=1,
            placeholder="as found",
            key=f"skip-{given.get('skip')}",
        )
    return {"header": header, "skip": skip}


def _rows(draft: Draft) -> None:
    rows = draft.sample[:ROWS]
    total = draft.table.total
    known = f" of {count(total, 'row')}" if total and total > len(rows) else ""
    st.subheader("The first rows")
    st.caption(
        f"{count(len(rows), 'row')}{known}, {count(len(draft.table.names), 'column')}. "
        "Cells are shown as they stand in the file; nothing was altered."
    )
    shown = draft.table.names[:200]
    frame = polars.DataFrame(
        {name: [row[i] for row in rows] for i, name in enumerate(shown)},
        schema={name: polars.String for name in shown},
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(rows), 420),
        placeholder="",
        key="first-rows",
    )
