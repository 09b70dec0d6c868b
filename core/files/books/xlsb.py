"""Workbooks of kind .xlsb: the package of an .xlsx, with records in the place of XML."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import cast

from core.errors import BrokenFile, EmptyFile, FileTooLarge
from core.files.books import biff12
from core.files.books.biff12 import records, wide
from core.files.books.book import Cells, Facts, SheetInfo
from core.files.books.cell_text import ERRORS, double_text, text_for
from core.files.books.number_format import BUILT_IN, Shown, shown
from core.files.books.places import MAX_COLUMN, MAX_ROW, Area, cell_name
from core.files.books.xlsx_package import Package
from core.files.books.xlsx_strings import MOST, size_of

BUFFER = 1 << 16
_FORMULAS = {
    biff12.FORMULA_TEXT: biff12.TEXT,
    biff12.FORMULA_REAL: biff12.REAL,
    biff12.FORMULA_BOOLEAN: biff12.BOOLEAN,
    biff12.FORMULA_ERROR: biff12.ERROR,
}


class XlsbBook:
    """An open .xlsb; see `core.files.books.book.Book`. Formulas have the value that was saved with them."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._package = Package(self._archive, "xl/workbook.bin")
        self._epoch_1904 = False
        self._targets: list[str] = []
        self._struck: set[int] = set()  # styles whose font is struck through
        self.sheets: list[SheetInfo] = []
        try:
            self._read_book()
            self._strings = self._read_strings()
            self._styles = self._read_styles()
            for index in range(len(self.sheets)):
                self._measure(index)
        except (struct.error, IndexError) as error:
            raise BrokenFile(f"a record of the workbook is cut off: {error}") from error
        if not self.sheets:
            raise EmptyFile("the workbook has no sheet with cells")

    def _records(self, part: str | None) -> Iterator[tuple[int, bytes]]:
        stream = self._package.open(part) if part else None
        if stream is not None:
            with stream:
                yield from records(BufferedReader(cast(RawIOBase, stream), BUFFER))

    def _read_book(self) -> None:
        sheets = self._package.sheets()
        for kind, data in self._records(self._package.main):
            if kind == biff12.BOOK_PROPERTIES:
                self._epoch_1904 = bool(data[0] & 1)
            elif kind == biff12.SHEET:
                link, at = wide(data, 8)
                if link in sheets and sheets[link] not in self._targets:
                    self._targets.append(sheets[link])
                    self.sheets.append(SheetInfo(wide(data, at)[0], hidden=data[0] != 0))

    def _read_strings(self) -> list[str]:
        found: list[str] = []
        size = 0
        for kind, data in self._records(
            self._package.part("sharedStrings", "xl/sharedStrings.bin")
        ):
            if kind == biff12.SHARED_TEXT:
                found.append(wide(data, 1)[0])
                size += size_of(found[-1])
                if size > MOST:
                    raise FileTooLarge(f"its texts take more than {MOST:,} bytes of memory")
        return found

    def _read_styles(self) -> list[Shown]:
        codes: dict[int, str] = {}
        formats: list[int] = []
        fonts: list[bool] = []
        inside = False
        for kind, data in self._records(self._package.part("styles", "xl/styles.bin")):
            if kind == biff12.FORMAT:
                codes[struct.unpack_from("<H", data)[0]] = wide(data, 2)[0]
            elif kind == biff12.FONT:
                fonts.append(bool(data[2] & biff12.STRUCK))
            elif kind in (biff12.BEGIN_STYLES, biff12.END_STYLES):
                inside = kind == biff12.BEGIN_STYLES
            elif kind == biff12.STYLE and inside:
                font = struct.unpack_from("<H", data, 4)[0]
                if font < len(fonts) and fonts[font]:
                    self._struck.add(len(formats))
                formats.append(struct.unpack_from("<H", data, 2)[0])
        return [shown(codes.get(n, BUILT_IN.get(n, "General"))) for n in formats]

    def _measure(self, index: int) -> None:
        """The size that the sheet claims, unless it holds fewer than two rows of values."""
        facts, info = Facts(), self.sheets[index]
        first = list(islice(self.rows(index, facts), 2))
        if len(first) == 2:
            info.rows, info.columns = self._claimed(index)
        elif first:
            columns = first[0][1]
            info.rows, info.columns = 1, max(columns) - min(columns) + 1
        info.hidden_columns = facts.hidden_columns

    def _claimed(self, index: int) -> tuple[int, int]:
        for kind, data in self._records(self._targets[index]):
            if kind == biff12.DIMENSION:
                top, bottom, left, right = struct.unpack_from("<4I", data)
                return max(2, bottom - top + 1), max(1, right - left + 1)
            if kind == biff12.BEGIN_CELLS:
                break
        return 2, 1  # at least

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom, rows without values left out."""
        try:
            for place in self._comments(self._targets[index]):
                facts.comment(place)
            yield from self._rows(index, facts)
        except (struct.error, IndexError) as error:
            raise BrokenFile(f"a record of the workbook is cut off: {error}") from error

    def _comments(self, sheet: str) -> Iterator[str]:
        """The cells of a sheet that have a comment."""
        for part in self._package.related(sheet, "comments").values():
            for kind, data in self._records(part):
                if kind == biff12.COMMENT:
                    row, _, column, _ = struct.unpack_from("<4I", data, 4)
                    yield cell_name(row + 1, column + 1)

    def _rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        row = column = 0
        columns: list[int] = []
        texts: list[str] = []
        for kind, data in self._records(self._targets[index]):
            if kind == biff12.ROW:
                if any(texts):
                    yield row, columns, texts
                columns, texts, column = [], [], 0
                row = struct.unpack_from("<I", data)[0] + 1
                if row > MAX_ROW:
                    raise BrokenFile(f"row {row:,} is beyond what a sheet has")
                if data[11] & 0x10:
                    facts.hide_row(row)
            elif kind < biff12.SHORT + 7 or kind == biff12.RICH_TEXT:
                column = self._place(kind, data, column)
                text = self._text(kind, data, facts)
                if kind in _FORMULAS:
                    facts.formula(row, column, True)
                if text:
                    facts.struck |= bool(self._struck) and _style(kind, data) in self._struck
                    columns.append(column)
                    texts.append(text)
            else:
                _note(kind, data, facts)
        if any(texts):
            yield row, columns, texts

    def _place(self, kind: int, data: bytes, column: int) -> int:
        if biff12.SHORT <= kind < biff12.SHORT + 7:
            return column + 1
        place = int(struct.unpack_from("<I", data)[0]) + 1
        if place > MAX_COLUMN:
            raise BrokenFile(f"column {place:,} is beyond what a sheet has")
        return place

    def _text(self, kind: int, data: bytes, facts: Facts) -> str:
        kind = _FORMULAS.get(kind, kind)
        at = 8
        if biff12.SHORT <= kind < biff12.SHORT + 7:
            kind, at = kind - biff12.SHORT + biff12.BLANK, 4
        if kind == biff12.SHARED:
            return self._shared(struct.unpack_from("<I", data, at)[0])
        if kind == biff12.TEXT:
            return wide(data, at)[0]
        if kind == biff12.RICH_TEXT:
            return wide(data, at + 1)[0]
        if kind == biff12.BOOLEAN:
            return "TRUE" if data[at] else "FALSE"
        if kind == biff12.ERROR:
            facts.errors += 1
            return ERRORS.get(data[at], f"#ERR{data[at]}!")
        if kind == biff12.BLANK:
            return ""
        value = biff12.rk(data, at) if kind == biff12.RK else struct.unpack_from("<d", data, at)[0]
        return self._number(value, struct.unpack_from("<I", data, at - 4)[0] & 0xFFFFFF)

    def _shared(self, number: int) -> str:
        if number >= len(self._strings):
            there = len(self._strings)
            raise BrokenFile(f"a cell names the shared text {number}; there are {there:,}")
        return self._strings[number]

    def _number(self, value: float, style: int) -> str:
        look = self._styles[style] if style < len(self._styles) else Shown("number")
        if look.kind == "number" and not look.zeros:
            return double_text(value)
        return text_for(look, self._epoch_1904)(repr(value))

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet: they stand behind its cells."""
        facts = Facts()
        for _ in self.rows(index, facts):
            pass
        return facts.merged

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


def _style(kind: int, data: bytes) -> int:
    """The number of the style of a cell."""
    at = 0 if biff12.SHORT <= kind < biff12.SHORT + 7 else 4
    return int(struct.unpack_from("<I", data, at)[0]) & 0xFFFFFF


def _note(kind: int, data: bytes, facts: Facts) -> None:
    if kind == biff12.MERGED:
        top, bottom, left, right = struct.unpack_from("<4I", data)
        facts.merge(Area(top + 1, left + 1, bottom + 1, right + 1))
    elif kind == biff12.LINK:
        row, _, column, _ = struct.unpack_from("<4I", data)
        facts.link(cell_name(row + 1, column + 1))
    elif kind == biff12.COLUMNS and struct.unpack_from("<H", data, 16)[0] & 1:
        first, last = struct.unpack_from("<2I", data)
        facts.hide_columns(first + 1, min(last + 1, MAX_COLUMN))
