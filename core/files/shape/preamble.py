"""What stands above a table and looks like rows of it: labels with values, filters, a report's head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.files.shape.header import compare, counts_columns, filled, is_ruler, valueless

_COMMENT = re.compile(r"##|#\s|//|--\s")
Rows = Sequence[Sequence[str]]
NEAR = 12  # rows that may stand above the names
FEW = 6  # rows above a gap that are no table
ROWS = 50  # below the names that they are compared with


def past_notes(rows: Rows, start: int, width: int) -> tuple[int, bool]:
    """(the row of names below rows of labels and values that begin in row `start`, whether it is sure)."""
    for at in range(start + 1, min(start + NEAR, len(rows) - 1)):
        above = [row for row in rows[start:at] if row]
        below = [row for row in rows[at + 1 : at + ROWS] if row]
        if not rows[at] or not above or not is_complete(rows[at], _full(below, width)):
            continue
        labels = _are_notes(above, rows, at)
        if not labels and not _stands_apart(above, below, rows[at - 1]):
            continue
        least = 0.51 if labels else 0.5
        if len(below) > 1 and compare(rows[at], below).score >= least:
            return at, labels
    return start, True


def _full(below: Rows, width: int) -> int:
    """How many cells the rows below fill, nearly all of them: columns without any need no name."""
    counts = sorted(filled(row) for row in below)
    return min(width, counts[int(0.95 * len(counts))]) if counts else width


def _stands_apart(above: Rows, below: Rows, before: Sequence[str]) -> bool:
    """Whether a few rows behind a gap are no table: filters, say, that look like its rows."""
    if before or len(above) >= len(below) or len(above) > FEW:
        return False
    if len(above) == 1:  # of two cells a filter; names may stand behind a gap themselves
        labelled = any(cell.strip()[-1:] in (":", "：") for cell in above[0] if cell.strip())
        return filled(above[0]) <= 2 or labelled or not valueless(above[0])
    return compare(above[0], above[1:]).score <= 0.25


def is_complete(row: Sequence[str], width: int) -> bool:
    """Whether the row names every column, each in another way."""
    names = [cell.strip() for cell in row if cell.strip()]
    return len(names) >= max(2, width) and len(set(names)) == len(names) and valueless(row)


def _are_notes(above: Rows, rows: Rows, at: int) -> bool:
    """Whether the rows above are narrower, and labelled, behind a gap, or of unequal length."""
    names = filled(rows[at])
    if not above or not all(filled(row) < names or _is_note(row) for row in above):
        return False
    if all(map(_is_note, above)) or not rows[at - 1]:
        return True
    return all(filled(row) <= 0.5 * names for row in above) and len(above) + 1 < names * 2


def is_labelled(row: Sequence[str]) -> bool:
    """Whether cells of the row are labels: they end in a colon, or only such cells are filled."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and 2 * sum(cell[-1] in ":：" for cell in cells) >= len(cells)


def _is_note(row: Sequence[str]) -> bool:
    """Whether the row is no row of names by itself: labels, a comment, a line, the numbers of the columns."""
    first = next((cell.strip() for cell in row if cell.strip()), "")
    if is_labelled(row) or counts_columns(row) or is_ruler(row):
        return True
    return _COMMENT.match(first) is not None
