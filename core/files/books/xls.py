"""Workbooks of kind .xls (Excel 2 to 2003), read by xlrd.

The format keeps the value of every formula and doubles instead of digits, so there is nothing to
report on either. Hidden rows and columns, merged areas, error cells and both epochs are told.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import xlrd
from xlrd.biffh import (
    XL_CELL_BLANK,
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_EMPTY,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
)
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet as XlrdSheet

from core.errors import BrokenFile, EmptyFile, EncryptedFile
from core.files.books.book import Cells, Facts, SheetInfo
from core.files.books.cell_text import ERRORS, double_text, text_for
from core.files.books.number_format import BUILT_IN, NUMBER, Shown, shown
from core.files.books.places import Area, cell_name

# What a damaged file makes xlrd stumble over: it checks little of what it reads.
_DAMAGED = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    AssertionError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    ZeroDivisionError,
    EOFError,
)


class XlsBook:
    """An open .xls; see `core.files.books.book.Book`."""

    def __init__(self, path: Path) -> None:
        self._doubts: list[str] = []
        self._book = self._opened(path)
        self._loaded = [sheet for sheet in self._book.sheets()]
        if not self._loaded:
            raise EmptyFile("the workbook has no sheet with cells")
        self.sheets = [self._listed(sheet) for sheet in self._loaded]
        self._epoch_1904 = self._book.datemode == 1
        fonts = self._book.font_list
        self._struck_fonts = {i for i, font in enumerate(fonts) if font.struck_out}

    def _opened(self, path: Path) -> xlrd.Book:
        """Open it, at worst without looking whether its parts fit together. Raises BrokenFile, EncryptedFile."""
        first: Exception | None = None
        for formats, lenient in ((True, False), (True, True), (False, True)):
            try:
                book = xlrd.open_workbook(
                    str(path),
                    logfile=io.StringIO(),
                    formatting_info=formats,
                    ignore_workbook_corruption=lenient,
                    ragged_rows=True,
                )
            except _DAMAGED as error:
                first = first or error
                continue
            if first is not None:
                lost = "" if formats else "; number formats could not be read"
                self._doubts.append(
                    f"The workbook is damaged ({_words(first)}). What could be read is shown{lost}:"
                    " compare it with the original."
                )
            return book
        raise _in_our_words(first or BrokenFile("it cannot be opened")) from first

    def _listed(self, sheet: XlrdSheet) -> SheetInfo:
        info = SheetInfo(sheet.name, hidden=sheet.visibility != 0)
        filled = [
            (row, [i for i, kind in enumerate(kinds) if kind not in (XL_CELL_EMPTY, XL_CELL_BLANK)])
            for row, kinds in enumerate(map(sheet.row_types, range(sheet.nrows)))
        ]
        filled = [(row, columns) for row, columns in filled if columns]
        if filled:
            left = min(columns[0] for _, columns in filled)
            right = max(columns[-1] for _, columns in filled)
            info.rows, info.columns = filled[-1][0] - filled[0][0] + 1, right - left + 1
        info.hidden_columns = _hidden_columns(sheet)
        return info

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom."""
        sheet = self._loaded[index]
        facts.notes.extend(self._doubts)
        facts.hidden_columns.extend(_hidden_columns(sheet))
        for area in self.merged(index):
            facts.merge(area)
        for link in sheet.hyperlink_list:
            if link.url_or_path:
                facts.link(cell_name(link.frowx + 1, link.fcolx + 1))
        for row, column in sorted(sheet.cell_note_map):
            facts.comment(cell_name(row + 1, column + 1))
        facts.struck = bool(self._struck_fonts) and self._is_struck(sheet)
        for row, info in sorted(sheet.rowinfo_map.items()):
            if info.hidden and row < sheet.nrows:
                facts.hide_row(row + 1)
        for row in range(sheet.nrows):
            texts = self._texts(sheet, row, facts)
            if any(texts):
                yield row + 1, list(range(1, len(texts) + 1)), texts

    def _is_struck(self, sheet: XlrdSheet) -> bool:
        """Whether a cell with a value has a line through it, or through a part of its text."""
        fonts = [xf.font_index for xf in self._book.xf_list]
        return any(
            fonts[sheet.cell_xf_index(row, column)] in self._struck_fonts
            or any(
                font in self._struck_fonts
                for _, font in sheet.rich_text_runlist_map.get((row, column), ())
            )
            for row in range(sheet.nrows)
            for column, kind in enumerate(sheet.row_types(row))
            if kind not in (XL_CELL_EMPTY, XL_CELL_BLANK)
        )

    def _texts(self, sheet: XlrdSheet, row: int, facts: Facts) -> list[str]:
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        texts = []
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind == XL_CELL_ERROR:
                facts.errors += 1
                texts.append(ERRORS.get(int(value), f"#ERR{int(value)}!"))
            elif kind == XL_CELL_BOOLEAN:
                texts.append("TRUE" if value else "FALSE")
            elif isinstance(value, float):
                style = sheet.cell_xf_index(row, column) if self._book.formatting_info else -1
                texts.append(self._number(value, kind, style))
            else:
                texts.append(narrow(str(value)))
        return texts

    def _number(self, value: float, kind: int, style: int) -> str:
        look = self._look(style) if style >= 0 else _plain_look(kind)
        if kind == XL_CELL_NUMBER and look.kind == "number" and not look.zeros:
            return double_text(value)
        return text_for(look, self._epoch_1904)(repr(value))

    @lru_cache(maxsize=5_000)  # noqa: B019 (there is one book in the process)
    def _look(self, style: int) -> Shown:
        try:
            key = self._book.xf_list[style].format_key
            # East Asian editions name their dates by number only.
            return shown(self._book.format_map[key].format_str or BUILT_IN.get(key, "General"))
        except (LookupError, TypeError, AttributeError):
            return Shown("number")

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet."""
        return [
            Area(top + 1, left + 1, bottom, right)
            for top, bottom, left, right in self._loaded[index].merged_cells
        ]

    def close(self) -> None:
        """Let go of the file."""
        self._book.release_resources()


def _plain_look(kind: int) -> Shown:
    return Shown("date") if kind == XL_CELL_DATE else NUMBER


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:100]


def _in_our_words(error: Exception) -> Exception:
    text = _words(error)
    if "encrypt" in text.lower() or "password" in text.lower():
        return EncryptedFile("the workbook is encrypted")
    return BrokenFile(f"the workbook cannot be read: {text}")


def _hidden_columns(sheet: XlrdSheet) -> list[int]:
    return sorted(i + 1 for i, info in sheet.colinfo_map.items() if info.hidden and i < sheet.ncols)


def narrow(text: str) -> str:
    """Some writers of .xls mark wide text as narrow; then every other character is zero."""
    wide = "\0" in text and len(text) % 2 == 0 and not text[1::2].strip("\0")
    return text[::2] if wide else text
