"""Where the column names are in the first rows of a table, or that there are none.

Shared by delimited text and workbooks: both have titles above the table, blank rows, and files
that begin with data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 200
_NUMBER = re.compile(r"\s*[-+]?[$€£¥]?\s*\(?[\d.,\s]*\d\)?(?:[eE][-+]?\d+)?\s*%?\s*")
_DATE = re.compile(
    r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s].*)?|\s*\d{1,2}:\d{2}(?::\d{2})?\s*"
    r"|\s*\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}\s*|\s*\d{4}年.*"
)
_LINK = re.compile(r"\s*(?:https?://\S+|[^\s@]+@[^\s@]+\.\w+)\s*", re.IGNORECASE)
_WORDLESS = re.compile(r"\s*(?:true|false|nan|null|n/a|-)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """`header` and `first` are 0-based indexes into the rows looked at; `header` None: no names."""

    header: int | None
    first: int
    evidence: str
    sure: bool = True


def find_header(rows: Sequence[Sequence[str]], width: int) -> Found:
    """Find the row of column names of a table `width` cells wide. `rows` holds at least one row."""
    start = _table_start(rows, width)
    above = f"; {start} row{'s' if start != 1 else ''} above it kept aside" if start else ""
    if start + 1 >= len(rows):
        sure = not any(map(_kind, filter(str.strip, rows[start])))
        if sure or len(rows) > 1:
            return Found(start, start + 1, f"it is the only full row{above}", sure)
        return Found(None, start, "the only row holds values, not names", False)
    score, why = _compare(rows[start], rows[start + 1 : ROWS])
    if score < 0:
        return Found(None, start, f"the first row looks like the others: {why}{above}", score < -1)
    return Found(start, start + 1, f"{why}{above}", score > 0.5)


def _table_start(rows: Sequence[Sequence[str]], width: int) -> int:
    """The first row that is as full as the table's rows are."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:ROWS]]
    full = [n for row, n in zip(rows, filled, strict=False) if len(row) >= width] or filled
    usual = sorted(full)[len(full) // 2]
    need = max(1, min(width, 2), round(0.6 * min(usual, width)))
    for index, count in enumerate(filled):
        if count >= need and len(rows[index]) >= min(width, 2):
            return _below_title(rows, filled, index, width)
    return 0


def _below_title(
    rows: Sequence[Sequence[str]], filled: Sequence[int], index: int, width: int
) -> int:
    # A title may pass the bar by its commas; the real names are right below it and fit better.
    below = index + 1
    if below < len(filled):
        fuller = filled[below] >= 2 * filled[index]
        fits = len(rows[below]) == width and len(rows[index]) != width and filled[below] == width
        if (fuller or fits) and not any(map(_kind, filter(str.strip, rows[below]))):
            return below
    return index


def _kind(cell: str) -> str:
    """'number', 'date', 'link', 'word' for TRUE and the like, or '' for plain text."""
    for name, pattern in (("date", _DATE), ("number", _NUMBER), ("link", _LINK)):
        if len(cell) < 500 and pattern.fullmatch(cell):
            return name
    return "word" if _WORDLESS.fullmatch(cell) else ""


def _compare(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, str]:
    """Above 0: the first row differs from the rest as names differ from values."""
    votes, reasons = 0.0, Counter[str]()
    for column, name in enumerate(names):
        cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
        vote, reason = _vote(name, cells)
        votes += vote
        if reason:
            reasons[reason] += 1
    texts = [name.strip().casefold() for name in names if name.strip()]
    if len(set(texts)) < len(texts) * 0.5:
        votes -= 0.5
        reasons["the first row repeats itself"] += 1
    why = "; ".join(reason for reason, _ in reasons.most_common(2))
    if votes == 0 and texts:
        return 0.25, why or "its texts are all different, and nothing below is of another kind"
    return votes, why or "its texts are names"


def _vote(name: str, cells: list[str]) -> tuple[float, str]:
    if not cells or not name.strip():
        return 0.0, ""
    kinds = Counter(map(_kind, cells))
    kind, count = kinds.most_common(1)[0]
    mine = _kind(name)
    if mine and (mine == kind or mine != "number"):
        return -1.0, f"it holds a {mine} where the rest hold {kind or 'text'}s"
    if mine:
        return -0.3, ""  # a year may well be a column's name
    if kind and count >= 0.7 * len(cells):
        return 1.0, f"it holds text where the rows below hold {kind}s"
    if name in cells:
        return -0.4 if len(set(cells)) < len(cells) else -0.2, "its texts appear again below"
    lengths = Counter(map(len, cells)).most_common(1)[0]
    if lengths[1] >= 0.9 * len(cells) and len(cells) > 3 and lengths[0] != len(name):
        return 0.5, f"the texts below all have {lengths[0]} characters"
    return 0.0, ""
