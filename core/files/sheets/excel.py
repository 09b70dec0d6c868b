"""Workbooks to a Table, the parent's side: a child gives the cells of a sheet, and here the table
on it is found, so that another choice of header or table does not parse the workbook again."""

from __future__ import annotations

from pathlib import Path

from core.errors import HeaderOnly, MarqueeError
from core.files.beginning import so_far
from core.files.cache import cache_key, derive
from core.files.safe import sandbox
from core.files.shape.header import filled
from core.files.sheets.choice import choose
from core.files.sheets.grid import Grid, finish
from core.files.sheets.layout import lay_out
from core.files.sheets.notes import decisions_on, notes_on, sheets_of
from core.files.sheets.raw import raw_lines
from core.files.source import Overrides, Source
from core.files.table import Decision, Table, unique_names

LARGE = 1 << 20  # bytes; a smaller workbook is read whole in no time
ANY_RATIO = 2_000  # more than a zip can be packed
FIRST = 1_000  # rows that a first look takes
_PARSER = Decision("parser", "sandbox", "workbooks are parsed in a process of their own")


def read_excel(source: Source, kind: str) -> Table:
    """Read one table of one sheet of a workbook of the given kind (xlsx, xlsm, xls, xlsb, ods).

    Raises EncryptedFile, BrokenFile, FileTooLarge and others of FileError, ReaderDied, BadOverride.
    """
    if source.first and source.path.stat().st_size >= LARGE:
        try:
            return so_far(_table(source, kind, FIRST))
        except MarqueeError:  # for want of the rest, perhaps
            pass
    return _table(source, kind)


def _table(source: Source, kind: str, first: int | None = None) -> Table:
    chosen = source.overrides
    asked = (chosen.sheet, chosen.range, chosen.merged, chosen.unpack, first, str(source.settings))
    key = cache_key(source.path, "cells", kind, *asked)
    folder = derive(source.cache_dir / f"{key}.cells", lambda path: _run(source, kind, first, path))
    with Grid(folder) as grid:
        return _read(grid, chosen)


def _run(source: Source, kind: str, first: int | None, folder: Path) -> None:
    """Parse in a child: a workbook can make the parser abort, and then only the child dies."""
    chosen = source.overrides
    request = {
        "path": str(source.path.resolve()),
        "kind": kind,
        "sheet": chosen.sheet,
        "range": chosen.range,
        "merged": bool(chosen.merged),
        "first": first,
    }
    settings = source.settings
    if chosen.unpack:  # the sizes stay limited, and the child's memory
        settings = settings.model_copy(update={"max_ratio": ANY_RATIO})
    sandbox.run("workbook", request, folder, settings)
    finish(folder)


def _read(grid: Grid, chosen: Overrides) -> Table:
    summary = grid.summary
    choice = choose(grid, chosen)
    layout = lay_out(grid, choice.area, chosen, choice.top)
    sheet = summary.sheets[summary.chosen].name
    if not layout.rows:
        raise HeaderOnly(f"the sheet {sheet!r} has column names and nothing below")
    columns = layout.names if layout.header else unique_names(layout.names)[0]
    place = choice.decisions or (Decision("range", str(layout.area), "where cells hold values"),)
    again: list[int] = []
    sql = grid.select(layout.data, list(layout.columns))
    if len(layout.header) == 1 and filled(layout.names) > 1:
        without, again = grid.without(sql, layout.names)
        sql = without if again else sql
    made = (*decisions_on(summary, chosen), *place, *layout.decisions, _PARSER)
    return Table(
        format="excel",
        columns=columns,
        decisions=made,
        sql=sql,
        first_line=layout.data.top,
        row_name="row",
        sheet=sheet,
        sheets=sheets_of(summary),
        notes=(*unique_names(columns)[1], *notes_on(summary, layout.blank), *_again(again)),
        total=layout.rows - len(again),
        tables=choice.regions,
        raw=raw_lines(grid, layout, choice.area),
    )


def _again(lines: list[int]) -> list[str]:
    where = f"{len(lines):,}, the first in row {lines[0]:,}" if lines else ""
    return [f"Rows that hold the names again, left out: {where}."] if lines else []
