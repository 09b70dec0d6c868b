"""Workbooks of kind .xlsb, and sheets older than xlrd knows, read by calamine.

What calamine does not tell is not here either: error cells come as empty ones, hidden rows and
columns are not told apart, and a formula has the value that was saved with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.errors import BrokenFile, EmptyFile, EncryptedFile
from core.files.book import Cells, Facts, SheetInfo
from core.files.cell_text import clock_text, double_text, duration_text
from core.files.places import Area

NOTE = "Error cells (such as #N/A) of an .xlsb workbook are read as empty ones."


class XlsbBook:
    """An open .xlsb; see `core.files.book.Book`."""

    def __init__(self, path: Path) -> None:
        try:
            self._book = CalamineWorkbook.from_path(str(path))
            self._loaded: list[CalamineSheet] = []
            self.sheets: list[SheetInfo] = []
            for meta in self._book.sheets_metadata:
                if meta.typ == SheetTypeEnum.WorkSheet:
                    self._list(meta.name, meta.visible != SheetVisibleEnum.Visible)
        except PasswordError as error:
            raise EncryptedFile("the workbook asks for a password") from error
        except CalamineError as error:
            if "password" in str(error).lower():
                raise EncryptedFile("the workbook asks for a password") from error
            raise BrokenFile(f"the workbook cannot be read: {error}") from error
        if not self.sheets:
            raise EmptyFile("the workbook has no sheet with cells")

    def _list(self, name: str, hidden: bool) -> None:
        sheet = self._book.get_sheet_by_name(name)
        rows, columns = (0, 0) if sheet.start is None else (sheet.height, sheet.width)
        self._loaded.append(sheet)
        self.sheets.append(SheetInfo(name, rows, columns, hidden))

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom."""
        facts.notes.append(NOTE)
        sheet = self._loaded[index]
        if sheet.start is None:
            return
        left = sheet.start[1]
        columns = list(range(left + 1, left + 1 + sheet.width))
        # Rows above the used range are given, too, as empty ones.
        for line, row in enumerate(sheet.iter_rows(), 1):
            texts = [text_of(value) for value in row]
            if any(texts):
                yield line, columns[: len(texts)], texts

    def merged(self, index: int) -> list[Area]:
        """Merged areas are not told."""
        return []

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()


def text_of(value: object) -> str:
    """A value from calamine as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, datetime):
        clock = clock_text(_milliseconds(value.time()))
        return str(value.date()) if clock == "00:00:00" else f"{value.date()} {clock}"
    if isinstance(value, time):
        return clock_text(_milliseconds(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value / timedelta(days=1))
    return "" if value is None else str(value)


def _milliseconds(value: time) -> int:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return seconds * 1000 + value.microsecond // 1000
