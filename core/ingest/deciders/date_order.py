"""Whether 03/04/1990 is in March or in April: decided by the column's name and its other dates."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from core.cleaning import checks
from core.cleaning.date_checks import SIX_DIGITS, YEAR_FIRST
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates import header
from core.dates.read import OVER_12, UP_TO_12, numeric, year_first
from core.ingest.deciders.date_columns import undecided
from core.ingest.rows.staged import Staged
from core.storage.sql import literal

CLEAR = 0.9  # share of the dates that show an order, so that it is that of the others as well
_D, _M = "(?:1[3-9]|2\\d|3[01])", "(?:0[1-9]|1[0-2])"
_EIGHT = r"(?:1[5-9]|20)\d{2}"
_SHAPES = (
    rf"{numeric(OVER_12, UP_TO_12)}|{_D}{_M}(?:{_EIGHT}|\d{{2}})",
    rf"{numeric(UP_TO_12, OVER_12)}|{_M}{_D}(?:{_EIGHT}|\d{{2}})",
    rf"{numeric()}|{SIX_DIGITS}|\d{{8}}",
    rf"{YEAR_FIRST}|(?:3[2-9]|[4-9]\d){_M}(?:0[1-9]|[12]\d|3[01])",
    year_first(UP_TO_12, OVER_12),
    year_first(OVER_12, UP_TO_12),
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The order of each date column that its name or the first rows show."""
    open_ = undecided(dataset, plan, steps, "date_order")
    if not open_:
        return steps
    parts = [
        f"count(*) FILTER (regexp_full_match(trim(c{column.index}), {literal(shape)}))"
        for column in open_.values()
        for shape in _SHAPES
    ]
    counts = list(cursor.execute(f"SELECT {', '.join(parts)} FROM {head}").fetchone() or [])
    found = []
    for place, (field, column) in enumerate(open_.items()):
        day_first, month_first, all_, year, ymd, ydm = counts[6 * place : 6 * place + 6]
        against = {"dmy": month_first - day_first, "mdy": day_first - month_first, "ydm": ymd - ydm}
        named = _by_name(field, column.column, against)
        found.append(named or decide(field, day_first, month_first, all_, year))
    return (*steps, *(step for step in found if step))


def _by_name(field: str, name: str, against: Mapping[str, int]) -> Step | None:
    """The order that the column's name tells, unless more of its dates say otherwise than so."""
    told = header.order(name)
    if told is None or against.get(told[0], 0) > 0:
        return None
    reason = f"the column is named {told[1]}"
    return Step(op="date_order", field=field, value=told[0], reason=reason)


def from_rows(
    staged: Staged, counts: Mapping[int, int], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The order of each date column that is still open, by all of its rows."""
    found: dict[str, dict[str, int]] = {}
    for check in staged.compiled.checks:
        if check.field and check.rule in (*checks.EVIDENCE, "date_order"):
            found.setdefault(check.field, {})[check.rule] = counts.get(check.position, 0)
    settled = []
    for field, seen in found.items():
        if seen.get("date_order"):  # 0 or absent: nothing is open
            first, second = (seen.get(rule, 0) for rule in checks.EVIDENCE[:2])
            settled.append(decide(field, first, second, first + second + seen["date_order"]))
    return (*steps, *(step for step in settled if step))


def decide(
    field: str, day_first: int, month_first: int, numeric_: int, year_first: int = 0
) -> Step | None:
    """The order that the evidence shows, or None when it is open: nothing shows it, or dates contradict each other.

    `day_first` counts dates with a first number over 12, `month_first` with a second one, `year_first`
    those whose first number can only be a year.
    """
    # Of dates that begin with a year, those of 13 to 31 look like the other kind.
    if year_first and year_first >= day_first and month_first <= (1 - CLEAR) * year_first:
        reason = f"{year_first} of {max(numeric_, year_first)} dates begin with a number over 31"
        return Step(op="date_order", field=field, value="ymd", reason=reason)
    order = "dmy" if day_first > month_first else "mdy"
    shown, against = max(day_first, month_first), min(day_first, month_first)
    if not shown or shown < CLEAR * (shown + against + year_first):
        return None
    place = "first" if order == "dmy" else "second"
    reason = f"{shown} of {numeric_} dates have a number over 12 in {place} place"
    reason += f", {against} in the other" if against else ", none in the other"
    return Step(op="date_order", field=field, value=order, reason=reason)
