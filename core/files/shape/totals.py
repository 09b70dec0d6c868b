"""Whether a last row holds the sums, or the means, of the rows above it, and is none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.files.shape.header import filled, kind

Rows = Sequence[Sequence[str]]
WORDS = "totals?|sum|summe|gesamt|insgesamt|somme|suma|totale?|итого|合计|總計|总计|小计|合計"
_TOTAL = re.compile(rf"\s*(?:grand\s+|sub[\s-]?)?(?:{WORDS})\b.*", re.IGNORECASE)
_ALONE = re.compile(r"\W*(?:(?:grand|sub)[\s-]?)?[^\W\d_]+\W*")  # the word and nothing else
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d+)?")
ROWS = 3  # whose sum in two columns is no chance


def is_total(rows: Rows, at: int, usual: int) -> bool:
    """Whether row `at` begins with a word for a total and says less, or numbers alone; or is the sum of all above."""
    row = rows[at]
    label = next((cell for cell in row if cell.strip()), "")
    if _TOTAL.fullmatch(label):
        if usual >= 3 and filled(row) < usual:
            return True
        if _ALONE.fullmatch(label) and _numbers_alone(row):
            return True
    return _sums(rows, at)


def _numbers_alone(row: Sequence[str]) -> bool:
    """Whether all cells behind the first are numbers or blank, and one is a number."""
    cells = [cell for cell in row if cell.strip()][1:]
    return bool(cells) and all(kind(cell) == "number" for cell in cells)


def _sums(rows: Rows, at: int) -> bool:
    """Whether every number of the row is the sum, or mean, of those above it, in two columns or more."""
    values = {i: cell.strip() for i, cell in enumerate(rows[at]) if cell.strip()}
    numbers = {i: cell for i, cell in values.items() if _NUMBER.fullmatch(cell)}
    if len(numbers) < 2 or len(values) > len(numbers) + 1:
        return False
    above = [row for row in rows[:at] if filled(row)]
    return len(above) >= ROWS and all(_is_sum(above, i, cell) for i, cell in numbers.items())


def _is_sum(above: Rows, column: int, cell: str) -> bool:
    parts = [row[column].strip() for row in above if column < len(row) and row[column].strip()]
    if len(parts) < ROWS or not all(map(_NUMBER.fullmatch, parts)):
        return False
    found = [float(part) for part in parts]
    total = sum(found)
    if abs(total - float(cell)) < 1e-6 * max(1.0, abs(total)):
        return sum(map(bool, found)) > 1
    places = _places(cell)  # a mean has more of them than what it is the mean of
    exact = places > max(map(_places, parts))
    return exact and abs(total / len(found) - float(cell)) <= 0.5001 * 10**-places


def _places(number: str) -> int:
    return len(number.partition(".")[2])
