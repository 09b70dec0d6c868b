"""The elements of an .ods' content.xml: tables, rows, cells, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from core.errors import BrokenFile, CellTooLong, FileTooLarge
from core.files.books.book import AREAS, Facts, SheetInfo
from core.files.books.cell_text import clock_text, iso_text, number_text, percent_text
from core.files.books.ods_styles import Styles
from core.files.books.places import Area, cell_name
from core.files.safe.xml_stream import attributes, feed, local, new_parser

FILLED = 50_000_000  # cells with a value, the repeated ones among them
LONGEST = 10_000_000  # characters of a cell; its blanks are written as a number
LAST_ROW, LAST_COLUMN = 1 << 30, 16_384
REPEATED = "number-columns-repeated"
_CELLS = ("table-cell", "covered-table-cell")
# What a cell may hold beside its text: comments, pictures, a table of its own, pronunciations.
_ASIDE = (
    "annotation",
    "shapes",
    "frame",
    "custom-shape",
    "g",
    "ruby-text",
    "note",
    "tracked-changes",
)
_ERROR = re.compile(r"#[A-Z/0]+[!?A]|Err:\d{3}")
_LINK = re.compile(r"(?:of|oooc|msoxl)?:?=\s*HYPERLINK\(", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_PERIOD = re.compile(
    r"(-?)P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d+))?S)?)?"
)


Rows = tuple[int, int, int, list[int], list[str]]
"""Number of the sheet from 0, first and last row, columns, their texts."""


class _Names(dict[str, str]):
    """Names as they stand in the file to what they are here, worked out once each."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> str:
        made = self._make(name)
        if len(self) < 10_000:
            self[name] = made
        return made


class ContentReader:
    """Reads all sheets in one pass, with what there is to say about each."""

    def __init__(self) -> None:
        self.sheets: list[SheetInfo] = []
        self.areas: list[list[Area]] = []
        self.facts: list[Facts] = []
        self._ready: list[Rows] = []
        self._tags, self._given_names = _Names(local), _Names(_attribute)
        self._styles = Styles()
        self._linked = self._commented = False  # the cell has an address behind its text, a comment
        self._column_styles: list[tuple[int, str]] = []  # the last column, its style
        self._tables = self._aside = 0  # depth
        self._row = self._column = self._filled = 0
        self._row_given: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._cells: tuple[list[int], list[str]] = ([], [])
        self._paragraphs: list[list[str]] = []
        self._depth = self._blanks = 0  # inside of paragraphs; blanks in the cell
        self._extent: list[int] = []

    def rows(self, stream: IO[bytes], part: str) -> Iterator[Rows]:
        """Rows with values of all sheets, in their order. Raises BrokenFile, FileTooLarge."""
        parser = new_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        for _ in feed(parser, stream, part):
            yield from self._ready
            self._ready.clear()

    @property
    def _facts(self) -> Facts:
        return self.facts[-1]

    # ------------------------------------------------------------------ elements

    def _start(self, name: str, flat: list[str]) -> None:
        tag = self._tags[name]
        if tag in _CELLS and self._tables == 1 and not self._aside:
            self._start_cell(flat)
        elif self._aside or tag in _ASIDE:
            self._commented |= tag == "annotation" and self._tables == 1 and not self._aside
            self._aside += tag in _ASIDE
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._start_table(attributes(flat))
        elif not self._tables:
            self._styles.start(tag, flat)
        elif self._tables == 1:  # and not a table within a cell
            self._start_part(tag, flat)

    def _start_cell(self, flat: list[str]) -> None:
        names = self._given_names
        self._given = {names[flat[i]]: flat[i + 1] for i in range(0, len(flat), 2)}
        if self._paragraphs:
            self._paragraphs = []
        self._blanks, self._linked, self._commented = 0, False, False

    def _start_part(self, tag: str, flat: list[str]) -> None:
        if tag in ("p", "h"):
            self._depth += 1
            if self._depth == 1:
                self._paragraphs.append([])
        elif self._depth:
            self._start_inside(tag, flat)
        elif tag == "table-row":
            self._row_given = attributes(flat)
            self._cells, self._column = ([], []), 0
        elif tag == "table-column":
            self._start_column(attributes(flat))

    def _end(self, name: str) -> None:
        tag = self._tags[name]
        if self._aside:
            self._aside -= tag in _ASIDE
        elif tag == "table":
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif self._tables != 1:
            return
        elif tag in _CELLS:
            self._end_cell(tag)
        elif tag in ("p", "h"):
            self._depth -= 1
        elif tag == "table-row":
            self._end_row()

    def _text(self, data: str) -> None:
        if self._depth and not self._aside:
            self._paragraphs[-1].append(data)

    def _start_inside(self, tag: str, flat: list[str]) -> None:
        """Blanks, tabulators and line ends within text have elements of their own, as have links and formats."""
        if tag == "s":
            count = count_of(attributes(flat), "c")
            self._blanks += count
            if self._blanks > LONGEST:
                raise CellTooLong(f"a cell of row {self._row + 1:,} has too many blanks")
            self._paragraphs[-1].append("\0" * count)  # a blank that stays
        elif tag == "tab":
            self._paragraphs[-1].append("\1")
        elif tag == "line-break":
            self._paragraphs[-1].append("\2")
        elif tag == "a":
            self._linked = True
        elif tag == "span" and attributes(flat).get("style-name") in self._styles.struck:
            self._facts.struck = True

    # ------------------------------------------------------------------ tables and columns

    def _start_table(self, given: dict[str, str]) -> None:
        hidden = given.get("style-name") in self._styles.hidden
        self.sheets.append(SheetInfo(given.get("name", ""), hidden=hidden))
        self.areas.append([])
        self.facts.append(Facts())
        self._row = self._column = 0
        self._extent, self._column_styles = [], []

    def _end_table(self) -> None:
        if self._extent:
            top, left, bottom, right = self._extent
            info = self.sheets[-1]
            info.rows, info.columns = bottom - top + 1, right - left + 1
        for area in self.areas[-1]:
            self._facts.merge(area)

    def _start_column(self, given: dict[str, str]) -> None:
        count = min(count_of(given, REPEATED), LAST_COLUMN)
        if given.get("visibility", "visible") != "visible":
            first, last = self._column + 1, min(self._column + count, LAST_COLUMN)
            self._facts.hide_columns(first, last)
            self.sheets[-1].hidden_columns.extend(range(first, min(last, first + 99) + 1))
        style = given.get("default-cell-style-name", "")
        self._column_styles.append((self._column + count, style))
        self._column += count

    # ------------------------------------------------------------------ rows and cells

    def _end_cell(self, tag: str) -> None:
        given = self._given
        if (
            not given and not self._paragraphs and not self._commented
        ):  # most cells of a wide sheet: blank ones
            self._column += 1
            return
        count = count_of(given, REPEATED) if REPEATED in given else 1
        first = self._column + 1
        self._column += count
        if "number-columns-spanned" in given or "number-rows-spanned" in given:
            self._merge(given, first)
        if tag != "table-cell":
            return  # covered by a merged cell: what it holds is not shown
        text = self._cell_text(given)
        if self._commented:
            self._facts.comment(cell_name(self._row + 1, first))
        if "formula" in given:
            self._linked |= _LINK.match(given["formula"]) is not None
            self._facts.formula(self._row + 1, first, bool(text) or "string-value" in given)
        if not text:
            return
        if self._linked:
            self._facts.link(cell_name(self._row + 1, first))
        if self._styles.struck and self._style_of(given) in self._styles.struck:
            self._facts.struck = True
        if self._column > LAST_COLUMN:
            raise BrokenFile(f"row {self._row + 1} has cells beyond column {LAST_COLUMN:,}")
        if count == 1:
            self._cells[0].append(first)
            self._cells[1].append(text)
            return
        self._cells[0].extend(range(first, first + count))
        self._cells[1].extend([text] * count)

    def _merge(self, given: dict[str, str], column: int) -> None:
        wide = count_of(given, "number-columns-spanned")
        high = count_of(given, "number-rows-spanned")
        if (wide > 1 or high > 1) and len(self.areas[-1]) < AREAS:
            row = self._row + 1
            self.areas[-1].append(Area(row, column, row + high - 1, column + wide - 1))

    def _end_row(self) -> None:
        count = count_of(self._row_given, "number-rows-repeated")
        first = self._row + 1
        self._row += count
        columns, texts = self._cells
        if self._row_given.get("visibility", "visible") != "visible":
            self._facts.hide_row(first, count)
        if not columns:
            return
        self._filled += count * len(columns)
        if self._filled > FILLED or self._row > LAST_ROW:
            raise FileTooLarge(
                f"it repeats cells until there are more than {FILLED:,} with a value",
                hint="Delete what was filled down to the end of the sheet, and save it again.",
            )
        self._stretch(first, self._row, columns)
        self._ready.append((len(self.sheets) - 1, first, self._row, columns, texts))

    def _stretch(self, first: int, last: int, columns: list[int]) -> None:
        if not self._extent:
            self._extent = [first, columns[0], last, columns[-1]]
        _, left, _, right = self._extent
        self._extent[1:] = [min(left, columns[0]), last, max(right, columns[-1])]

    # ------------------------------------------------------------------ values

    def _cell_text(self, given: dict[str, str]) -> str:
        kind, shown = given.get("value-type", ""), self._shown()
        if _is_error(given, shown):
            self._facts.errors += 1
            return shown
        if kind in ("float", "currency"):
            return number_text(given.get("value", shown))
        if kind == "percentage":
            return percent_text(given.get("value", shown))
        if kind == "date":
            return iso_text(given.get("date-value", shown))
        if kind == "time":
            return period_text(given.get("time-value", shown), self._is_long(given))
        if kind == "boolean":
            return {"true": "TRUE", "false": "FALSE"}.get(given.get("boolean-value", ""), shown)
        return given.get("string-value", shown) if not shown else shown

    def _is_long(self, given: dict[str, str]) -> bool:
        """Whether hours count on beyond a day."""
        return self._styles.is_long(self._style_of(given))

    def _style_of(self, given: dict[str, str]) -> str:
        """The style of the cell, its row or column."""
        column = self._column - count_of(given, REPEATED) + 1
        style = next((name for last, name in self._column_styles if column <= last), "")
        return given.get("style-name") or self._row_given.get("default-cell-style-name") or style

    def _shown(self) -> str:
        """The paragraphs of the cell, one a line; runs of blanks count as one, as in HTML."""
        if len(self._paragraphs) == 1 and len(self._paragraphs[0]) == 1:
            text = self._paragraphs[0][0]
            if text.isalnum():  # no blank and no mark in it, as in most cells
                return text
        lines = (_BLANKS.sub(" ", "".join(parts)).strip(" ") for parts in self._paragraphs)
        text = "\n".join(lines)
        return text.replace("\0", " ").replace("\1", "\t").replace("\2", "\n")


def _is_error(given: dict[str, str], shown: str) -> bool:
    """Whether a formula ended in an error: newer writers say so, older ones only show it."""
    if given.get("calcext:value-type") == "error":
        return bool(shown)
    return "formula" in given and _ERROR.fullmatch(shown) is not None


def _attribute(name: str) -> str:
    """A name without its prefix, but for those that LibreOffice added to the standard's."""
    return name if name.startswith("calcext:") else local(name)


def count_of(given: dict[str, str], name: str) -> int:
    """How often or how far, from an attribute; 1 when it does not say."""
    text = given.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 13 else 1


def period_text(stored: str, long: bool) -> str:
    """PT12H30M00S as 12:30:00, or 30:05:00 where hours count on beyond a day."""
    found = _PERIOD.fullmatch(stored.strip())
    if found is None:
        return stored
    sign, years, months, days, hours, minutes, seconds, part = found.groups()
    if years or months:
        return stored
    whole = (int(days or 0) * 24 + int(hours or 0)) * 3600
    whole += int(minutes or 0) * 60 + int(seconds or 0)
    milliseconds = whole * 1000 + round(
        int((part or "0")[:9]) * 1000 / 10 ** len((part or "0")[:9])
    )
    text = clock_text(milliseconds)
    if long or sign or milliseconds >= 86_400_000:
        text = sign + (text[1:] if text.startswith("0") else text)
    return text
