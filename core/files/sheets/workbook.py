"""One sheet of a workbook to columns of text, inside the child process.

Which reader: xlrd for .xls, our own for all others. Where the table is on the sheet is decided
later, from the cells (`core.files.sheets.choice`).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from core.errors import BadOverride, BrokenFile, EmptyFile
from core.files.books.book import Book, Facts, SheetInfo
from core.files.books.places import MAX_COLUMN, Area, parse_area
from core.files.safe.zipguard import check_ole, check_zip
from core.files.sheets.grid_write import GridWriter
from core.files.sheets.merged import filled
from core.files.sheets.summary import SUMMARY, SheetSummary, Summary
from core.files.sheets.worth import table_sheet

_READERS = {
    "xls": ("core.files.books.xls", "XlsBook"),
    "xlsb": ("core.files.books.xlsb", "XlsbBook"),
    "ods": ("core.files.books.ods", "OdsBook"),
    "fods": ("core.files.books.ods", "OdsBook"),
    "xml": ("core.files.books.xml", "XmlBook"),
    "html": ("core.files.books.html", "HtmlBook"),
}
_PLAIN = ("fods", "xml", "html")  # one text, which unpacks to no more than it is
_USUAL = ("core.files.books.xlsx", "XlsxBook")


def convert(request: dict[str, Any], folder: Path) -> None:
    """Choose the sheet, write its cells and the summary into `folder`."""
    path, kind = Path(request["path"]), str(request["kind"])
    if kind == "xls":
        check_ole(path)
    elif kind not in _PLAIN:
        check_zip(path, request)
    module, name = _READERS.get(kind, _USUAL)
    try:
        part = {"part": True} if request["first"] and module == _USUAL[0] else {}
        book = _opened(kind, path, getattr(import_module(module), name), part)
        try:
            summary = _convert(book, request, folder)
        finally:
            book.close()
    except (zipfile.BadZipFile, zlib.error, EOFError, RecursionError) as error:
        raise BrokenFile(f"the workbook is damaged: {error}") from error
    (folder / SUMMARY).write_text(summary.to_json(), encoding="utf-8")


def _opened(kind: str, path: Path, reader: Callable[..., Book], part: dict[str, bool]) -> Book:
    try:
        return reader(path, **part)
    except BrokenFile as error:
        if kind != "xls":
            raise
        from core.files.books.second_reader import SecondBook

        return SecondBook(path, error.detail)


def _convert(book: Book, request: dict[str, Any], folder: Path) -> Summary:
    index, why, runner_up = _chosen(book, request["sheet"])
    area = parse_area(request["range"] or ":") or Area(1, 1, 1 << 30, MAX_COLUMN)
    facts = Facts()
    rows = book.rows(index, facts)
    if request["merged"]:
        rows = filled(rows, book.merged(index))
    first = request["first"]
    writer = GridWriter(folder, request, area)
    for cells in islice(rows, first):
        writer.add(cells)
    writer.close()
    if not writer.rows:
        where = f" has no values in {request['range']}" if request["range"] else " is empty"
        raise EmptyFile(f"the sheet {book.sheets[index].name!r}{where}")
    if writer.extent and not request["range"] and not request["merged"] and not first:
        book.sheets[index].rows = writer.extent.height  # now it is known
        book.sheets[index].columns = writer.extent.width
    sheets = [_listed(info) for info in book.sheets]
    return Summary(sheets, index, why, runner_up, writer.columns, writer.rows, facts)


def _chosen(book: Book, wanted: str | int | None) -> tuple[int, str, str | None]:
    """The sheet that is read: as it was asked for, or the first with a table, told by its cells."""
    index, why, runner_up = choose(book.sheets, wanted)
    fitting = [n for n, s in enumerate(book.sheets) if not s.hidden and s.rows > 0]
    if wanted is not None or len(fitting) < 2:
        return index, why, runner_up
    found = table_sheet(book, fitting)
    if found is None or found == index:
        return index, why, runner_up
    said = (
        f"it holds a table with names (of {len(book.sheets)}); {book.sheets[index].name!r} does not"
    )
    return found, said, book.sheets[index].name


def _listed(info: SheetInfo) -> SheetSummary:
    hidden = tuple(info.hidden_columns[:100])
    return SheetSummary(info.name, info.rows, info.columns, info.hidden, hidden)


def choose(sheets: list[SheetInfo], wanted: str | int | None) -> tuple[int, str, str | None]:
    """(number from 0, why in words, the name of the runner-up). Raises BadOverride, EmptyFile."""
    names = [sheet.name for sheet in sheets]
    if wanted is not None:
        return _named(names, wanted), "chosen by the user", None
    tests: tuple[tuple[str, Callable[[SheetInfo], bool]], ...] = (
        ("the first sheet with a table", lambda s: not s.hidden and s.rows > 1 and s.columns > 1),
        ("the first sheet with several rows", lambda s: not s.hidden and s.rows > 1),
        ("the first sheet that is not empty", lambda s: not s.hidden and s.rows > 0),
        ("only hidden sheets hold cells", lambda s: s.rows > 0),
    )
    for why, test in tests:
        fitting = [number for number, sheet in enumerate(sheets) if test(sheet)]
        if fitting:
            why = f"{why} (of {len(sheets)})" if len(sheets) > 1 else "the only sheet"
            runner_up = names[fitting[1]] if len(fitting) > 1 else None
            return fitting[0], why, runner_up
    raise EmptyFile("all sheets are empty: " + ", ".join(map(repr, names[:10])))


def _named(names: list[str], wanted: str | int) -> int:
    if isinstance(wanted, str) and wanted in names and not wanted.isdigit():
        return names.index(wanted)
    text = str(wanted)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= len(names):
        if text in names:  # 2024 is no place among three sheets, so it is a name
            return names.index(text)
        there = ", ".join(map(repr, names[:20]))
        raise BadOverride(f"there is no sheet {wanted!r}; there are: {there}")
    return number - 1
