"""Cells by their names: A1, B3:H20, B:H and 3:200, as numbers from 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d{0,7})")


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, its borders included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows, at least 1."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Columns, at least 1."""
        return self.right - self.left + 1

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


def hull(areas: Sequence[Area]) -> Area:
    """The smallest area that holds all of them."""
    return Area(
        min(area.top for area in areas),
        min(area.left for area in areas),
        max(area.bottom for area in areas),
        max(area.right for area in areas),
    )


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27; 0 for no letters at all."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """(3, 2) is B3."""
    return f"{column_letters(column)}{row}"


def parse_area(text: str) -> Area | None:
    """B3:H20, B3, B:H, 3:200 or B3: as an area; None for anything else."""
    first, colon, last = text.strip().partition(":")
    begin, end = _CELL.fullmatch(first), _CELL.fullmatch(last)
    if begin is None or end is None or not first + last:
        return None
    if not colon:
        end = begin
    left, top = column_number(begin[1]) or 1, int(begin[2] or 1)
    right, bottom = column_number(end[1]) or MAX_COLUMN, int(end[2] or MAX_ROW)
    top, bottom, left, right = (
        min(top, bottom),
        max(top, bottom),
        min(left, right),
        max(left, right),
    )
    fits = 1 <= top and bottom <= MAX_ROW and 1 <= left and right <= MAX_COLUMN
    return Area(top, left, bottom, right) if fits else None
