"""Workbooks as one XML file: "XML Spreadsheet 2003", which many programs save under the name .xls.

A cell says its type: Number, DateTime (ISO text), Boolean, String, Error. The number format of its style tells
percentages and leading zeros.
"""

from __future__ import annotations

from pathlib import Path

from core.errors import BrokenFile
from core.files.books.cell_text import iso_text, text_for
from core.files.books.kept import KeptBook, KeptSheet
from core.files.books.number_format import BUILT_IN, NUMBER, Shown, shown
from core.files.books.places import MAX_COLUMN, Area
from core.files.safe.xml_stream import attributes, feed, local, new_parser

LAST_ROW = 1 << 30
# Names that stand for a format code.
_NAMED = {
    "Percent": BUILT_IN[10],
    "Short Date": "yyyy-mm-dd",
    "Long Date": "yyyy-mm-dd",
    "Medium Date": "yyyy-mm-dd",
    "General Date": "yyyy-mm-dd h:mm",
    "Short Time": "h:mm",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm",
}


class XmlBook(KeptBook):
    """An open XML spreadsheet; see `core.files.books.book.Book`."""

    def __init__(self, path: Path) -> None:
        reader = _Reader()
        with path.open("rb") as stream:
            parser = new_parser()
            parser.StartElementHandler = reader.start
            parser.EndElementHandler = reader.end
            parser.CharacterDataHandler = reader.text
            for _ in feed(parser, stream, path.name):
                pass
        super().__init__(reader.sheets)


class _Reader:
    def __init__(self) -> None:
        self.sheets: list[KeptSheet] = []
        self._styles: dict[str, Shown] = {}
        self._style = ""
        self._row = self._column = self._wide = self._high = 0
        self._looks: tuple[Shown, str] = (NUMBER, "")  # of the cell: its format, its formula
        self._row_style = ""
        self._parts: list[str] | None = None  # the text of a cell, while it is read
        self._type = ""
        self._aside = 0  # inside of a comment
        self._visible = False

    def start(self, name: str, flat: list[str]) -> None:
        tag, given = local(name), attributes(flat)
        if self._aside or tag in ("Comment", "PhoneticText"):
            self._aside += 1
        elif tag == "Style":
            self._style = given.get("ID", "")
        elif tag == "NumberFormat":
            code = given.get("Format", "General")
            self._styles[self._style] = shown(_NAMED.get(code, code))
        elif tag == "Worksheet":
            self.sheets.append(KeptSheet(given.get("Name", "")))
            self._row = 0
        elif tag == "Visible":
            self._visible = True
        elif not self.sheets:
            return
        elif tag == "Column":
            self._start_column(given)
        elif tag == "Table":
            self._column = 0
        elif tag == "Row":
            self._start_row(given)
        elif tag == "Cell":
            self._start_cell(given)
        elif tag == "Data":
            self._parts, self._type = [], given.get("Type", "String")

    def end(self, name: str) -> None:
        tag = local(name)
        if self._aside:
            self._aside -= 1
        elif tag == "Data" and self._parts is not None:
            self._put("".join(self._parts))
            self._parts = None
        elif tag == "Cell":
            self._column += self._wide
        elif tag == "Row":
            self._row += self._high
        elif tag == "Visible":
            self._visible = False

    def text(self, data: str) -> None:
        if self._parts is not None and not self._aside:
            self._parts.append(data)
        elif self._visible and self.sheets and data.strip() in ("SheetHidden", "SheetVeryHidden"):
            self.sheets[-1].hidden = True

    def _start_column(self, given: dict[str, str]) -> None:
        first = _number(given, "Index", self._column + 1)
        self._column = first + _number(given, "Span", 0)
        if given.get("Hidden") == "1":
            self.sheets[-1].facts.hide_columns(first, min(self._column, MAX_COLUMN))

    def _start_row(self, given: dict[str, str]) -> None:
        self._row = _number(given, "Index", self._row + 1)
        self._high = _number(given, "Span", 0)
        self._column, self._wide = 0, 0
        self._row_style = given.get("StyleID", "")
        if self._row + self._high > LAST_ROW:
            raise BrokenFile("a row of the sheet is numbered beyond what a sheet can have")
        if given.get("Hidden") == "1":
            self.sheets[-1].facts.hide_row(self._row, self._high + 1)

    def _start_cell(self, given: dict[str, str]) -> None:
        self._column = _number(given, "Index", self._column + 1)
        self._wide = _number(given, "MergeAcross", 0)
        high = _number(given, "MergeDown", 0)
        if self._column + self._wide > MAX_COLUMN:
            raise BrokenFile(f"row {self._row:,} has cells beyond column {MAX_COLUMN:,}")
        style = self._styles.get(given.get("StyleID") or self._row_style, NUMBER)
        self._looks = style, given.get("Formula", "")
        if self._wide or high:
            row, column = self._row, self._column
            self.sheets[-1].merge(Area(row, column, row + high, column + self._wide))

    def _put(self, stored: str) -> None:
        look, formula = self._looks
        facts = self.sheets[-1].facts
        text = stored
        if self._type == "Number":
            text = text_for(look, False)(stored.strip())
        elif self._type == "DateTime":
            text = _moment(stored, look)
        elif self._type == "Boolean":
            text = "TRUE" if stored.strip() in ("1", "true") else "FALSE"
        elif self._type == "Error":
            facts.errors += 1
        if formula:
            facts.formula(self._row, self._column, bool(text))
        self.sheets[-1].put(self._row, self._column, text)


def _moment(stored: str, look: Shown) -> str:
    """A time of day is stored as one of the last day of 1899."""
    text = iso_text(stored.strip().removesuffix(".000"))
    day, _, clock = text.partition(" ")
    return (
        clock or "00:00:00" if look.kind == "time" and day in ("1899-12-31", "1899-12-30") else text
    )


def _number(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
