"""Words of groups in merged cells above the names: each belongs to the columns that it spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.files.books.places import Area
from core.files.shape.groups import is_word, join_names
from core.files.shape.layout import TablePlace
from core.files.shape.preamble import is_complete


def with_groups(
    found: TablePlace,
    lines: Sequence[int],
    rows: Sequence[list[str]],
    columns: Sequence[int],
    areas: Sequence[Area],
) -> TablePlace:
    """The names with the words of merged cells; a row of such words right above them joins them.

    `lines` are the sheet rows of `rows`, `columns` the sheet columns of their cells.
    """
    if found.header is None:
        return found
    at = found.header
    while _spans(at - 1, lines, rows, columns, areas) and _names(rows, at, found.first, columns):
        at -= 1
    taken = [i for i in range(at, found.first) if rows[i]]
    merged = {n for n, i in enumerate(taken[:-1]) if _areas(lines[i], columns, areas)}
    if not merged:
        return found
    filled = [
        _spread(rows[i], _areas(lines[i], columns, areas), columns) if n in merged else rows[i]
        for n, i in enumerate(taken)
    ]
    count = len(taken)
    joined = f"{count} rows of names belong together: merged cells span the columns of groups"
    names = join_names(filled, frozenset(merged))
    return replace(found, header=at, names=names, header_rows=count, joined=joined, other_rows=0)


def _areas(line: int, columns: Sequence[int], areas: Sequence[Area]) -> list[Area]:
    """The merged areas that begin on this row and span some columns of the table, but not all."""
    return [
        area
        for area in areas
        if area.top == line
        and area.width > 1
        and not (area.left <= columns[0] and area.right >= columns[-1])
    ]


def _spans(
    at: int,
    lines: Sequence[int],
    rows: Sequence[list[str]],
    columns: Sequence[int],
    areas: Sequence[Area],
) -> bool:
    """Whether a row holds nothing but words, some of them in merged cells above several columns."""
    if at < 0 or not rows[at] or not _areas(lines[at], columns, areas):
        return False
    return all(is_word(cell) for cell in rows[at] if cell.strip())


def _names(rows: Sequence[list[str]], at: int, first: int, columns: Sequence[int]) -> bool:
    """Whether the names below are one for each column, or groups of such themselves."""
    names = [cell.strip() for cell in rows[at] if cell.strip()]
    return first - at > 1 or len(names) == len(columns) or is_complete(rows[at], len(columns) - 1)


def _spread(row: Sequence[str], areas: Sequence[Area], columns: Sequence[int]) -> list[str]:
    cells = list(row)
    for area in areas:
        within = [i for i, column in enumerate(columns) if area.left <= column <= area.right]
        text = next((row[i] for i in within if row[i].strip()), "")
        for i in within:
            cells[i] = text
    return cells
