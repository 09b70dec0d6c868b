"""The tables of a web page as the sheets of a workbook: pages that were saved, and what calls itself .xls.

A table within a table is one of its own, since pages are laid out with tables. What a page does not show
(scripts, styles, comments, what is `display: none`) is left out.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from core.errors import FileTooLarge, UnknownFormat
from core.files.books.kept import KeptBook, KeptSheet
from core.files.books.places import MAX_COLUMN, Area

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_SILENT = frozenset(("script", "style", "template", "noscript", "title"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_LINES = frozenset(("br", "p", "div", "li", "tr"))  # begin a new line of a cell
_BLANKS = re.compile(r"[ \t\r\n\f]+")
SPAN, HIGHEST = 1_000, 65_534  # what browsers allow of colspan and rowspan
MOST = 20_000_000  # cells of all tables


class HtmlBook(KeptBook):
    """An open page; see `core.files.books.book.Book`. Raises UnknownFormat when it has no table."""

    def __init__(self, path: Path) -> None:
        reader = _Reader()
        for page in _pages(path.read_bytes()):
            reader.feed(page)
            reader.close()
            reader.finish()
        if not any(sheet.cells for sheet in reader.sheets):
            raise UnknownFormat(
                "it is a web page without a table",
                hint="Open it and save its data as CSV or .xlsx.",
            )
        super().__init__(reader.sheets)


def _pages(data: bytes) -> list[str]:
    """The text of the page, or of the pages in a web archive (.mht)."""
    if not data[:200].lstrip().lower().startswith((b"mime-version", b"from:", b"content-type")):
        return [_decoded(data)]
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    return [_decoded(bytes(part.get_payload(decode=True) or b"")) for part in parts]


def _decoded(data: bytes) -> str:
    """By its mark, as it says itself, as UTF-8, or as browsers read what says nothing."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace").removeprefix("\ufeff")
    said = _CHARSET.search(data[:4096])
    names = [said[1].decode("ascii")] if said else []
    for name in (*names, "utf-8"):
        try:
            wider = {"iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030"}
            return data.decode(wider.get(name.lower(), name))
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")


@dataclass
class _Table:
    """A table that is being read: where its next cell goes, and what cells from above reach down."""

    sheet: KeptSheet
    row: int = 0
    column: int = 0
    reach: dict[int, int] = field(
        default_factory=dict
    )  # column to the last row that it is taken in
    parts: list[str] | None = None  # the text of the cell, while one is open
    span: tuple[int, int] = (1, 1)
    caption: list[str] | None = None


class _Reader(HTMLParser):
    """Gathers the tables of a page. End tags may be missing, as HTML allows for rows and cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[KeptSheet] = []
        self._open: list[_Table] = []
        self._unseen: list[str] = []  # tags since one that is not shown
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, row or cell begins, or a line within a cell."""
        if self._unseen:
            if tag not in _VOID:
                self._unseen.append(tag)
            return
        given = {name: value or "" for name, value in attrs}
        concealed = tag in _SILENT or _HIDDEN.search(given.get("style", "")) or "hidden" in given
        if concealed and tag not in _VOID and tag not in ("table", "tr", "td", "th"):
            self._unseen.append(tag)
        elif tag == "table":
            self.sheets.append(KeptSheet(f"Table {len(self.sheets) + 1}"))
            self._open.append(_Table(self.sheets[-1]))
        elif self._open:
            self._inside(tag, given)

    def _inside(self, tag: str, given: dict[str, str]) -> None:
        table = self._open[-1]
        if tag == "tr":
            self._end_cell()
            table.row, table.column = table.row + 1, 0
            if _HIDDEN.search(given.get("style", "")) or "hidden" in given:
                table.sheet.facts.hide_row(table.row)
        elif tag in ("td", "th"):
            self._end_cell()
            table.row = max(table.row, 1)
            table.parts = []
            table.span = _span(given, "rowspan", HIGHEST), _span(given, "colspan", SPAN)
        elif tag == "caption":
            table.caption = []
        elif tag in _LINES and table.parts is not None:
            table.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A table, row or cell ends."""
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
            return
        if tag in ("td", "th", "tr", "table"):
            self._unseen.clear()  # whatever was not closed ends with what it stands in
        if self._unseen or not self._open:
            return
        if tag == "table":
            self._end_cell()
            self._open.pop()
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "caption":
            self._end_caption()

    def handle_data(self, data: str) -> None:
        """Text, which counts inside of cells and captions."""
        if self._unseen or not self._open:
            return
        table = self._open[-1]
        if table.caption is not None:
            table.caption.append(data)
        elif table.parts is not None:
            table.parts.append(_BLANKS.sub(" ", data))

    def finish(self) -> None:
        """The page ends; so do tables that nobody closed."""
        while self._open:
            self._end_cell()
            self._open.pop()
        self._unseen.clear()

    def _end_caption(self) -> None:
        table = self._open[-1]
        text = _BLANKS.sub(" ", "".join(table.caption or ())).strip()[:60]
        table.caption = None
        if text and text not in {sheet.name for sheet in self.sheets}:
            table.sheet.name = text

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.parts is None:
            return
        lines = (_BLANKS.sub(" ", line).strip() for line in "".join(table.parts).split("\n"))
        text = "\n".join(line for line in lines if line).replace("\xa0", " ").strip()
        table.parts = None
        column = table.column + 1
        while table.reach.get(column, 0) >= table.row:
            column += 1
        high, wide = table.span
        if column + wide > MAX_COLUMN:
            raise FileTooLarge(f"a table has cells beyond column {MAX_COLUMN:,}")
        self._cells += wide
        if self._cells > MOST:
            raise FileTooLarge(f"the page has more than {MOST:,} cells")
        table.sheet.put(table.row, column, text)
        table.column = column + wide - 1
        if high > 1:
            last = table.row + high - 1
            table.reach.update({c: last for c in range(column, column + wide)})
        if high > 1 or wide > 1:
            table.sheet.merge(Area(table.row, column, table.row + high - 1, table.column))


def _span(given: dict[str, str], name: str, most: int) -> int:
    text = given.get(name, "").strip()
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() else 1
