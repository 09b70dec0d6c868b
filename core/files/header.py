"""Whether a row holds column names: names differ from the values below them.

Shared by delimited text and workbooks. What kind a cell is (a number, a date, a link, a code ...)
is judged here for everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

ROWS = 200  # rows below that are compared with the names
LONG = 500  # characters; longer cells are text, and not matched
STRONG = 0.7  # share of a column's cells that makes it a column of one kind
_NUMBER = re.compile(r"\s*[-+]?[$€£¥]?\s*\(?[-+]?[\d.,\s]*\d\)?(?:[eE][-+]?\d+)?\s*[%€£$]?\s*")
_DATE = re.compile(
    r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s].*)?|\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*"
    r"|\s*\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}\s*|\s*[A-Za-z]{3}-\d{2}\s*|\s*\d{4}年.*"
)
_LINK = re.compile(r"\s*(?:https?://\S+|[^\s@]+@[^\s@]+\.\w+)\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(?:true|false|nan|null|n/a|-)\s*", re.IGNORECASE)
_CODE = re.compile(r"\s*(?=\S*\d)(?=\S*[A-Za-z])[\w./:-]{3,40}\s*")


@dataclass(frozen=True)
class Verdict:
    """Above 0: the row differs from those below as names differ from values. `why` in words."""

    score: float
    why: str


@lru_cache(maxsize=20_000)
def kind(cell: str) -> str:
    """'number', 'date', 'link', 'code', 'word' for TRUE and the like, or '' for plain text."""
    if len(cell) >= LONG:
        return ""
    if _DATE.fullmatch(cell):
        return "date"
    if _NUMBER.fullmatch(cell):
        return "number"
    if _LINK.fullmatch(cell):
        return "link"
    if _WORD.fullmatch(cell):
        return "word"
    return "code" if _CODE.fullmatch(cell) else ""


def filled(row: Sequence[str]) -> int:
    """How many cells hold something."""
    return sum(1 for cell in row if cell and not cell.isspace())


def valueless(row: Sequence[str]) -> bool:
    """Whether no cell of the row is a number, a date or a link; years in a row may be names."""
    values = [kind(cell) for cell in row if cell.strip()]
    held = [value for value in values if value in ("number", "date", "link")]
    return not held or years(row)


def years(row: Sequence[str]) -> bool:
    """Whether the row's values are years, one later than the other, or dates, beside some name."""
    values = [cell.strip() for cell in row if kind(cell) in ("number", "date", "link")]
    named = any(kind(cell) == "" for cell in row if cell.strip()) or len(values) > 2
    if len(values) < 2 or not named:
        return False
    if all(kind(text) == "date" for text in values):
        return (
            all(a < b for a, b in zip(values, values[1:], strict=False))
            and not row[0][:1].isdigit()
        )
    if not all(len(text) == 4 and text.isdecimal() for text in values):
        return False
    numbers = [int(text) for text in values]
    rising = all(a < b for a, b in zip(numbers, numbers[1:], strict=False))
    return rising and 1800 <= numbers[0] and numbers[-1] <= 2100


def column_kinds(rows: Sequence[Sequence[str]], width: int) -> list[tuple[str, int]]:
    """For each column, the kind that most of its cells have ('' when none does), and how many."""
    found = []
    for column in range(width):
        cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
        kinds = Counter(kind(cell) for cell in cells)
        name, count = kinds.most_common(1)[0] if kinds else ("", 0)
        found.append((name if count >= STRONG * len(cells) else "", len(cells)))
    return found


def compare(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Verdict:
    """Judge whether `names` are the names of the columns of `rows`, which stand below."""
    texts = [name.strip().casefold() for name in names if name.strip()]
    below = [row for row in rows[:ROWS] if list(row) != list(names)]
    again = len(rows[:ROWS]) - len(below)
    if again and texts and valueless(names):
        return Verdict(1.0, "the same names stand again further down")
    votes, reasons = 0.0, Counter[str]()
    yearly = years(names) and not any(_alike(names, row) for row in below[:3])
    if yearly:
        votes, reasons["its values are years or dates in order"] = 2.0, len(names)
    for column, name in enumerate(names):
        if yearly and kind(name) in ("number", "date"):
            continue
        cells = [row[column] for row in below if column < len(row) and row[column].strip()]
        vote, reason = _vote(name, cells)
        votes += vote
        if reason:
            reasons[reason] += 1
    if len(set(texts)) < len(texts) * 0.5 and not valueless(names):
        votes -= 0.5
        reasons["the first row repeats itself"] += 1
    why = "; ".join(reason for reason, _ in reasons.most_common(2))
    if votes == 0 and texts:
        return Verdict(0.25, why or "its texts differ, and nothing below is of another kind")
    return Verdict(votes, why or "its texts are names")


def _alike(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row below holds years or dates, too, where `names` does."""
    pairs = [(a, b) for a, b in zip(names, row, strict=False) if kind(a) in ("number", "date")]
    return any(
        kind(a) == kind(b) and (kind(a) == "date" or len(b.strip()) == len(a.strip()) == 4)
        for a, b in pairs
    )


def _vote(name: str, cells: list[str]) -> tuple[float, str]:
    if not cells or not name.strip():
        return 0.0, ""
    kinds = Counter(map(kind, cells))
    usual, count = kinds.most_common(1)[0]
    mine = kind(name)
    if mine == "code":  # a name such as cm-1 may look like one
        if usual == "code":
            return -0.5, "it holds a code where the rest hold codes"
        mine = ""
    if mine and (mine == usual or mine != "number"):
        return -1.0, f"it holds a {mine} where the rest hold {usual or 'text'}s"
    if mine:
        return -0.3, ""  # a year may well be a column's name
    if usual and count >= STRONG * len(cells):
        return 1.0, f"it holds text where the rows below hold {usual}s"
    if name in cells:
        return -0.4 if len(set(cells)) < len(cells) else -0.2, "its texts appear again below"
    lengths = Counter(map(len, cells)).most_common(1)[0]
    if lengths[1] >= 0.9 * len(cells) and len(cells) > 3 and lengths[0] != len(name):
        return 0.5, f"the texts below all have {lengths[0]} characters"
    return 0.0, ""
