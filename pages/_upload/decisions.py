"""The reader's decisions as sentences."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from core.files.registry import FORMATS
from core.files.table import Decision, Table
from pages._formats import count, text, upper_first

MARKS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    " ": "space",
    ":": "colon",
    '"': "double quote",
    "'": "single quote",
    "`": "backtick",
    "\\": "backslash",
}
KINDS = {kind: title for each in FORMATS.values() for kind, title in each.kinds.items()}
SHAPES = {
    "array": "one list of items",
    "lines": "objects, one after the other",
    "envelope": "an object around a list",
    "keyed": "an object for each row, under its key",
    "columns": "an object or list for each column",
    "rows": "a list for each row",
    "object": "one object",
    "value": "a single value",
}
SILENT = {"parser"}  # of no use to who reads


def sentence(decision: Decision, table: Table) -> str:
    """HTML: what was decided, in bold, and why. '' for what need not be said."""
    make = _SAID.get(decision.name)
    if decision.name in SILENT or (make is None and decision.value in (None, "", False, 0)):
        return ""
    what = make(decision, table) if make else _other(decision)
    if not what:
        return ""
    why = upper_first(decision.evidence)
    if not decision.sure:
        why += ". Is this right?"
        if decision.runner_up and decision.name not in ("repair", "merged"):
            why += f" It could also be: {decision.runner_up}."
    return f'{what} <span class="mq-soft">{escape(why)}</span>'


def mark(sign: object) -> str:
    """A sign by its name."""
    name = MARKS.get(str(sign))
    return name if name else f"“{sign}”"


def _bold(value: object) -> str:
    return f"<b>{escape(text(value, 60))}</b>"


def _other(decision: Decision) -> str:
    return f"{escape(upper_first(decision.name.replace('_', ' ')))}: {_bold(decision.value)}."


def _format(decision: Decision, table: Table) -> str:
    kind = str(decision.value)
    if FORMATS[table.format].evident and decision.sure:
        return ""
    return f"The file is {_bold(KINDS.get(kind, kind))}."


def _encoding(decision: Decision, table: Table) -> str:
    return f"Its characters are in {_bold(str(decision.value).removesuffix('-sig'))}."


def _bom(decision: Decision, table: Table) -> str:
    return "It begins with a <b>byte order mark</b>." if decision.value else ""


def _line_end(decision: Decision, table: Table) -> str:
    if decision.value == "any":
        return "Its lines end in <b>several ways</b>." if decision.runner_up else ""
    return f"Its lines end in {_bold(decision.value)}."


def _delimiter(decision: Decision, table: Table) -> str:
    return f"The delimiter is a {_bold(mark(decision.value))}."


def _quote(decision: Decision, table: Table) -> str:
    if not decision.value:
        return "Cells are <b>not quoted</b>."
    return f"Cells may be quoted, in {_bold(mark(decision.value) + 's')}."


def _escape(decision: Decision, table: Table) -> str:
    if decision.value != "\\":
        return ""
    return "A quote inside a cell has a <b>backslash</b> before it."


def _skip(decision: Decision, table: Table) -> str:
    if not decision.value:
        return ""
    number = int(str(decision.value))
    return f"{_bold(count(number, table.row_name))} above the table {_are(number)} kept aside."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _header(decision: Decision, table: Table) -> str:
    if not decision.value:
        return "There are <b>no column names</b>; the columns are numbered."
    return f"The column names are in {_bold(f'{table.row_name} {decision.value}')}."


def _header_rows(decision: Decision, table: Table) -> str:
    rows = int(str(decision.value or 1))
    return f"The names take {_bold(count(rows, 'row'))}, which were joined." if rows > 1 else ""


def _footer(decision: Decision, table: Table) -> str:
    if not decision.value:
        return ""
    number = int(str(decision.value))
    return f"{_bold(count(number, table.row_name))} below the table {_are(number)} kept aside."


def _columns(decision: Decision, table: Table) -> str:
    return f"The table has {_bold(count(int(str(decision.value)), 'column'))}."


def _table(decision: Decision, table: Table) -> str:
    if decision.value is None:
        return f"It may hold {_bold(count(len(table.tables), 'table'))}."
    if isinstance(decision.value, int):
        return f"{_bold(f'Table {decision.value}')} of {len(table.tables)} is read."
    return f"The list {_bold(decision.value)} is read."


def _sheet(decision: Decision, table: Table) -> str:
    return f"The sheet is {_bold(decision.value)}."


def _range(decision: Decision, table: Table) -> str:
    return f"The table is in the cells {_bold(decision.value)}."


def _shape(decision: Decision, table: Table) -> str:
    shape = str(decision.value)
    return f"It holds {_bold(SHAPES.get(shape, shape))}."


def _list_key(decision: Decision, table: Table) -> str:
    return f"The list is under {_bold(decision.value)}." if decision.value else ""


def _member(decision: Decision, table: Table) -> str:
    return f"{_bold(decision.value)} was unpacked."


def _repair(decision: Decision, table: Table) -> str:
    if decision.value:
        return "Text that was decoded wrongly is <b>repaired</b>."
    return "Some text looks <b>decoded wrongly</b>, and was left as it is."


def _mend(decision: Decision, table: Table) -> str:
    if decision.value:
        return "Rows where a delimiter was lost, doubled or another one are <b>evened out</b>."
    return "Rows with a missing or extra delimiter are <b>left as they stand</b>."


def _merged(decision: Decision, table: Table) -> str:
    if decision.value:
        return "Merged cells are <b>filled</b> with their value."
    return "Merged cells hold their value <b>once</b>."


_SAID: dict[str, Callable[[Decision, Table], str]] = {
    "format": _format,
    "member": _member,
    "encoding": _encoding,
    "bom": _bom,
    "line_end": _line_end,
    "delimiter": _delimiter,
    "quote": _quote,
    "escape": _escape,
    "skip": _skip,
    "header": _header,
    "header_rows": _header_rows,
    "footer": _footer,
    "columns": _columns,
    "table": _table,
    "sheet": _sheet,
    "range": _range,
    "shape": _shape,
    "list_key": _list_key,
    "repair": _repair,
    "mend": _mend,
    "merged": _merged,
}
