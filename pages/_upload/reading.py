"""The choices on how a file is read: one control for each decision, made from the reader's list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import streamlit as st

from core.files.registry import FORMATS, NAMES
from core.files.source import KINDS, LINE_ENDS, SHAPES as JSON_SHAPES, Overrides
from core.files.table import Table
from pages._upload.decisions import SHAPES
from pages._formats import count

HELP = {item.name: item.metadata["help"] for item in fields(Overrides)}
LABELS = {
    "format": "Kind of file",
    "member": "File in the archive",
    "encoding": "Encoding",
    "delimiter": "Delimiter",
    "quote": "Quotes",
    "escape": "A quote inside a cell",
    "line_end": "Line ends",
    "header": "Column names in line",
    "header_rows": "Rows of names",
    "skip": "Skip lines above",
    "footer": "Lines below the table",
    "columns": "Number of columns",
    "sheet": "Sheet",
    "range": "Cells",
    "table": "Table",
    "shape": "How it holds rows",
    "list_key": "The list is under",
    "unpack": "Parts that are packed very tightly",
    "merged": "Merged cells",
    "mend": "Rows with a missing or extra delimiter",
    "repair": "Text decoded wrongly",
}
# Before the kind of the file is known.
ANY = (
    ("encoding", "delimiter", "header", "skip"),
    ("quote", "escape", "sheet", "table", "list_key", "member", "footer", "format", "unpack"),
)
ENCODINGS = (
    *("utf-8", "utf-16", "gb18030", "cp950", "big5hkscs", "cp932", "euc_jp", "cp949"),
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp874", "iso8859-15", "iso8859-2", "mac-roman", "mac-latin2", "cp437", "cp850", "cp852"),
    *("cp866", "koi8-r", "koi8-u", "iso8859-5", "latin-1"),
)
OPTIONS: dict[str, dict[Any, str]] = {
    "encoding": {name: name for name in ENCODINGS},
    "delimiter": {
        **{",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"},
        **{":": "colon", "||": "two pipes", "::": "two colons", "^": "^", "~": "~"},
    },
    "quote": {'"': 'double "', "'": "single '", "`": "backtick `", "": "none"},
    "escape": {'"': "is doubled", "\\": "has a backslash before it"},
    "line_end": {name: name for name in LINE_ENDS},
    "format": {name: name for name in NAMES},
    "shape": {name: SHAPES[name] for name in JSON_SHAPES},
    "merged": {True: "filled with their value", False: "hold it once"},
    "unpack": {True: "unpacked", False: "refused"},
    "mend": {True: "evened out", False: "left as they stand"},
    "repair": {True: "repaired", False: "left as it is"},
}


def choices(given: dict[str, Any], table: Table | None) -> dict[str, Any]:
    """Draw the controls; gives all decisions of the user as they are chosen now."""
    at_once, more = FORMATS[table.format].shown if table else ANY
    at_once = tuple(name for name in at_once if _fits(name, given, table))
    if table and any(d.name == "member" for d in table.decisions):
        at_once = ("member", *at_once)
    wanted = _pairs(at_once, given, table)
    open_ = any(name in given for name in more)
    with st.expander("More", expanded=open_):
        wanted |= _pairs(more, given, table)
    kept = {name: value for name, value in given.items() if name not in wanted}
    return {**kept, **{name: value for name, value in wanted.items() if value is not None}}


def _fits(name: str, given: dict[str, Any], table: Table | None) -> bool:
    """Whether there is anything to choose."""
    if table is None or name in given:
        return True
    if name == "sheet":
        return len(table.sheets) > 1
    if name == "table":
        return len(table.tables) > 1 or (FORMATS[table.format].other_tables and bool(table.tables))
    if name == "shape":
        return table.decision("shape").value in JSON_SHAPES
    if name in ("repair", "merged", "list_key"):
        return any(d.name == name for d in table.decisions)
    return True


def _pairs(names: tuple[str, ...], given: dict[str, Any], table: Table | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for start in range(0, len(names), 2):
        for name, column in zip(names[start : start + 2], st.columns(2), strict=False):
            with column:
                wanted[name] = _control(name, given.get(name), table)
    return wanted


def _control(name: str, value: Any, table: Table | None) -> Any:
    options = _OFFERED[name](table) if name in _OFFERED and table else OPTIONS.get(name)
    if options:
        return _select(name, options, value)
    if KINDS.get(name) is int:
        return _number(name, value)
    text = st.text_input(
        LABELS[name], value or "", placeholder="as found", help=HELP[name], key=f"{name}-{value}"
    )
    return text.strip() or None


def _number(name: str, value: Any) -> Any:
    return st.number_input(
        LABELS[name],
        min_value=1 if name in ("header_rows", "columns") else 0,
        value=value,
        step=1,
        placeholder="as found",
        help=HELP[name],
        key=f"{name}-{value}",
    )


def _select(name: str, options: dict[Any, str], value: Any) -> Any:
    values = [None, *options]
    if value is not None and value not in options:
        values.append(value)
    return st.selectbox(
        LABELS[name],
        values,
        index=values.index(value),
        format_func=lambda v: "as found" if v is None else options.get(v, str(v)),
        help=HELP[name],
        key=f"{name}-{value}",
    )


def _sheets(table: Table) -> dict[Any, str]:
    """Sheets by name; by number where the name is one, since a number is the place of a sheet."""
    return {
        (
            n if s.name.isdigit() else s.name
        ): f"{s.name} ({s.rows:,} × {s.columns:,}{', hidden' if s.hidden else ''})"
        for n, s in enumerate(table.sheets, start=1)
    }


def _tables(table: Table) -> dict[Any, str]:
    return {t.name: f"{t.name}: {t.where} ({count(t.rows, 'row')})" for t in table.tables}


def _encodings(table: Table) -> dict[Any, str]:
    """The one it may be instead comes first."""
    found = next((d for d in table.decisions if d.name == "encoding"), None)
    other = found.runner_up if found else None
    first = {other: f"{other} (the next likely)"} if other else {}
    return {**first, **{name: name for name in ENCODINGS if name != other}}


_OFFERED: dict[str, Callable[[Table], dict[Any, str]]] = {
    **{"sheet": _sheets, "table": _tables, "encoding": _encodings},
}
