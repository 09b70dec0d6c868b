"""Column names that take several rows: groups above the names, units below them.

What stands in a row of groups belongs to the columns below it, as far as the next word of that row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from core.files.shape.header import (
    STRONG,
    column_kinds,
    compare,
    counts_columns,
    dated,
    filled,
    is_ruler,
    is_year,
    kind,
    valueless,
)

Rows = Sequence[Sequence[str]]
MOST_NAMES = 5  # rows that column names may take
AHEAD = 60  # rows looked at for them


def join_names(lines: Rows, spread: frozenset[int] = frozenset()) -> tuple[str, ...]:
    """Names of several rows as one each; a name above blanks goes for the columns below it.

    [["Name", "Travel", ""], ["", "Air", "Rail"]] gives Name, Travel Air, Travel Rail. Lines in `spread`
    hold each word above all of its columns already.
    """
    if len(lines) > 1:
        lines = [line for line in lines if not counts_columns(line) and not is_ruler(line)] or lines
    if len(lines) == 1:
        return tuple(lines[0])
    width = max(map(len, lines))
    as_is = [[*line, *[""] * (width - len(line))] for line in lines]
    grid = [list(line) for line in as_is]
    for number, line in enumerate(grid[:-1]):
        for column in range(1, width):
            under = any(lower[column].strip() for lower in as_is[number + 1 :])
            fresh = any(upper[column].strip() for upper in as_is[:number])
            if number not in spread and not line[column].strip() and under and not fresh:
                line[column] = line[column - 1]
    names = []
    for parts in zip(*grid, strict=True):
        kept = [part.strip() for part in parts if part.strip()]
        names.append(" ".join(p for i, p in enumerate(kept) if i == 0 or p != kept[i - 1]))
    return tuple(names)


def heads_groups(upper: Sequence[str], row: Sequence[str], below: Rows = ()) -> bool:
    """Whether `upper` holds the words of groups above a complete row of names.

    `,,2023,,2024,` above `Name,City,Units,Sales,Units,Sales`: the words have blanks behind them, and
    tell apart names that are alike; or there are several, none of them above the first column. Where the rows
    `below` say that `row` holds names, the first word may stand above the first column.
    """
    upper = _collapsed(upper)
    width = _last(row)
    words = [column for column, cell in enumerate(upper[: len(row)]) if cell.strip()]
    if not words or width < 3 or filled(row[:width]) < width or _last(upper) > width:
        return False
    if not valueless(row) or not all(is_word(upper[column]) for column in words):
        return False
    names = [cell.strip().casefold() for cell in row[:width]]
    ends = [*words[1:], width]
    wide = [end - word >= 2 for word, end in zip(words, ends, strict=True)]
    labelled = [_label(names, words, column) for column in range(width)]
    alike = len(set(names)) < width and len(set(labelled)) == width
    if alike:
        return any(wide) and len(words) < width
    if len(words) == 1:  # a text alone may be a title
        return words[0] > 0 and wide[0] and is_year(upper[words[0]].strip())
    if words[0] == 0:
        return all(wide) and len(below) > 0 and compare(row, below).score > 0.5
    return all(wide[:-1])


def _collapsed(row: Sequence[str]) -> list[str]:
    """A word that is repeated in each of its columns stands once."""
    return ["" if i and cell == row[i - 1] else cell for i, cell in enumerate(row)]


def _label(names: Sequence[str], words: Sequence[int], column: int) -> tuple[int, str]:
    before = bisect_right(words, column)
    return words[before - 1] if before else -1, names[column]


def is_word(cell: str) -> bool:
    """Whether a cell may be the word of a group: a text, or a year, but no label as `Report:`."""
    text = cell.strip()
    return (kind(text) in ("", "code") or is_year(text) or dated(text)) and not text.endswith(":")


def _last(row: Sequence[str]) -> int:
    """The number of cells up to the last one that holds something."""
    return max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)


def count_names(rows: Rows, start: int, width: int) -> int:
    """How many rows the names take, from row `start` on (blank rows not counted).

    Only a row that names nothing but columns of groups may stand behind a blank one.
    """
    places = [i for i in range(start, min(start + AHEAD, len(rows))) if rows[i]]
    lines = [rows[i] for i in places]
    most, count = min(MOST_NAMES, len(lines) - 1), 1
    while count < most and heads_groups(lines[count - 1], lines[count], lines[count + 1 :]):
        count += 1
    while count < most:
        upper, row, below = lines[count - 1], lines[count], lines[count + 1 :]
        fits = (count > 1 and deeper(upper, row)) or grouped(upper, row)
        beside = places[count] == places[count - 1] + 1
        if not valueless(row) or not (fits or beside and _second(upper, row, below, width)):
            break
        count += 1
    if count < most and places[count] == places[count - 1] + 1:
        count += is_ruler(lines[count]) or _numbers(lines[count], lines[count + 1 :], width)
    return count


def _numbers(row: Sequence[str], below: Rows, width: int) -> bool:
    """Whether the row below the names numbers the columns, as forms do: a number stands above texts."""
    if not counts_columns(row) or at_column(row, 0) != "1" or filled(row) < width or len(below) < 2:
        return False
    columns = ([at_column(row, column) for row in below[:50]] for column in range(width))
    return any(all(cells) and not any(map(kind, cells)) for cells in columns)


def grouped(upper: Sequence[str], row: Sequence[str]) -> bool:
    """Whether `row` names the columns under groups of `upper`: `,Air,Rail` under `Name,Travel,`."""
    if filled(row) < 2:
        return False
    under_blank = under_group = 0
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        if not at_column(upper, column):
            under_blank += 1
        elif column + 1 < len(row) and not at_column(upper, column + 1):
            under_group += 1  # the group's first column stands right below its name
        else:
            return False
    beside = not at_column(row, 0) and bool(at_column(upper, 0))
    return under_blank > 0 and (beside or under_blank + under_group >= 3)


def deeper(upper: Sequence[str], row: Sequence[str]) -> bool:
    """Whether `row` goes on below a row of group names: both leave the first columns to others."""
    return (
        not at_column(upper, 0) and not at_column(row, 0) and filled(row) >= max(2, filled(upper))
    )


def at_column(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _second(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    """Whether `row` holds texts where at least two columns below hold values of one kind."""
    return differs(upper, row, below, width) and not _complete(upper, row, below, width)


def _complete(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    """Whether `upper` names all columns and `row` fills also those of texts, as a row of data does."""
    texts = [
        column
        for column, (name, count) in enumerate(column_kinds(below[:50], width))
        if not name and count
    ]
    full = filled(upper) >= width and len({cell.strip() for cell in upper}) == len(upper)
    return full and any(at_column(row, column) for column in texts)


def differs(upper: Sequence[str], row: Sequence[str], below: Rows, width: int) -> bool:
    if filled(row) < max(2, width / 2) or len(below) < 3 or not valueless(upper):
        return False
    typed = differing = 0
    for column, (name, count) in enumerate(column_kinds(below[:50], width)):
        if name in ("number", "date", "link") and count >= STRONG * min(50, len(below)):
            typed += 1
            cell = row[column] if column < len(row) else ""
            differing += bool(cell.strip()) and not kind(cell) and not dated(cell)
    return typed >= 2 and differing >= max(2, 0.8 * typed)
