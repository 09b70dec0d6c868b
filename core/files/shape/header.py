"""Whether a row holds column names: names differ from the values below them.

Shared by delimited text and workbooks. What kind a cell is (a number, a date, a link, a code ...)
is judged here for everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.files.shape.date_order import in_order, in_runs, once

ROWS = 200  # rows below that are compared with the names
LONG = 500  # characters; longer cells are text, and not matched
SERIES = 4  # numbers in step that are no chance
STRONG = 0.7  # share of a column's cells that makes it a column of one kind
_NUMBER = re.compile(r"\s*[-+]?[$€£¥]?\s*\(?[-+]?[\d.,\s]*\d\)?(?:[eE][-+]?\d+)?\s*[%€£$]?\s*")
_DATE = re.compile(
    r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s].*)?|\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*"
    r"|\s*\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}\s*|\s*[A-Za-z]{3}-\d{2}\s*|\s*\d{4}年.*"
)
_LINK = re.compile(r"\s*(?:https?://\S+|[^\s@]+@[^\s@]+\.\w+)\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(?:true|false|nan|null|n/a|-)\s*", re.IGNORECASE)
_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_WHOLE = re.compile(r"\d{1,4}(?: ?%)?")
_RULER = re.compile(r"[ |+:]*[-=_]{3,}[-=_ |+:]*")
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
    return sum(map(bool, map(str.strip, row)))


def valueless(row: Sequence[str]) -> bool:
    """Whether no cell of the row is a number, a date or a link; years in a row may be names."""
    values = [kind(cell) for cell in row if cell.strip()]
    held = [value for value in values if value in ("number", "date", "link")]
    return not held or years(row)


def years(row: Sequence[str]) -> bool:
    """Whether the row's values are years, or dates, in order (either way), beside some name."""
    values = [cell.strip() for cell in row if kind(cell) in ("number", "date", "link")]
    named = any(kind(cell) == "" for cell in row if cell.strip()) or len(values) > 2
    if len(values) < 2 or not named:
        return False
    if all(kind(text) == "date" for text in values):
        return in_order(once(values)) and not row[0][:1].isdigit()
    return all(map(is_year, values)) and in_runs([int(text) for text in values])


def series(row: Sequence[str]) -> bool:
    """Whether the row's values are whole numbers, each as far from the one before: 1, 2, 3 ... 31."""
    named = not row[0].strip() or any(kind(cell) == "" for cell in row if cell.strip())
    return _step(row) != 0 and named


def _step(row: Sequence[str]) -> int:
    """The step between the whole numbers (or percents) of a row, three at least; 0 when there is none."""
    values = [cell.strip() for cell in row if kind(cell) in ("number", "date", "link")]
    if len(values) < 3 or not all(_WHOLE.fullmatch(text) for text in values):
        return 0
    values = once(values)
    numbers = [int(text.rstrip(" %")) for text in values]
    steps = {b - a for a, b in zip(numbers, numbers[1:], strict=False)}
    percents = {"%" in text for text in values}
    return steps.pop() if len(steps) == len(percents) == 1 else 0


def counts_columns(row: Sequence[str]) -> bool:
    """Whether the row numbers the columns: 1, 2, 3 ... or 0, 1, 2 ... or A, B, C ..."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    counts = ([str(n + start) for n in range(len(cells))] for start in (0, 1))
    letters = [chr(ord("A") + n) for n in range(len(cells))]
    return len(cells) > 2 and (cells == letters or cells in counts)


def is_ruler(row: Sequence[str]) -> bool:
    """Whether the row is a line drawn between rows: `---+---` or `===`."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and all(map(_RULER.fullmatch, cells))


def is_year(text: str) -> bool:
    """Whether a text may be a year of people that are known."""
    return len(text) == 4 and text.isdecimal() and 1000 <= int(text) <= 2100


def dated(cell: str) -> bool:
    """Whether a cell is a date, or holds a year (`May 1990`, `c. 1990`)."""
    return kind(cell) == "date" or any(map(is_year, _DIGITS.findall(cell)))


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
    values = _dates_alone(names)
    yearly = _heads(names, below)
    if yearly:
        votes, reasons["its values are years, dates or numbers in order"] = 2.0, len(names)
    for column, name in enumerate(names):
        if yearly and kind(name) in ("number", "date"):
            continue
        cells = [row[column] for row in below if column < len(row) and row[column].strip()]
        vote, reason = _vote(name, cells, name in values)
        votes += vote
        if reason:
            reasons[reason] += 1
    if len(set(texts)) < len(texts) * 0.5 and not valueless(names):
        votes -= 0.5
        reasons["the first row repeats itself"] += 1
    if votes < -1 and not yearly and (years(names) or series(names)):
        votes = -1.0  # names or values: a doubt
    if yearly and not years(names):
        # Three numbers may be in step by chance.
        votes = votes if _held(names) >= SERIES else min(votes, 0.5)
    why = "; ".join(reason for reason, _ in reasons.most_common(2))
    if votes == 0 and texts:
        return Verdict(0.25, why or "its texts differ, and nothing below is of another kind")
    return Verdict(votes, why or "its texts are names")


def _held(row: Sequence[str]) -> int:
    """How many cells are numbers or dates."""
    return sum(kind(cell) in ("number", "date") for cell in row)


def _heads(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether values in order are names: the rows below are no such rows themselves."""
    if counts_columns(names) and any(map(_is_text, zip(*below[:20], strict=False))):
        return True
    for ordered in (years, series):
        if ordered(names):
            alike = sum(_alike(names, row, ordered) for row in below[:20])
            return bool(below) and alike <= 0.4 * len(below[:20])
    return False


def _is_text(cells: Sequence[str]) -> bool:
    return all(cell.strip() and not kind(cell) for cell in cells)


def _alike(
    names: Sequence[str], row: Sequence[str], ordered: Callable[[Sequence[str]], bool]
) -> bool:
    """Whether a row below is of the same kind: in order itself, or years and dates throughout.

    Of names with one step (2019, 2020, 2021) only a row with that step is: sums may look like years.
    """
    if _step(names):
        alike = _step(row) == _step(names) and ordered(row)
        return alike or any("%" in cell for cell in names) and any("%" in cell for cell in row)
    pairs = [
        (a.strip(), b.strip())
        for a, b in zip(names, row, strict=False)
        if kind(a) in ("number", "date") and b.strip()
    ]
    if not pairs:
        return False
    if all(dated(a) and dated(b) and kind(a) == kind(b) for a, b in pairs):
        return True
    return len(pairs) > 1 and ordered(row)


def _dates_alone(names: Sequence[str]) -> set[str]:
    """Cells with a year in them, but for those that say the same of several years: `Sales 2019`."""
    rest = {name: re.sub(r"\d+", "", name).strip() for name in names if dated(name)}
    again = Counter(rest.values())
    return {name for name, text in rest.items() if again[text] == 1}


def _vote(name: str, cells: list[str], is_date: bool) -> tuple[float, str]:
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
    if is_date and sum(map(dated, cells)) >= STRONG * len(cells):
        return -1.0, "it holds a date where the rest hold dates"
    if usual and count >= STRONG * len(cells):
        return 1.0, f"it holds text where the rows below hold {usual}s"
    if name in cells:
        return -0.4 if len(set(cells)) < len(cells) else -0.2, "its texts appear again below"
    lengths = Counter(map(len, cells)).most_common(1)[0]
    if lengths[1] >= 0.9 * len(cells) and len(cells) > 3 and lengths[0] != len(name):
        return 0.5, f"the texts below all have {lengths[0]} characters"
    return 0.0, ""
