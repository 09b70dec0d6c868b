"""Which of the tables on a sheet is read, and what the others are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import BadOverride
from core.files.books.places import MAX_COLUMN, Area, parse_area
from core.files.sheets.grid import Grid
from core.files.sheets.layout import lay_out
from core.files.sheets.tables import Piece, area_of, beside, main_top, same_names, tables_on, weight
from core.files.source import Overrides
from core.files.table import Decision, Region, unique_names

LAST_ROW = 1 << 30
LISTED = 30  # tables that are offered
WHOLE = Area(1, 1, LAST_ROW, MAX_COLUMN)

Tables = Sequence[list[Piece]]


@dataclass(frozen=True)
class Choice:
    """The area that is read, where the table begins in it, how it was chosen, and all tables where there are several."""

    area: Area
    top: int = 1  # the row where names or rows begin, when that is known
    decisions: tuple[Decision, ...] = ()
    regions: tuple[Region, ...] = ()


def choose(grid: Grid, chosen: Overrides) -> Choice:
    """Raises BadOverride for a table that does not exist."""
    if chosen.range:
        area = parse_area(chosen.range) or WHOLE
        return Choice(area, 1, (Decision("range", chosen.range, "chosen by the user"),))
    tables = tables_on(grid, WHOLE)
    if len(tables) < 2:
        if chosen.table not in (None, 1):
            raise BadOverride(f"there is no table {chosen.table!r}; the sheet holds one")
        return Choice(WHOLE, main_top(tables[0]) if tables else 1)
    taken = _taken(grid, tables, chosen)
    if not taken:
        return Choice(WHOLE)
    area = _clipped(tables, taken)
    regions = tuple(_region(grid, tables, n, n in taken) for n in range(len(tables))[:LISTED])
    top = main_top(tables[taken[0]])
    return Choice(area, top, (_table_decision(tables, taken, chosen, regions),), regions)


def _clipped(tables: Tables, taken: Sequence[int]) -> Area:
    """The area of these tables; only the columns with names, when others stand beside them in it."""
    area = area_of([piece for number in taken for piece in tables[number]])
    named = [piece.area for number in taken for piece in tables[number] if piece.names]
    inner = (
        replace(area, left=min(a.left for a in named), right=max(a.right for a in named))
        if (named)
        else area
    )
    others = [
        piece.area
        for number, table in enumerate(tables)
        if number not in taken
        for piece in table
        if piece.names and piece.area.top <= area.bottom and piece.area.bottom >= area.top
    ]
    inside = [a for a in others if a.left <= area.right and a.right >= area.left]
    return inner if inside else area


def _taken(grid: Grid, tables: Tables, chosen: Overrides) -> list[int]:
    """Numbers from 0 of the tables that are read together; none: the whole sheet."""
    if chosen.table is not None:
        return [_wanted(grid, tables, chosen.table)]
    row = chosen.header or (chosen.skip + 1 if chosen.skip else 0)
    if row:
        areas = list(map(area_of, tables))
        return [n for n, area in enumerate(areas) if area.top <= row <= area.bottom][:1]
    groups = _groups(tables)
    sizes = [sum(weight(tables[n]) for n in group) for group in groups]
    return next(group for group, size in zip(groups, sizes) if 2 * size >= max(sizes))


def _groups(tables: Tables) -> list[list[int]]:
    """Tables that are one: the same names stand again, as on printed pages, or only a column is blank."""
    groups: list[list[int]] = []
    for number, table in enumerate(tables):
        group = next((g for g in groups if _is_one(tables[g[0]], tables[g[-1]], table)), None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    return groups


def _is_one(first: list[Piece], last: list[Piece], table: list[Piece]) -> bool:
    return same_names([first, table]) or beside(last, table)


def _wanted(grid: Grid, tables: Tables, wanted: str | int) -> int:
    if isinstance(wanted, int) and 1 <= wanted <= len(tables):
        return wanted - 1
    for number in range(len(tables))[:LISTED]:
        if isinstance(wanted, str) and _region(grid, tables, number, False).where == wanted.upper():
            return number
    raise BadOverride(f"there is no table {wanted!r}; there are {len(tables)} on the sheet")


def _region(grid: Grid, tables: Tables, number: int, taken: bool) -> Region:
    layout = lay_out(grid, area_of(tables[number]), Overrides(), main_top(tables[number]))
    names = unique_names(layout.names)[0]
    return Region(number + 1, str(layout.area), layout.rows, names, taken)


def _table_decision(
    tables: Tables, taken: list[int], chosen: Overrides, regions: Sequence[Region]
) -> Decision:
    value = taken[0] + 1
    if chosen.table is not None:
        return Decision("table", value, "chosen by the user")
    if len(taken) > 1 and not same_names([tables[n] for n in taken]):
        why = "a blank column stands in it; the columns on both sides were read as one table"
        return Decision("table", value, why, False, "the left part alone")
    if len(taken) > 1:
        why = f"{len(taken)} tables have the same column names; they were read as one"
        return Decision("table", value, why, False, "the first alone")
    other = next((region for region in regions if not region.chosen), None)
    runner_up = f"table {other.name} ({other.where})" if other else None
    why = f"the sheet holds {len(tables)} tables with blank cells between them; one was read"
    return Decision("table", value, why, False, runner_up)
