"""How a row looks in a raw file from which its person was taken: every letter and digit of it is BLANK."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.files.table import Table

READABLE = re.compile(r"[^\W_]")
BLANK = "x"


def blank(text: str) -> str:
    """The text with nothing to read in it."""
    return READABLE.sub(BLANK, text)


def readable(cells: Iterable[str]) -> set[str]:
    """The letters and digits of a row."""
    return {sign for cell in cells for sign in READABLE.findall(cell)}


def rows(table: Table) -> tuple[int, ...]:
    """The rows (from 1) that look so: for a file that is read in another way than when somebody was forgotten."""
    return tuple(n for n, row in enumerate(table.rows(), 1) if readable(row) == {BLANK})
