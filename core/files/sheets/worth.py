"""Which sheets of a workbook hold a table with names, told by their first rows.

A cover, notes, prose or a list of codes never goes before a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from core.files.books.book import Book, Facts, SheetInfo
from core.files.books.book import Cells as Row
from core.files.books.places import MAX_COLUMN, Area
from core.files.shape.header import filled
from core.files.shape.preamble import is_labelled
from core.files.sheets.grid_memory import Cells
from core.files.sheets.tables import tables_on

LOOKED = 120  # rows of a sheet
SHEETS = 20  # sheets that are looked at
WIDE = 4  # columns of rows without names that are a table as well
SHARE = 10  # how many times longer another table is that goes before the first


@dataclass(frozen=True)
class Worth:
    """`names` counts the columns that the first rows name, `rows` those that hold cells of a table."""

    names: int
    rows: int


def table_sheet(book: Book, fitting: Sequence[int]) -> int | None:
    """The first of these sheets that holds a table, or a much longer one; None when none does."""
    found: list[tuple[int, int]] = []
    for number in fitting[:SHEETS]:
        worth = look(islice(book.rows(number, Facts()), LOOKED))
        if worth.names > 1 and worth.rows > 0 or worth.rows > 2 and worth.names < 0:
            found.append((number, _size(book.sheets[number], worth)))
    most = max((size for _, size in found), default=0)
    return next((number for number, size in found if SHARE * size >= most), None)


def look(rows: Iterable[Row]) -> Worth:
    """What the first rows of a sheet hold. Names are -1 for a wide table without any."""
    kept = [(line, dict(zip(columns, texts, strict=True))) for line, columns, texts in rows]
    columns = sorted({column for _, cells in kept for column, text in cells.items() if text})
    if not columns:
        return Worth(0, 0)
    lines = [(line, *(cells.get(c, "") for c in columns)) for line, cells in kept]
    grid = Cells(lines, columns)
    best = Worth(0, 0)
    for pieces in tables_on(grid, Area(1, 1, 1 << 30, MAX_COLUMN)):
        for piece in pieces:
            body = [row for _, row in grid.rows(piece.area, LOOKED)]
            best = max(best, _worth(piece.names, body), key=lambda w: (w.names > 1, w.rows))
    return best


def _worth(names: Sequence[str], body: Sequence[Sequence[str]]) -> Worth:
    full = [row for row in body if filled(row) > 1 and not is_labelled(row)]
    if len(names) > 1 and not all(map(is_labelled, body[1:])):
        return Worth(len(names), max(0, len(full) - 1))
    wide = [row for row in full if filled(row) >= WIDE]
    return Worth(-1, len(wide)) if len(wide) >= 0.8 * len(body) else Worth(0, 0)


def _size(sheet: SheetInfo, worth: Worth) -> int:
    """Rows as far as they are known: those that were looked at, or what is said of the sheet."""
    return max(worth.rows, sheet.rows) if worth.rows + 20 >= LOOKED else worth.rows
