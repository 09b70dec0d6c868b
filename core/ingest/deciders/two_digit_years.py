"""Whether 68 is 1968: the hundred years into which the two-digit years of a column fall.

A date that cannot be in the future (`max = "today"`) lies in the hundred years up to this one, so 68 is 1968. 12 may be 2012
or 1912: that is decided by the column's years of four digits, and else asked. Other dates are read as spreadsheet
programs read them: 1930 to 2029.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from core.cleaning.date_checks import YEAR_FIRST, digits_of, short_year
from core.cleaning.plan import Plan
from core.cleaning.readings import in_the_past
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.dates.words import DAY_ALONE, NO_DATE
from core.ingest.deciders.date_columns import undecided
from core.ingest.rows.staged import Staged
from core.storage.sql import literal

PIVOT = (1930, 2029)
ENOUGH = 3  # years of four digits that show what a column is about


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column whose first rows have years of two digits."""
    found = []
    for name, column in undecided(dataset, plan, steps, "two_digit_years").items():
        x, this = f"trim(c{column.index})", _this_year()
        other = f"NOT {_is(x, NO_DATE)} AND NOT {_is(x, DAY_ALONE)}"
        short = f"{_is(x, short_year())} AND {other}"
        near = f"{_is(x, short_year(digits_of(this // 100 * 100, this)))} AND {other}"
        full = f"TRY_CAST(regexp_extract({x}, '(?:^|[^0-9])([12][0-9]{{3}})(?:$|[^0-9])', 1) AS INTEGER)"
        row = cursor.execute(
            f"SELECT count(*) FILTER ({short}),"
            f" count(*) FILTER ({near} AND NOT {_is(x, YEAR_FIRST)}),"
            f" count({full}), min({full}), max({full}), any_value({x}) FILTER ({short}) FROM {head}"
        ).fetchone()
        if row and row[0]:
            found.append(decide(dataset.field(name), *row))
    return (*steps, *found)


def _is(x: str, shape: str) -> str:
    return f"regexp_full_match({x}, {literal(shape)})"


def from_rows(
    staged: Staged, counts: Mapping[int, int], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The same, where only a later row has one."""
    seen: dict[str, dict[str, int]] = {}
    for check in staged.compiled.checks:
        if check.field and check.rule in ("past_years_seen", "near_years_seen"):
            seen.setdefault(check.field, {})[check.rule] = counts.get(check.position, 0)
    found = []
    for name, years in seen.items():
        near = years["near_years_seen"]
        if total := years["past_years_seen"] + near:
            found.append(decide(staged.dataset.field(name), total, near))
    return (*steps, *found)


def decide(
    field: Field,
    count: int,
    near: int,
    full: int = 0,
    low: int | None = None,
    high: int | None = None,
    example: str | None = None,
) -> Step:
    """The window. `near` of `count` two-digit years may be of this century or of the last one.

    `full` years of four digits lie between `low` and `high`.
    """
    this = _this_year()
    century = this // 100 * 100
    shown = f"{count} date{'s have' if count > 1 else ' has'} a year of two digits"
    shown += f", such as {example}" if example else ""
    if not in_the_past(field):
        return _step(field, PIVOT, f"{shown}; read as spreadsheet programs do")
    past = f"{shown}; {field.label} is not in the future"
    if full >= ENOUGH and low is not None and high is not None:
        others = f"the {full} years of four digits are from {low} to {high}"
        if low > this - 100 and high >= century:
            return _step(field, (this - 99, this), f"{past}, and {others}")
        if high < century <= low + 100:
            return _step(field, (century - 100, century - 1), f"{past}, and {others}")
    reason = (
        past
        if not near
        else f"{past}; 00 to {this % 100:02d} may be of two centuries and stay open"
    )
    return _step(field, (this - 99, century - 1), reason)


def _this_year() -> int:
    return date.today().year


def _step(field: Field, years: tuple[int, int], reason: str) -> Step:
    value = f"{years[0]}-{years[1]}"
    return Step(op="two_digit_years", field=field.name, value=value, reason=reason)
