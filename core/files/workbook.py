"""One sheet of a workbook to text cells, inside the child process.

Known limits of calamine 0.9 (what it does not tell, we cannot show): error cells (#N/A, #DIV/0!)
come as empty ones (`sheet_errors` finds them in .xlsx; .xls, .xlsb and .ods lose them), formulas
only by the value saved with them, the number 1 as a date (1900-01-01) as a time, and hidden rows
and columns are not told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.errors import (
    BadOverride,
    BrokenFile,
    CellTooLong,
    EmptyFile,
    EncryptedFile,
    HeaderOnly,
    TooManyColumns,
    TooManyRows,
)
from core.files.header import ROWS, find_header
from core.files.parquet import PartWriter, save_summary
from core.files.sheet_errors import error_cells
from core.files.source import Overrides
from core.files.table import Decision, Sheet

BATCH = 10_000


def convert(request: dict[str, Any], folder: Path) -> None:
    """Choose the sheet, find the table, write its cells and the summary into `folder`."""
    try:
        with CalamineWorkbook.from_path(request["path"]) as workbook:
            _convert(workbook, request, folder)
    except PasswordError as error:
        raise EncryptedFile("the workbook asks for a password") from error
    except CalamineError as error:
        if "password" in str(error).lower():
            raise EncryptedFile("the workbook asks for a password") from error
        raise BrokenFile(f"the workbook cannot be read: {error}") from error


def _convert(workbook: CalamineWorkbook, request: dict[str, Any], folder: Path) -> None:
    overrides = Overrides(**request["overrides"])
    sheets, loaded = _list(workbook)
    name, decision = _choose(sheets, overrides.sheet)
    sheet = loaded.get(name)
    if sheet is None or sheet.start is None:
        raise EmptyFile(f"the sheet {name!r} is empty")
    found = _Layout(sheet, overrides, name)
    if sheet.width > request["max_columns"]:
        raise TooManyColumns(
            f"{sheet.width:,} columns (limit {request['max_columns']:,})", columns=sheet.width
        )
    cells = _write(sheet, found, request, folder)
    kept = [i for i in range(len(found.names)) if found.names[i].strip() or cells.used[i]]
    if not cells.rows:
        raise HeaderOnly(f"the sheet {name!r} has column names and nothing below")
    blank = f"Empty rows left out: {cells.blank:,}." if cells.blank else ""
    summary = {
        "columns": [found.names[i] for i in kept],
        "kept": kept,
        "width": len(found.names),
        "rows": cells.rows,
        "first": found.first,
        "sheet": name,
        "sheets": [asdict(each) for each in sheets],
        "decisions": [asdict(each) for each in (decision, *found.decisions)],
        "notes": [blank] if blank else [],
    }
    save_summary(folder, summary)


# ------------------------------------------------------------------ which sheet


def _list(workbook: CalamineWorkbook) -> tuple[list[Sheet], dict[str, CalamineSheet]]:
    sheets, loaded = [], {}
    for meta in workbook.sheets_metadata:
        if meta.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        hidden = meta.visible != SheetVisibleEnum.Visible
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except CalamineError:
            sheets.append(Sheet(meta.name, 0, 0, hidden))
            continue
        rows, columns = (0, 0) if sheet.start is None else (sheet.height, sheet.width)
        sheets.append(Sheet(meta.name, rows, columns, hidden))
        loaded[meta.name] = sheet
    if not sheets:
        raise EmptyFile("the workbook has no sheet with cells")
    return sheets, loaded


def _choose(sheets: list[Sheet], wanted: str | int | None) -> tuple[str, Decision]:
    names = [sheet.name for sheet in sheets]
    if wanted is not None:
        name = wanted if wanted in names else _by_number(names, wanted)
        return str(name), Decision("sheet", str(name), "chosen by the user")
    tests: tuple[tuple[str, Callable[[Sheet], bool]], ...] = (
        ("the first sheet with a table", lambda s: not s.hidden and s.rows > 1),
        ("the first sheet that is not empty", lambda s: not s.hidden and s.rows > 0),
        ("only hidden sheets hold cells", lambda s: s.rows > 0),
    )
    for why, test in tests:
        fitting = [sheet for sheet in sheets if test(sheet)]
        if fitting:
            others = [sheet.name for sheet in fitting[1:]]
            why = f"{why} (of {len(sheets)})" if len(sheets) > 1 else "the only sheet"
            runner_up = others[0] if others else None
            sure = not others
            return fitting[0].name, Decision("sheet", fitting[0].name, why, sure, runner_up)
    raise EmptyFile("all sheets are empty: " + ", ".join(map(repr, names[:10])))


def _by_number(names: list[str], wanted: str | int) -> str:
    try:
        number = int(wanted)
    except ValueError:
        number = 0
    if not 1 <= number <= len(names):
        there = ", ".join(map(repr, names[:20]))
        raise BadOverride(f"there is no sheet {wanted!r}; there are: {there}")
    return names[number - 1]


# ------------------------------------------------------------------ where the table is


class _Layout:
    """Names, the sheet row of the first data row (1-based), and how they were found."""

    def __init__(self, sheet: CalamineSheet, overrides: Overrides, name: str) -> None:
        self.top = sheet.start[0] + 1 if sheet.start else 1  # sheet row of the used range
        rows = [[text_of(value) for value in row] for row in sheet.to_python(nrows=ROWS)]
        skip = overrides.skip or 0
        if overrides.header:
            skip = overrides.header - 1
        offset = max(0, skip - self.top + 1)
        placed = [(self.top + i, row) for i, row in enumerate(rows) if i >= offset and any(row)]
        if not placed and offset == 0:
            raise EmptyFile(f"the sheet {name!r} holds no text or number")
        if not placed:
            raise BadOverride(f"there are no cells below row {skip} of the sheet {name!r}")
        self._decide(placed, overrides, sheet.width)

    def _decide(
        self, placed: list[tuple[int, list[str]]], overrides: Overrides, width: int
    ) -> None:
        header, first = self._header(placed, overrides)
        names = placed[header][1] if header is not None else []
        self.names = [*names, *[""] * (width - len(names))]
        self.first = placed[first][0] if first < len(placed) else placed[-1][0] + 1
        if header is not None:
            self.first = (
                min(self.first, placed[header][0] + 1) if first == header + 1 else self.first
            )
        above = (placed[header][0] if header is not None else self.first) - 1
        why = "chosen by the user" if overrides.skip is not None else "rows above the table"
        self.decisions = (Decision("skip", above, why), self._decision)

    def _header(
        self, placed: list[tuple[int, list[str]]], overrides: Overrides
    ) -> tuple[int | None, int]:
        if overrides.header == 0:
            self._decision = Decision("header", 0, "chosen by the user")
            return None, 0
        if overrides.header:
            if placed[0][0] != overrides.header:
                raise BadOverride(f"row {overrides.header} is empty and cannot be the header")
            self._decision = Decision("header", overrides.header, "chosen by the user")
            return 0, 1
        rows = [row for _, row in placed]
        width = sorted(sum(map(bool, row)) for row in rows)[len(rows) // 2]
        found = find_header(rows, max(width, 1))
        line = 0 if found.header is None else placed[found.header][0]
        self._decision = Decision("header", line, found.evidence, found.sure)
        return found.header, found.first


# ------------------------------------------------------------------ cells


class _Cells:
    """What was written: rows, blank rows left out, and which columns hold anything."""

    def __init__(self, width: int) -> None:
        self.rows = self.blank = 0
        self.used = [False] * width


def _write(sheet: CalamineSheet, found: _Layout, request: dict[str, Any], folder: Path) -> _Cells:
    cells = _Cells(len(found.names))
    lines: list[int] = []
    rows: list[list[str]] = []
    errors = _errors(request, sheet)
    waiting = 0  # blank rows count only when something follows them
    with PartWriter(folder) as writer:
        for line, row in enumerate(sheet.iter_rows(), 1):
            if line < found.first:
                continue
            texts = [text_of(value) for value in row]
            if line in errors:
                texts = [errors[line].get(i, text) for i, text in enumerate(texts)]
            if not any(texts):
                waiting += 1
                continue
            cells.blank, waiting = cells.blank + waiting, 0
            lines.append(line)
            rows.append(texts)
            if len(rows) >= BATCH:
                _flush(writer, lines, rows, cells, request)
        _flush(writer, lines, rows, cells, request)
    return cells


def _errors(request: dict[str, Any], sheet: CalamineSheet) -> dict[int, dict[int, str]]:
    """{sheet row: {index in the used range: error text}}."""
    left = sheet.start[1] if sheet.start else 0
    found: dict[int, dict[int, str]] = {}
    for (row, column), text in error_cells(Path(request["path"]), sheet.name).items():
        found.setdefault(row, {})[column - 1 - left] = text
    return found


def _flush(
    writer: PartWriter,
    lines: list[int],
    rows: list[list[str]],
    cells: _Cells,
    request: dict[str, Any],
) -> None:
    if not rows:
        return
    columns = list(zip_longest(*rows, fillvalue=""))
    columns += [("",) * len(rows)] * (len(cells.used) - len(columns))
    for index, column in enumerate(columns):
        cells.used[index] = cells.used[index] or any(column)
        if max(map(len, column)) > request["max_cell_chars"]:
            line = next(
                n for n, t in zip(lines, column, strict=True) if len(t) > request["max_cell_chars"]
            )
            raise CellTooLong(f"row {line:,} has a cell of too many characters", row=line)
    writer.write(lines, columns)
    cells.rows += len(rows)
    if cells.rows > request["max_rows"]:
        raise TooManyRows(f"more than {request['max_rows']:,} rows", limit=request["max_rows"])
    lines.clear()
    rows.clear()


def text_of(value: object) -> str:
    """A cell's value as text: ISO dates, whole numbers without .0, nothing with an exponent."""
    if isinstance(value, str):
        # Some writers of .xls mark wide text as narrow; then every other character is zero.
        wide = "\0" in value and len(value) % 2 == 0 and not value[1::2].strip("\0")
        return value[::2] if wide else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _moment(value: datetime) -> str:
    if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(sep=" ")


def _duration(value: timedelta) -> str:
    sign, total = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = total.days * 86_400 + total.seconds
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{total.microseconds:06d}".rstrip("0") if total.microseconds else text
