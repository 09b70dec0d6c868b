"""Where the table is within an area of a sheet: names, rows, what stands above and below.

Every answer is a decision with its evidence; a person may decide otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import BadOverride
from core.files.books.places import Area, column_letters
from core.files.shape.header import ROWS, filled
from core.files.shape.layout import FOOT, TablePlace, find_table, footer_start, named
from core.files.sheets.beside import is_parted, notes_beside
from core.files.sheets.grid import Grid
from core.files.sheets.grid_memory import Placed
from core.files.sheets.merged_groups import with_groups
from core.files.source import Overrides
from core.files.table import Decision

_NOTE = re.compile(
    r"\s*(?:sources?|notes?|remarks?|quellen?|anmerkung(?:en)?|hinweis|fuentes?|notas?|remarques?"
    r"|fonti?|источник|примечани\w+|来源|來源|资料|資料|出典|注|註|说明|說明)\s*[:：.]|\s*(?:\*|†|©|\(\w\))",
    re.IGNORECASE,
)
FIRST = 10  # rows that tell how full a row is; below there may be prose
SENTENCE = 8  # words of a text below the table that is no cell of it
ASIDE = 20  # rows below the table that are remembered with their text


@dataclass(frozen=True)
class Layout:
    """`header` are the sheet rows of the names; `data` is the area of the rows below them.

    `columns` are the sheet columns that were kept, `names` what stands in the header above each.
    """

    header: tuple[int, ...]
    names: tuple[str, ...]
    columns: tuple[int, ...]
    data: Area
    rows: int
    blank: int
    above: tuple[Placed, ...]
    below: tuple[Placed, ...]
    decisions: tuple[Decision, ...]

    @property
    def area(self) -> Area:
        """Names and rows."""
        top = self.header[0] if self.header else self.data.top
        left, right = (self.columns[0], self.columns[-1]) if self.columns else (1, 1)
        return Area(top, left, max(self.data.bottom, top), right)

    def fate(self, row: int) -> str:
        """What became of a sheet row that holds something."""
        if row in self.header:
            return "header"
        if any(row == line for line, _ in self.below):
            return "footer"
        if row < self.data.top:
            return "preamble"
        return "row" if row <= self.data.bottom else "footer"


def lay_out(grid: Grid, area: Area, chosen: Overrides, top: int = 1) -> Layout:
    """The table in an area of which at least one row holds something. Raises BadOverride.

    What stands above row `top` is no part of it, unless a person says so.
    """
    start = top if chosen.header is None and chosen.skip is None else _start(chosen)
    inner = replace(area, top=max(area.top, start))
    head = grid.rows(inner, ROWS) if inner.top <= area.bottom else []
    if not head:
        raise BadOverride(f"nothing stands on row {inner.top:,} of the sheet, or below it")
    columns = _columns(grid, inner, chosen)
    lines, rows, found = _found(grid, head, inner, columns, chosen)
    aside = notes_beside(columns, rows, found) if chosen.columns is None else frozenset()
    if aside:
        columns = [column for column in columns if column not in aside]
        lines, rows, found = _found(grid, head, inner, columns, chosen)
    taken = range(found.first if found.header is None else found.header, found.first)
    header = tuple(lines[i] for i in taken if rows[i])
    first = next((n for n, row in zip(lines[found.first :], rows[found.first :]) if row), None)
    if first is None:
        first = header[-1] + 1  # names and nothing below
    data = replace(inner, top=first)
    below = _below(grid, data, columns, _usual(rows[found.first :]), chosen)
    data = replace(data, bottom=below[0][0] - 1 if below else inner.bottom)
    top = header[0] if header else first
    above = tuple(grid.rows(replace(area, bottom=top - 1), ASIDE)) if top > area.top else ()
    layout = _table(grid, data, columns, found, header, above, below, chosen)
    within = [row if line <= data.bottom else [] for line, row in zip(lines, rows)]
    if not aside and chosen.columns is None and is_parted(columns, within, found):
        why = "; a blank column stands in it, and many rows have nothing on one side of it"
        return _unsure(layout, why, "the columns on one side of it")
    return _without(layout, aside, grid, inner) if aside else layout


def _found(
    grid: Grid, head: Sequence[Placed], area: Area, columns: Sequence[int], chosen: Overrides
) -> tuple[list[int], list[list[str]], TablePlace]:
    """Sheet rows, their cells in these columns, and where the names are."""
    lines, rows = _spaced(head, area, columns)
    while rows and not any(rows[0]):  # of notes beside the table alone
        lines, rows = lines[1:], rows[1:]
    rows = [row if any(row) else [] for row in rows]
    found = _find(lines, rows, len(columns), chosen)
    if chosen.header is None and chosen.header_rows is None:
        found = with_groups(found, lines, rows, columns, grid.summary.facts.merged)
    return lines, rows, found


def _start(chosen: Overrides) -> int:
    return chosen.header or (chosen.skip or 0) + 1


def _columns(grid: Grid, area: Area, chosen: Overrides) -> list[int]:
    """Sheet columns that hold something, and more when a person counted more."""
    columns = grid.used(area)
    more = (chosen.columns or 0) - len(columns)
    return [*columns, *range(columns[-1] + 1, columns[-1] + 1 + max(0, more))]


def _spaced(
    placed: Sequence[Placed], area: Area, columns: Sequence[int]
) -> tuple[list[int], list[list[str]]]:
    """Sheet rows and their cells in these columns; (0, []) stands for a gap."""
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, cells in placed:
        if lines and line > lines[-1] + 1:
            lines.append(0)
            rows.append([])
        lines.append(line)
        places = [column - area.left for column in columns]
        rows.append([cells[place] if place < len(cells) else "" for place in places])
    return lines, rows


def _find(
    lines: Sequence[int], rows: Sequence[list[str]], width: int, chosen: Overrides
) -> TablePlace:
    if chosen.header == 0:
        return TablePlace(None, 0, (), "chosen by the user")
    if chosen.header is not None:
        if lines[0] != chosen.header:
            raise BadOverride(f"row {chosen.header} is empty and cannot be the header")
        return named(rows, 0, chosen.header_rows or 1, width)
    return find_table(rows, width, chosen.header_rows)


def _usual(rows: Sequence[Sequence[str]]) -> int:
    """How many cells of a row are filled, usually; what stands behind a gap may be notes."""
    gap = next((i for i, row in enumerate(rows) if not row), len(rows))
    first = [row for row in (rows[:gap] if gap > 1 else rows) if row][:FIRST]
    counts = sorted(map(filled, first))
    return counts[len(counts) // 2] if counts else 0


def _below(
    grid: Grid, data: Area, columns: Sequence[int], usual: int, chosen: Overrides
) -> tuple[Placed, ...]:
    """The rows below the table: totals and notes, or as many as a person said."""
    if data.top > data.bottom:
        return ()
    if chosen.footer is not None:
        return tuple(grid.rows(data, chosen.footer, last=True)) if chosen.footer else ()
    last = grid.rows(data, 2 * FOOT, last=True)
    lines, rows = _spaced(last, data, columns)
    cut = footer_start(rows[: _notes(rows, usual)], len(columns), usual)
    kept = {line for line in lines[cut:] if line}
    return tuple(place for place in last if place[0] in kept) if cut else ()


def _notes(rows: Sequence[Sequence[str]], usual: int) -> int:
    """Index of the notes at the end that stand right below the rows, without a gap."""
    cut = len(rows)
    while cut > 1 and usual >= 3 and (not rows[cut - 1] or _is_note(rows[cut - 1])):
        cut -= 1
    return cut


def _is_note(row: Sequence[str]) -> bool:
    if filled(row) != 1:
        return False
    return _NOTE.match(row[0]) is not None or len(row[0].split()) >= SENTENCE


def _table(
    grid: Grid,
    data: Area,
    columns: Sequence[int],
    found: TablePlace,
    header: tuple[int, ...],
    above: tuple[Placed, ...],
    below: tuple[Placed, ...],
    chosen: Overrides,
) -> Layout:
    texts = [*found.names, *[""] * len(columns)][: len(columns)]
    if chosen.columns:
        texts[chosen.columns :] = [""] * (len(texts) - chosen.columns)
    used = set(grid.used(data)) & set(columns) if data.top <= data.bottom else set()
    asked = set(columns[: chosen.columns or 0])
    kept = [i for i, c in enumerate(columns) if texts[i].strip() or c in used or c in asked]
    names = tuple(texts[i] for i in kept)
    places = tuple(columns[i] for i in kept)
    count, first, last = _counted(grid, data, columns) if used else (0, 0, 0)
    data = replace(data, bottom=last) if count else replace(data, bottom=data.top - 1)
    blank = last - first + 1 - count if count else 0
    top = header[0] if header else data.top
    decisions = (
        Decision("skip", top - 1, _said_above(above, top, chosen)),
        Decision("header", top if header else 0, found.evidence, found.sure, _instead(header, top)),
        *([_said_rows(header, found)] if header else []),
        Decision("footer", len(below), _said_below(below, chosen), *_doubt(below, chosen)),
        Decision("columns", len(places), _said_columns(places, names, chosen)),
    )
    return Layout(header, names, places, data, count, blank, above, below, decisions)


def _counted(grid: Grid, data: Area, columns: Sequence[int]) -> tuple[int, int, int]:
    """Rows that hold something in these columns, the first and the last of them."""
    if set(grid.columns(data)) <= set(columns):
        return grid.count(data)
    return grid.count_in(data, columns)


def _without(layout: Layout, aside: frozenset[int], grid: Grid, area: Area) -> Layout:
    """The layout, saying which columns beside the table were kept aside."""
    held = replace(area, left=min(aside), right=max(aside))
    first = next((cell for _, row in grid.rows(held, 1) for cell in row if cell.strip()), "")
    letters = ", ".join(map(column_letters, sorted(aside)))
    why = f"; kept aside beside it: {letters}, beginning with {first[:80]!r}"
    value = next(d.value for d in layout.decisions if d.name == "columns")
    return _unsure(layout, why, f"{value} and {letters}")


def _unsure(layout: Layout, why: str, other: str) -> Layout:
    """The layout, its columns in doubt."""
    made = tuple(
        (
            replace(d, evidence=d.evidence + why, sure=False, runner_up=other)
            if d.name == "columns"
            else d
        )
        for d in layout.decisions
    )
    return replace(layout, decisions=made)


# ------------------------------------------------------------------ in words


def _instead(header: Sequence[int], top: int) -> str:
    return "no row of names" if header else f"row {top}"


def _said_rows(header: Sequence[int], found: TablePlace) -> Decision:
    other = str(found.other_rows) if found.other_rows else None
    return Decision("header_rows", len(header), found.joined, not other, other)


def _said_above(above: Sequence[Placed], top: int, chosen: Overrides) -> str:
    if chosen.skip is not None or chosen.header:
        return "chosen by the user"
    if top == 1:
        return "the table begins on the first row"
    if not above:
        return f"the table begins on row {top:,}; nothing stands above it"
    return f"rows above the table, kept aside, beginning with {_first(above)!r}"


def _said_below(below: Sequence[Placed], chosen: Overrides) -> str:
    if chosen.footer is not None:
        return "chosen by the user"
    if not below:
        return "nothing stands below the table"
    return f"rows below the table, kept aside, beginning with {_first(below)!r}"


def _doubt(below: Sequence[Placed], chosen: Overrides) -> tuple[bool, str | None]:
    return (True, None) if chosen.footer is not None or not below else (False, "0")


def _said_columns(places: Sequence[int], names: Sequence[str], chosen: Overrides) -> str:
    if chosen.columns:
        return "chosen by the user"
    named_ones = sum(1 for name in names if name.strip())
    span = f"{column_letters(places[0])} to {column_letters(places[-1])}" if places else "none"
    return f"columns {span}; {named_ones} of {len(places)} have a name"


def _first(placed: Sequence[Placed]) -> str:
    return next((cell for cell in placed[0][1] if cell.strip()), "")[:80]
