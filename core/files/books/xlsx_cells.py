"""The cells of one sheet of an .xlsx as a stream: row by row, in bounded memory.

Rows in the usual form are taken by `xlsx_rows`, whole pieces at once; the XML parser and the
handlers here see what is left. Both mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

from core.errors import BrokenFile
from core.files.books.book import Cells, Facts
from core.files.books.cell_text import iso_text, number_text, unescaped
from core.files.books.places import MAX_COLUMN, MAX_ROW, cell_name, column_number, parse_area
from core.files.books.xlsx_package import TRUE, Converter
from core.files.books.xlsx_rows import UsualRows
from core.files.books.xlsx_strings import SharedTexts, strikes
from core.files.safe.xml_stream import attributes, feed, local, new_parser

_DIGITS = "0123456789"


class Values:
    """What the text in a cell means, by the cell's type and style."""

    def __init__(
        self, strings: SharedTexts, styles: list[Converter], facts: Facts, struck: frozenset[str]
    ) -> None:
        self._strings, self._styles, self._facts = strings, styles, facts
        self._struck = struck
        self._others: dict[str, Converter] = {
            "s": self._perhaps_struck if strings.struck else self._shared,
            "b": lambda text: "TRUE" if text.strip().lower() in TRUE else "FALSE",
            "e": self._error,
            "d": iso_text,
            "str": unescaped,
            "inlineStr": unescaped,
        }

    def converter(self, kind: str, style: str) -> Converter:
        """What makes text of the values in cells of this type and style."""
        if style in self._struck:
            self._facts.struck = True
        if kind in ("", "n"):
            number = int(style or 0)
            return self._styles[number] if number < len(self._styles) else number_text
        return self._others.get(kind, unescaped)

    def _shared(self, text: str) -> str:
        try:
            number = int(text)
            if number < 0:
                raise IndexError
            return self._strings[number]
        except (ValueError, IndexError):
            there = len(self._strings)
            raise BrokenFile(f"a cell names the shared text {text}; there are {there:,}") from None

    def _perhaps_struck(self, text: str) -> str:
        shared = self._shared(text)
        if int(text) in self._strings.struck:
            self._facts.struck = True
        return shared

    def _error(self, text: str) -> str:
        self._facts.errors += 1
        return text.strip()


class SheetReader:
    """Handlers for the elements of a sheet; `ready` holds the rows that are finished."""

    def __init__(
        self,
        strings: SharedTexts,
        styles: list[Converter],
        facts: Facts,
        struck: frozenset[str] = frozenset(),
    ) -> None:
        self.ready: list[Cells] = []
        self.dimension = ""
        self._facts, self._values = facts, Values(strings, styles, facts, struck)
        self._usual = UsualRows(self._values.converter, facts)
        self._row = self._column = self._aside = self._count = 0
        self._cells: tuple[list[int], list[str]] = ([], [])
        self._seen: list[int] = []  # columns of the row, those of blank cells among them
        self._kind = self._style = ""
        self._formula = self._valued = self._inside = self._listening = False
        self._heard: list[str] = []
        self._telling, self._told = False, list[str]()  # inside of a formula; its first letters
        self._starts: dict[str, Callable[[list[str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._listen,
            "t": self._start_text,
            "f": self._start_formula,
            "is": self._start_inline,
            "rPh": self._start_aside,
            "strike": self._strike,
            "mergeCell": self._merge,
            "col": self._columns,
            "hyperlink": self._link,
            "dimension": self._dimension,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "f": self._end_formula,
            "is": self._end_inline,
            "rPh": self._end_aside,
        }

    def rows(self, stream: IO[bytes], part: str) -> Iterator[Cells]:
        """Rows from top to bottom. Raises BrokenFile."""
        parser = new_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        for _ in feed(parser, stream, part, b"</row>", self._take):
            yield from self.ready
            self.ready.clear()

    def _take(self, piece: bytes) -> bool:
        rows = self._usual.rows(piece)
        if rows is None:
            return False
        self.ready.extend(rows)
        self._row = self._usual.last
        self._add(len(rows))
        return True

    def _add(self, rows: int) -> None:
        self._count += rows
        if self._count > MAX_ROW:
            raise BrokenFile(f"it has more rows than the {MAX_ROW:,} that a sheet can have")

    def _start(self, name: str, flat: list[str]) -> None:
        handler = self._starts.get(name if ":" not in name else local(name))
        if handler is not None:
            handler(flat)

    def _end(self, name: str) -> None:
        handler = self._ends.get(name if ":" not in name else local(name))
        if handler is not None:
            handler()

    def _text(self, data: str) -> None:
        if self._listening:
            self._heard.append(data)
        elif self._telling and len(self._told) < 20:
            self._told.append(data[:20])

    # ------------------------------------------------------------------ rows and cells

    def _start_row(self, flat: list[str]) -> None:
        given = attributes(flat)
        self._row = whole(given.get("r")) or self._row + 1
        self._column = 0
        self._cells, self._seen = ([], []), []
        if given.get("hidden", "") in TRUE:
            self._facts.hide_row(self._row)

    def _end_row(self) -> None:
        columns, texts = self._cells
        self._usual.learn(self._seen)
        self._add(1)
        if not columns:
            return
        if not (0 < self._row <= MAX_ROW and 0 < max(columns) <= MAX_COLUMN):
            raise BrokenFile(f"row {self._row}, column {max(columns)} is beyond what a sheet has")
        self.ready.append((self._row, columns, texts))

    def _start_cell(self, flat: list[str]) -> None:
        given = dict(zip(flat[::2], flat[1::2], strict=True))
        self._column = column_number(given.get("r", "").rstrip(_DIGITS)) or self._column + 1
        self._seen.append(self._column)
        self._kind, self._style = given.get("t", ""), given.get("s", "")
        self._formula = self._valued = False
        self._heard.clear()

    def _end_cell(self) -> None:
        text = "".join(self._heard)
        if self._formula:
            empty_text = self._valued and self._kind == "str"
            self._facts.formula(self._row, self._column, bool(text) or empty_text)
        if text:
            self._cells[0].append(self._column)
            self._cells[1].append(self._values.converter(self._kind, self._style)(text))

    # ------------------------------------------------------------------ inside of a cell

    def _listen(self, _: list[str]) -> None:
        self._listening = self._valued = True

    def _start_text(self, _: list[str]) -> None:
        self._listening = self._inside and not self._aside

    def _end_text(self) -> None:
        self._listening = False

    def _start_formula(self, _: list[str]) -> None:
        self._formula = self._telling = True
        self._told.clear()

    def _end_formula(self) -> None:
        self._telling = False
        if "".join(self._told).lstrip().upper().startswith("HYPERLINK("):
            self._facts.link(cell_name(self._row, self._column))

    def _start_inline(self, _: list[str]) -> None:
        self._inside = True

    def _end_inline(self) -> None:
        self._inside = False

    def _strike(self, flat: list[str]) -> None:
        if self._inside and strikes(flat):
            self._facts.struck = True

    def _start_aside(self, _: list[str]) -> None:
        self._aside += 1  # how a text is pronounced

    def _end_aside(self) -> None:
        self._aside -= 1

    # ------------------------------------------------------------------ around the cells

    def _merge(self, flat: list[str]) -> None:
        area = parse_area(attributes(flat).get("ref", ""))
        if area is not None:
            self._facts.merge(area)

    def _link(self, flat: list[str]) -> None:
        given = attributes(flat)
        if given.get("id"):  # to somewhere outside; others lead to a place in the workbook
            self._facts.link(given.get("ref", ""))

    def _columns(self, flat: list[str]) -> None:
        given = attributes(flat)
        if given.get("hidden", "") in TRUE:
            self._facts.hide_columns(whole(given.get("min")), whole(given.get("max")))

    def _dimension(self, flat: list[str]) -> None:
        self.dimension = attributes(flat).get("ref", "")


def whole(text: str | None) -> int:
    """A number from an attribute; 0 for none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
