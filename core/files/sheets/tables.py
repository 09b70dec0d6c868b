"""The tables on a sheet: blank rows and blank columns cut it up, column names tell tables apart.

A piece that begins with names for the rows below it is a table. Any other piece belongs to the
table above it (rows behind a gap, notes, totals), and a line right above a table is its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.files.books.places import Area, hull
from core.files.shape.header import compare, filled, valueless
from core.files.shape.layout import find_table
from core.files.shape.preamble import is_labelled
from core.files.sheets.grid_memory import Parts, Placed

MOST = 50  # runs of rows that are looked at; a sheet of more is one table with gaps
HEAD = 60  # rows of each that are looked at
DEPTH = 3


@dataclass(frozen=True)
class Piece:
    """A part of the sheet with blank cells around it; `rows` counts those that hold something."""

    area: Area
    rows: int
    names: tuple[str, ...] = ()  # folded; empty when it does not begin a table


def tables_on(grid: Parts, area: Area) -> list[list[Piece]]:
    """Each table as its pieces, ordered by their first row and column."""
    tables: list[list[Piece]] = []
    for piece in _cut(grid, area, DEPTH):
        mine = [table for table in tables if _overlaps(table[-1].area, piece.area)]
        if not mine or (piece.names and _is_table(mine[-1], piece)):
            tables.append([*_title(mine), piece])
        else:
            mine[-1].append(piece)
    return sorted(tables, key=lambda table: (table[0].area.top, table[0].area.left))


def area_of(pieces: Sequence[Piece]) -> Area:
    """The area of a table with all its pieces."""
    return hull([piece.area for piece in pieces])


def same_names(tables: Sequence[list[Piece]]) -> bool:
    """Whether all of them have the same column names in the same columns, as printed pages do."""
    firsts = [next((p for p in table if p.names), None) for table in tables]
    return len({(p.names, p.area.left) if p else None for p in firsts}) == 1 and None not in firsts


def _is_table(above: list[Piece], piece: Piece) -> bool:
    """Whether what stands above a table is one itself, and not labels and notes for it."""
    wide = sum(each.rows for each in above if each.area.width > 1)
    return any(each.names for each in above) or wide > piece.rows


def weight(pieces: Sequence[Piece]) -> float:
    """How much of a table it is: cells below names count, others half, prose hardly."""
    named = next((piece for piece in pieces if piece.names), None)
    if named is None:
        return sum(p.rows * (p.area.width / 2 if p.area.width > 1 else 0.2) for p in pieces)
    width = named.area.width if named.area.width > 1 else 0.2
    return sum(p.rows for p in pieces) * width


def beside(one: list[Piece], other: list[Piece]) -> bool:
    """Whether two tables are the halves of one, with a blank column between: the same rows, other names."""
    left, right = one[0], other[0]
    if not left.names or not right.names or right.area.left - left.area.right != 2:
        return False
    rows = {(each.area.top, each.area.bottom, each.rows) for each in (left, right)}
    return len(rows) == 1 and not set(left.names) & set(right.names)


def _overlaps(one: Area, other: Area) -> bool:
    return one.left <= other.right and other.left <= one.right


def _title(mine: list[list[Piece]]) -> list[Piece]:
    """The single cell right above a new table, taken from the end of the table before it."""
    if not mine or len(mine[-1]) < 2:
        return []
    last = mine[-1][-1]
    if last.rows > 1 or last.area.width > 1:
        return []
    return [mine[-1].pop()]


def _cut(grid: Parts, area: Area, depth: int) -> list[Piece]:
    runs = grid.runs(area, MOST)
    pieces: list[Piece] = []
    for number, run in enumerate(runs):
        own = replace(area, top=run.first, bottom=run.last)
        used = grid.used(own)
        bands = _bands(used)
        found = _split(grid, own, bands) if depth and (number < MOST - 1 or len(runs) == 1) else []
        if not found:
            tight = replace(own, left=used[0], right=used[-1])
            pieces.append(Piece(tight, run.rows, _names(grid, tight)))
        for band in found:
            pieces += _cut(grid, band, depth - 1)
    return pieces


def _bands(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Columns side by side, as (first, last)."""
    bands: list[tuple[int, int]] = []
    for column in columns:
        if bands and bands[-1][1] == column - 1:
            bands[-1] = (bands[-1][0], column)
        else:
            bands.append((column, column))
    return bands


def _split(grid: Parts, area: Area, bands: list[tuple[int, int]]) -> list[Area]:
    """The bands as areas, when at least two of them are tables; the others go with their left."""
    if len(bands) < 2:
        return []
    areas = [replace(area, left=first, right=last) for first, last in bands]
    own = [area.width > 1 and bool(_names(grid, area)) for area in areas]
    if sum(own) < 2 or _is_one(grid, areas):
        return []
    joined: list[Area] = []
    seen = False
    for each, is_table in zip(areas, own, strict=True):
        if joined and not (is_table and seen):
            joined[-1] = replace(joined[-1], right=each.right)
        else:
            joined.append(each)
        seen = seen or is_table
    return joined


def _is_one(grid: Parts, areas: Sequence[Area]) -> bool:
    """Whether a blank column may well be part of a table: one only, and hardly a row to judge by."""
    counts = {grid.count(area) for area in areas}
    gaps = [right.left - left.right - 1 for left, right in zip(areas, areas[1:], strict=False)]
    return len(counts) == 1 and max(gaps) == 1 and min(count for count, _, _ in counts) < 3


def main_top(pieces: Sequence[Piece]) -> int:
    """The row where the table begins below pieces of text one column wide; 1 when there are none."""
    named = next((piece for piece in pieces if piece.names), None)
    if named is not None and named is not pieces[0] and not _may_be_names(pieces[0], named):
        return named.area.top
    for number, piece in enumerate(pieces):
        if piece.area.width > 1 and piece.rows > 1:
            return piece.area.top if number else 1
        if piece.area.width > 1:
            return 1
    return 1


def _may_be_names(first: Piece, named: Piece) -> bool:
    """Whether a row above a gap may hold the names: it is as wide as the table, and no filter."""
    same = (first.area.left, first.area.right) == (named.area.left, named.area.right)
    return first.rows == 1 and first.area.width > 2 and same


def _names(grid: Parts, area: Area) -> tuple[str, ...]:
    """The folded column names when the area begins as a table does."""
    rows = with_gaps(grid.rows(area, HEAD))
    texts = [row for row in rows if row]
    if len(texts) < 2 or 2 * sum(map(is_labelled, texts)) > len(texts):
        return ()
    found = find_table(rows, area.width)
    below = [row for row in rows[found.first :] if row]
    if found.header is None or not below or not valueless(found.names):
        return ()
    full = filled(found.names)
    if full < min(2, area.width) or full < area.width / 2:
        return ()
    if compare(rows[found.header], below).score <= (0.25 if area.width > 1 else 0.5):
        return ()
    return tuple(name.strip().casefold() for name in found.names)


def with_gaps(placed: Sequence[Placed]) -> list[list[str]]:
    """Rows with an empty one in each gap."""
    rows: list[list[str]] = []
    last = 0
    for line, cells in placed:
        if rows and line > last + 1:
            rows.append([])
        rows.append(cells)
        last = line
    return rows
