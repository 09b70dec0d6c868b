"""Merged cells filled: every cell of a merged area gets the value of its first one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.files.books.book import Cells
from core.files.books.places import Area

DEEPEST = 10_000  # rows that no cell stands in, and that are filled nevertheless


def filled(rows: Iterable[Cells], areas: Iterable[Area]) -> Iterator[Cells]:
    """The rows of a sheet with its merged areas filled. Rows must come from top to bottom."""
    waiting = sorted(areas, key=lambda area: area.top, reverse=True)
    active: list[tuple[Area, str]] = []
    last = 0
    for row, columns, texts in rows:
        yield from _between(last + 1, row - 1, active)
        last = row
        active = [(area, text) for area, text in active if area.bottom >= row]
        cells = dict(zip(columns, texts, strict=True)) if active or waiting else {}
        while waiting and waiting[-1].top <= row:
            area = waiting.pop()
            text = cells.get(area.left, "") if area.top == row else ""
            if text:
                active.append((area, text))
        if active:
            columns, texts = _with(cells, active)
        yield row, columns, texts
    yield from _between(last + 1, last + DEEPEST, active)


def _between(first: int, last: int, active: list[tuple[Area, str]]) -> Iterator[Cells]:
    """Rows that hold nothing but parts of merged areas."""
    for row in range(first, min(last, first + DEEPEST) + 1):
        reaching = [(area, text) for area, text in active if area.bottom >= row]
        if not reaching:
            return
        yield (row, *_with({}, reaching))


def _with(cells: dict[int, str], active: list[tuple[Area, str]]) -> tuple[list[int], list[str]]:
    for area, text in active:
        for column in range(area.left, area.right + 1):
            if not cells.get(column):
                cells[column] = text
    return list(cells), list(cells.values())
