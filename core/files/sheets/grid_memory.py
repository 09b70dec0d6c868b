"""The cells of a small sheet, kept in memory: the same answers as SQL gives, without a query each.

A sheet that holds many tables is asked hundreds of times for parts of itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.files.books.places import Area

Placed = tuple[int, list[str]]
Line = tuple[int, list[int], list[str]]  # its row, the columns that hold something, their texts


@dataclass(frozen=True)
class Run:
    """Rows without a blank one between them."""

    first: int
    last: int
    rows: int


class Parts(Protocol):
    """A sheet that is asked for parts of itself."""

    def rows(self, area: Area, limit: int, *, last: bool = False) -> list[Placed]:
        """The first (or last) rows of the area that hold something."""

    def used(self, area: Area) -> list[int]:
        """The columns that hold something in these rows."""

    def count(self, area: Area) -> tuple[int, int, int]:
        """(rows that hold something, the first of them, the last)."""

    def runs(self, area: Area, most: int) -> list[Run]:
        """Rows of the area without a gap."""


class Cells:
    """Rows from top to bottom, and of each only the cells that hold something."""

    def __init__(self, rows: Sequence[Sequence[Any]], columns: Sequence[int]) -> None:
        order = sorted(range(len(columns)), key=lambda place: columns[place])
        names = [columns[place] for place in order]
        self._columns = sorted(columns)
        self._lines: list[Line] = []
        for line, *texts in rows:
            held = [(name, texts[p]) for name, p in zip(names, order, strict=True) if texts[p]]
            if held:
                self._lines.append((line, [c for c, _ in held], [t for _, t in held]))
        self._lines.sort(key=lambda each: each[0])
        self._numbers = [line for line, _, _ in self._lines]

    def within(self, area: Area) -> Iterator[Line]:
        """The lines of an area that hold something there."""
        first, behind = bisect_left(self._numbers, area.top), bisect_right(
            self._numbers, area.bottom
        )
        for line, columns, texts in self._lines[first:behind]:
            left, right = bisect_left(columns, area.left), bisect_right(columns, area.right)
            if left < right:
                yield line, columns[left:right], texts[left:right]

    def used(self, area: Area) -> list[int]:
        """The columns that hold something in these rows."""
        return sorted({column for _, columns, _ in self.within(area) for column in columns})

    def count(self, area: Area) -> tuple[int, int, int]:
        """(rows that hold something, the first of them, the last); zeros when there is none."""
        lines = [line for line, _, _ in self.within(area)]
        return (len(lines), lines[0], lines[-1]) if lines else (0, 0, 0)

    def rows(self, area: Area, limit: int, *, last: bool = False) -> list[Placed]:
        """The first (or last) rows of the area, from its left border to the last column that is used."""
        lines = list(self.within(area))
        width = max((c for c in self._columns if c <= area.right), default=0) - area.left + 1
        return [
            (line, _spread(columns, texts, area.left, width))
            for line, columns, texts in (lines[-limit:] if last else lines[:limit])
        ]

    def runs(self, area: Area, most: int) -> list[Run]:
        """Runs of rows that follow one another; the last of `most` takes all that come."""
        runs: list[Run] = []
        for line, _, _ in self.within(area):
            if not runs:
                most += line == 1  # as SQL counts: no gap stands above the first row
            last = runs[-1] if runs else None
            if last is not None and (line == last.last + 1 or len(runs) == most):
                runs[-1] = Run(last.first, line, last.rows + 1)
            else:
                runs.append(Run(line, line, 1))
        return runs


def _spread(columns: Sequence[int], texts: Sequence[str], left: int, width: int) -> list[str]:
    row = [""] * width
    for column, text in zip(columns, texts, strict=True):
        row[column - left] = text
    return row
