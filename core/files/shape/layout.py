"""Where the table is among rows of text: what stands above it, its names, what stands below it.

Shared by delimited text and workbooks. Works on the first rows (and, for what stands below, the
last ones); each row is a list of cells, and a blank row is an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.files.shape.groups import (
    AHEAD,
    at_column,
    count_names,
    deeper,
    differs,
    grouped,
    heads_groups,
    join_names,
)
from core.files.shape.header import compare, filled, kind, valueless
from core.files.shape.preamble import past_notes
from core.files.shape.totals import is_total

Rows = Sequence[Sequence[str]]
NEAR = 10  # lines above a row of names that are passed over
ENOUGH = 5  # rows before a gap that will do to compare names with
FOOT = 30  # rows that may stand below a table
_NOTE = re.compile(
    r"\s*(?:\*|†|\(?\d{1,2}[.)]\s|notes?\b|sources?\b|as of\b|generated\b|exported\b|updated\b|©"
    r"|quellen?\b|anmerkung|stand\b|fuente|fonte|примечани|источник|注|来源|來源|资料|資料|备注|備註|出典)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\(.*\)|\[.*\]|\\\.|[^:]{2,30}:\s.+|\D{1,20}\d+\D{1,6}\d+")


@dataclass(frozen=True)
class TablePlace:
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


def find_table(rows: Rows, width: int, header_rows: int | None = None) -> TablePlace:
    """Find the table, `width` cells wide, in rows of which at least one is not blank."""
    lowest, sure = past_notes(rows, _start(rows, width), width)
    start = lowest if header_rows == 1 else _upward(rows, lowest)
    above = sum(1 for row in rows[:start] if row)
    said = f"; {above} row{'s' if above != 1 else ''} above it kept aside" if above else ""
    below = _below(rows, start)
    if not below:
        values = any(kind(cell) for cell in rows[start] if cell.strip())
        if values and not above:
            return TablePlace(None, start, (), "the only row holds values, not names", False)
        return _named(rows, start, 1, f"it is the only full row{said}", not values)
    groups = sum(1 for row in rows[start:lowest] if row)
    count = header_rows or groups + count_names(rows, lowest, width)
    verdict = compare(*_names_and_below(rows, start, count, below))
    if verdict.score < 0 and count < 2:
        why = f"the first row looks like the others: {verdict.why}{said}"
        return TablePlace(None, start, (), why, verdict.score < -1)
    sure = sure and (verdict.score > 0.5 or count > 1)
    found = _named(rows, start, count, f"{verdict.why}{said}", sure)
    if count > 1 and not header_rows and _loosely_headed(rows, start):
        why = f"{found.joined}, as it seems: words with blanks behind them stand above the names"
        return replace(found, joined=why, other_rows=count - 1)
    if header_rows or count > 1 or not _may_be_two(rows, start, width):
        return found
    why = "one row of names; the row below it holds texts where the others hold values"
    return replace(found, joined=why, other_rows=2)


def _may_be_two(rows: Rows, start: int, width: int) -> bool:
    lines = [row for row in rows[start : start + 60] if row]
    return len(lines) > 4 and differs(lines[0], lines[1], lines[2:], width)


def _loosely_headed(rows: Rows, start: int) -> bool:
    """Whether the first row may be words of groups, or a title in two parts."""
    upper, row, *below = [row for row in rows[start : start + AHEAD] if row]
    return not heads_groups(upper, row) and heads_groups(upper, row, below)


def _names_and_below(
    rows: Rows, start: int, count: int, below: list[Sequence[str]]
) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The row that is judged: the last one of names where words of groups stand above it."""
    lines = [row for row in rows[start:] if row]
    grouped_ = count > 1 and heads_groups(lines[count - 2], lines[count - 1], lines[count:])
    return (lines[count - 1], lines[count:]) if grouped_ else (rows[start], below)


def _below(rows: Rows, start: int) -> list[Sequence[str]]:
    """The rows below, as far as the first gap when that is enough to compare with."""
    gap = next((i for i in range(start + 1, len(rows)) if not rows[i]), len(rows))
    if gap - start > ENOUGH:
        return list(rows[start + 1 : gap])
    return [row for row in rows[start + 1 :] if row]


def named(rows: Rows, start: int, header_rows: int | None, width: int) -> TablePlace:
    """The table whose names begin in row `start`, as a person said."""
    count = header_rows or count_names(rows, start, width)
    return _named(rows, start, count, "chosen by the user", True)


def _named(rows: Rows, start: int, count: int, evidence: str, sure: bool) -> TablePlace:
    at = start
    lines: list[Sequence[str]] = []
    while len(lines) < count and at < len(rows):
        if rows[at]:
            lines.append(rows[at])
        at += 1
    joined = f"{count} rows of names belong together" if count > 1 else "one row of names"
    return TablePlace(start, at, join_names(lines), evidence, sure, len(lines), joined)


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
            if not grouped(rows[index], rows[below]):
                return below
    return index


def _upward(rows: Rows, start: int) -> int:
    """The first of the rows of names, when those above row `start` are names of groups."""
    while True:
        above = start - 1
        if above < 0 or not rows[above]:
            return start
        if not heads_groups(rows[above], rows[start], _below(rows, start)):
            if at_column(rows[start], 0) or not valueless(rows[above]):
                return start
            if not grouped(rows[above], rows[start]) and not deeper(rows[above], rows[start]):
                return start
        start = above


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
        far = usual >= 3 and bool(at_column(rows[at], 0)) and _gap(rows, at)
        note = count == 1 and usual >= 2 and (short or far or _is_remark(rows[at]))
        if not note and count <= 2 < usual and _gap(rows, at):
            note = _NOTE.match(_first(rows[at])) is not None
        if len(rows[at]) < width and _gap(rows, at, most=width):
            note = note or count == 1 or _NOTE.match(_first(rows[at])) is not None
        if not note and not is_total(rows, at, usual):
            break
        cut = at
    return cut


def _is_remark(row: Sequence[str]) -> bool:
    """Whether a row of one cell is a note with blanks behind it: `Source: Wikipedia,,` or `(2 rows affected),,`."""
    first = at_column(row, 0)
    return bool(first) and (_NOTE.match(first) or _REMARK.fullmatch(first)) is not None


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
