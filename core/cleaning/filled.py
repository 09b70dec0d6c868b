"""Cells that are filled from above, before anything else is done to a row: the step `fill_down`."""

from __future__ import annotations

from collections.abc import Iterable

from core.cleaning import recipe
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.fill_down import DOWN


def columns(plan: Plan, steps: Iterable[Step]) -> list[int]:
    """The columns of the file that are filled."""
    given = recipe.active(tuple(steps))
    return sorted(
        column.index
        for name in plan.fields()
        if recipe.option(given, "fill_down", name) == DOWN
        for column in plan.sources(name)
    )


def source(sql: str, filled: list[int]) -> str:
    """The SELECT of a file (_line, c0, ...) with these columns filled, its rows in their order."""
    if not filled:
        return sql
    cells = ", ".join(
        f"last_value(nullif(trim(c{i}), '') IGNORE NULLS) OVER (ORDER BY _place ROWS UNBOUNDED PRECEDING) AS c{i}"
        for i in filled
    )
    # Without the last ORDER BY a window need not keep the order of the rows, which is their number.
    placed = f"SELECT *, row_number() OVER () AS _place FROM ({sql})"
    return f"SELECT * EXCLUDE (_place) REPLACE ({cells}) FROM ({placed}) ORDER BY _place"
