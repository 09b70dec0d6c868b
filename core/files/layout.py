"""Where the table is among rows of text: what stands above it, its names, what stands below it.

Shared by delimited text and workbooks. Works on the first rows (and, for what stands below, the
last ones); each row is a list of cells, and a blank row is an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.files.header import STRONG, column_kinds, compare, dated, filled, kind, valueless

Rows = Sequence[Sequence[str]]
MOST_NAMES = 5  # rows that column names may take
NEAR = 10  # lines above a row of names that are passed over
ENOUGH = 5  # rows before a gap that will do to compare names with
FOOT = 30  # rows that may stand below a table
_TOTAL = re.compile(
    r"\s*(?:grand\s+|sub[\s-]?)?(?:totals?|sum|summe|gesamt|insgesamt|somme|suma|totale?|итого"
    r"|合计|總計|总计|小计|合計)\b.*",
    re.IGNORECASE,
)

_NOTE = re.compile(
    r"\s*(?:\*|†|\(?\d{1,2}[.)]\s|notes?\b|sources?\b|as of\b|generated\b|exported\b|updated\b|©"
    r"|quellen?\b|anmerkung|stand\b|fuente|fonte|примечани|источник|注|来源|來源|资料|資料|备注|備註|出典)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """0-based indexes into the rows looked at. `header` is None when no row holds names.

    `names` are the column names as they stand, those of several rows joined; `first` is the first
    row of data. `evidence` and `sure` are about the header, `joined` about its number of rows.
    """

    header: int | None
    first: int
    names: tuple[str, ...]
    evidence: str
    sure: bool = True
    header_rows: int = 0
    joined: str = ""
    other_rows: int = 0  # how many the names may take as well; 0 when that is sure


def find_table(rows: Rows, width: int, header_rows: int | None = None) -> Found:
    """Find the table, `width` cells wide, in rows of which at least one is not blank."""
    start = _upward(rows, _start(rows, width))
    above = sum(1 for row in rows[:start] if row)
    said = f"; {above} row{'s' if above != 1 else ''} above it kept aside" if above else ""
    below = _below(rows, start)
    if not below:
        values = any(kind(cell) for cell in rows[start] if cell.strip())
        if values and not above:
            return Found(None, start, (), "the only row holds values, not names", False)
        return _named(rows, start, 1, f"it is the only full row{said}", not values)
    verdict = compare(rows[start], below)
    count = header_rows or _count(rows, start, width)
    if verdict.score < 0 and count < 2:
        why = f"the first row looks like the others: {verdict.why}{said}"
        return Found(None, start, (), why, verdict.score < -1)
    found = _named(rows, start, count, f"{verdict.why}{said}", verdict.score > 0.5 or count > 1)
    if header_rows or count > 1 or not _may_be_two(rows, start, width):
        return found
    why = "one row of names; the row below it holds texts where the others hold values"
    return replace(found, joined=why, other_rows=2)


def _may_be_two(rows: Rows, start: int, width: int) -> bool:
    lines = [row for row in rows[start : start + 60] if row]
    return len(lines) > 4 and _differs(lines[0], lines[1], lines[2:], width)


def _below(rows: Rows, start: int) -> list[Sequence[str]]:
    """The rows below, as far as the first gap when that is enough to compare with."""
    gap = next((i for i in range(start + 1, len(rows)) if not rows[i]), len(rows))
    if gap - start > ENOUGH:
        return list(rows[start + 1 : gap])
    return [row for row in rows[start + 1 :] if row]


def named(rows: Rows, start: int, header_rows: int | None, width: int) -> Found:
    """The table whose names begin in row `start`, as a person said."""
    count = header_rows or _count(rows, start, width)
    return _named(rows, start, count, "chosen by the user", True)


def _named(rows: Rows, start: int, count: int, evidence: str, sure: bool) -> Found:
    at = start
    lines: list[Sequence[str]] = []
    while len(lines) < count and at < len(rows):
        if rows[at]:
            lines.append(rows[at])
        at += 1
    joined = f"{count} rows of names belong together" if count > 1 else "one row of names"
    return Found(start, at, join_names(lines), evidence, sure, len(lines), joined)


def join_names(lines: Rows) -> tuple[str, ...]:
    """Names of several rows as one each; a name above blanks goes for the columns below it.

    [["Name", "Travel", ""], ["", "Air", "Rail"]] gives Name, Travel Air, Travel Rail.
    """
    if len(lines) == 1:
        return tuple(lines[0])
    width = max(map(len, lines))
    as_is = [[*line, *[""] * (width - len(line))] for line in lines]
    grid = [list(line) for line in as_is]
    for number, line in enumerate(grid[:-1]):
        for column in range(1, width):
            under = any(lower[column].strip() for lower in as_is[number + 1 :])
            fresh = any(upper[column].strip() for upper in as_is[:number])
            if not line[column].strip() and under and not fresh:
                line[column] = line[column - 1]
    names = []
    for parts in zip(*grid, strict=True):
        kept = [part.strip() for part in parts if part.strip()]
        names.append(" ".join(p for i, p in enumerate(kept) if i == 0 or p != kept[i - 1]))
    return tuple(names)


# ------------------------------------------------------------------ above


def _start(rows: Rows, width: int) -> int:
    """The first row that is as full as the table's rows are."""
    counts = [filled(row) for row in rows]
    full = [n for row, n in zip(rows, counts, strict=True) if len(row) >= width and n] or counts
    usual = sorted(full)[len(full) // 2]
    need = max(1, min(width, 2), round(0.6 * min(usual, width)))
    for index, count in enumerate(counts):
        if count >= need and len(rows[index]) >= min(width, 2):
            return _full_names(rows, index, width) or _below_title(rows, counts, index, width)
    return next((i for i, count in enumerate(counts) if count), 0)


def _full_names(rows: Rows, index: int, width: int) -> int | None:
    """The row of names that is as wide as the table, right below lines that are narrower."""
    for at in range(index, min(index + NEAR, len(rows) - 1)):
        row = rows[at]
        if len(row) >= width and not (at == index):
            full = len(row) == width and filled(row) == width and valueless(row)
            return at if full and compare(row, _below(rows, at)).score > 0.5 else None
        if len(row) >= width:
            return None
    return None


def _below_title(rows: Rows, counts: Sequence[int], index: int, width: int) -> int:
    # A title may pass the bar by its commas; the real names are right below it and fit better.
    below = next((i for i in range(index + 1, len(rows)) if rows[i]), None)
    if below is not None:
        fuller = counts[below] >= 2 * counts[index]
        fits = len(rows[below]) == width and len(rows[index]) != width and counts[below] == width
        if (fuller or fits) and valueless(rows[below]):
            if not _grouped(rows[index], rows[below]):
                return below
    return index


def _upward(rows: Rows, start: int) -> int:
    """The first of the rows of names, when those above row `start` are names of groups."""
    while True:
        above = next((i for i in range(start - 1, -1, -1) if rows[i]), None)
        if above is None or _at(rows[start], 0) or not valueless(rows[above]):
            return start
        if not _grouped(rows[above], rows[start]) and not _deeper(rows[above], rows[start]):
            return start
        start = above


# ------------------------------------------------------------------ names in several rows


def _count(rows: Rows, start: int, width: int) -> int:
    """How many rows the names take, from row `start` on (blank rows not counted)."""
    lines = [row for row in rows[start : start + 60] if row]
    count = 1
    while count < min(MOST_NAMES, len(lines) - 1):
        upper, row, below = lines[count - 1], lines[count], lines[count + 1 :]
        deeper = count > 1 and _deeper(upper, row)
        if not valueless(row) or not (
            deeper or _grouped(upper, row) or _second(upper, row, below, width)
        ):
            break
        count += 1
    return count


def _grouped(upper: Sequence[str], row: Sequence[str]) -> bool:
    """Whether `row` names the columns under groups of `upper`: `,Air,Rail` under `Name,Travel,`."""
    if filled(row) < 2:
        return False
    under_blank = under_group = 0
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        if not _at(upper, column):
            under_blank += 1
        elif column + 1 < len(row) and not _at(upper, column + 1):
            under_group += 1  # the group's first column stands right below its name
        else:
            return False
    beside = not _at(row, 0) and bool(_at(upper, 0))
    return under_blank > 0 and (beside or under_blank + under_group >= 3)


def _deeper(upper: Sequence[str], row: Sequence[str]) -> bool:
    """Whether `row` goes on below a row of group names: both leave the first columns to others."""
    return not _at(upper, 0) and not _at(row, 0) and filled(row) >= max(2, filled(upper))


def _at(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _second(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    """Whether `row` holds texts where at least two columns below hold values of one kind."""
    return _differs(upper, row, below, width) and not _complete(upper, row, below, width)


def _complete(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    """Whether `upper` names all columns and `row` fills also those of texts, as a row of data does."""
    texts = [
        column
        for column, (name, count) in enumerate(column_kinds(below[:50], width))
        if not name and count
    ]
    full = filled(upper) >= width and len({cell.strip() for cell in upper}) == len(upper)
    return full and any(_at(row, column) for column in texts)


def _differs(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    if filled(row) < max(2, width / 2) or len(below) < 3 or not valueless(upper):
        return False
    typed = differing = 0
    for column, (name, count) in enumerate(column_kinds(below[:50], width)):
        if name in ("number", "date", "link") and count >= STRONG * min(50, len(below)):
            typed += 1
            cell = row[column] if column < len(row) else ""
            differing += bool(cell.strip()) and not kind(cell) and not dated(cell)
    return typed >= 2 and differing >= max(2, 0.8 * typed)


# ------------------------------------------------------------------ below


def footer_start(rows: Rows, width: int, usual: int) -> int:
    """Index from which on the last rows belong below the table; len(rows) when all are data.

    `rows` are the last ones of the table (blank ones empty), `usual` is how many cells of a row
    are filled. Below a table stand notes (one filled cell, behind a blank row or in a short row)
    and totals.
    """
    cut = len(rows)
    for at in range(len(rows) - 1, max(-1, len(rows) - 1 - FOOT), -1):
        count = filled(rows[at])
        if not count:
            continue
        short = len(rows[at]) < width and width >= 3
        # A full row with one cell may be data; behind a gap, in a wide table, it is a note.
        far = usual >= 3 and bool(_at(rows[at], 0)) and _gap(rows, at)
        note = count == 1 and usual >= 2 and (short or far)
        if len(rows[at]) < width and _gap(rows, at, most=width):
            note = note or count == 1 or _NOTE.match(_first(rows[at])) is not None
        if not note and not _is_total(rows[at], usual):
            break
        cut = at
    return cut


def _gap(rows: Rows, at: int, most: int = 2) -> bool:
    """Whether only rows of fewer than `most` cells stand between a blank row above and this one."""
    for index in range(at - 1, max(-1, at - FOOT), -1):
        count = filled(rows[index])
        if count == 0:
            return True
        if count >= most:
            return False
    return False


def _first(row: Sequence[str]) -> str:
    return next((cell for cell in row if cell.strip()), "")


def _is_total(row: Sequence[str], usual: int) -> bool:
    """Whether the row begins with a word for a total, and leaves cells blank that are usually not."""
    first = _first(row)
    return usual >= 3 and filled(row) < usual and _TOTAL.fullmatch(first) is not None
