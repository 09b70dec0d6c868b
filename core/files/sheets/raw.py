"""The first rows of a sheet as they stand, and what became of each."""

from __future__ import annotations

from core.files.books.places import MAX_COLUMN, Area
from core.files.sheets.grid import Grid
from core.files.sheets.layout import ASIDE, Layout
from core.files.table import RawLine

SHOWN = 60  # rows
WIDTH = 300  # characters of a row


def raw_lines(grid: Grid, layout: Layout, table: Area) -> tuple[RawLine, ...]:
    """The first rows of the sheet, blank ones too, and those kept aside below the table.

    `table` is the area that the layout was found in; what stands elsewhere is another table.
    """
    left = min(grid.summary.columns)
    shown = dict(grid.rows(Area(1, left, SHOWN, MAX_COLUMN), SHOWN))
    mine = {line for line, _ in grid.rows(Area(1, table.left, SHOWN, table.right), SHOWN)}
    made, row = [], 0
    for line in range(1, max(shown, default=0) + 1):
        fate = "blank"
        if line in shown:
            inside = table.top <= line <= table.bottom and line in mine
            fate = layout.fate(line) if inside else _outside(line, table)
        row += fate == "row"
        text = "\t".join(shown.get(line, [])).rstrip("\t")[:WIDTH]
        made.append(RawLine(line, text, fate, row if fate == "row" else None))
    below = [place for place in layout.below if place[0] > SHOWN][:ASIDE]
    made += [RawLine(n, "\t".join(cells).rstrip("\t")[:WIDTH], "footer") for n, cells in below]
    return tuple(made)


def _outside(line: int, table: Area) -> str:
    return "preamble" if line < table.top else "other table"
