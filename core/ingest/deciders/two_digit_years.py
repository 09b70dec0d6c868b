"""Whether 68 is 1968: the hundred years into which the two-digit years of a column fall.

A date that cannot be in the future (`max = "today"`) lies in the hundred years up to this one, so 68 is 1968. 12 may be 2012
or 1912: that is decided by the column's years of four digits, and else asked. Other dates are read as spreadsheet
programs read them: 1930 to 2029. Where years of four digits are before the last century, or deaths in the same
rows before the birth, all of it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from core.cleaning import recipe
from core.cleaning.date_checks import SIX_DIGITS, YEAR_FIRST, digits_of, short_year
from core.cleaning.plan import Plan
from core.cleaning.readings import in_the_past
from core.cleaning.step import Step
from core.cleaning.steps.two_digit_years import OPEN
from core.datasets import meaning
from core.datasets.model import Dataset, Field
from core.dates.words import DAY_ALONE, NO_DATE
from core.ingest.deciders.date_columns import death_columns, undecided
from core.ingest.rows.staged import Staged
from core.storage.sql import literal

PIVOT = (1930, 2029)
ENOUGH = 3  # years of four digits that show what a column is about
FEW = 0.05  # share of them that may lie before the last century
_FULL = "(?:^|[^0-9])([12][0-9]{3})(?:$|[^0-9])"


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column whose first rows have years of two digits."""
    found = []
    died = death_columns(plan)
    for name, column in undecided(dataset, plan, steps, "two_digit_years").items():
        field, this = dataset.field(name), _this_year()
        x, first = f"trim(c{column.index})", _first(field)
        other = f"NOT {_is(x, NO_DATE)} AND NOT {_is(x, DAY_ALONE)}"
        six = f"(length({x}) = 6 AND {_is(x, SIX_DIGITS)})"
        short = f"({six} OR {_is(x, short_year())}) AND {other}"
        near = f"{_is(x, short_year(digits_of(this // 100 * 100, this)))} AND {other}"
        full = _full(x)
        births = died if "birth" in meaning.of(field.label).about else []
        before = [f"{_full(f'c{c.index}')} < {_in_window(x, first)}" for c in births]
        row = cursor.execute(
            f"SELECT count(*) FILTER ({short}),"
            f" count(*) FILTER ({near} AND NOT {_is(x, YEAR_FIRST)}),"
            f" count({full}), min({full}), max({full}), any_value({x}) FILTER ({short}),"
            f" count(*) FILTER ({full} < {_before()}),"
            f" count(*) FILTER ({short} AND NOT {six} AND ({' OR '.join(before) or 'false'})) FROM {head}"
        ).fetchone()
        if row and row[0]:
            found.append(decide(field, *row))
    return (*steps, *found)


def _full(x: str) -> str:
    return f"TRY_CAST(regexp_extract({x}, '{_FULL}', 1) AS INTEGER)"


def _in_window(x: str, first: int) -> str:
    """SQL for the year of two digits in `x`, as one of the hundred years from `first` on."""
    digits = f"CASE WHEN {_is(x, YEAR_FIRST)} THEN left({x}, 2) ELSE regexp_extract({x}, '(\\d\\d)(?:[ T,].*:.*)?$', 1) END"
    return f"({first} + ((TRY_CAST({digits} AS INTEGER) - {first % 100}) % 100 + 100) % 100)"


def _first(field: Field) -> int:
    """The first of the years that are meant where nothing else is known."""
    return _this_year() - 99 if in_the_past(field) else PIVOT[0]


def _before() -> int:
    """Years before the last century: beside them, one of two digits may be of theirs."""
    return _this_year() // 100 * 100 - 100


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
        if recipe.option(steps, "two_digit_years", name) is not None:
            continue  # left open
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
    early: int = 0,
    dead: int = 0,
) -> Step:
    """The window. `near` of `count` two-digit years may be of this century or of the last one.

    `full` years of four digits lie between `low` and `high`, `early` of them before the last century; `dead` rows
    have a death before the birth that it would give.
    """
    this = _this_year()
    century = this // 100 * 100
    shown = f"{count} date{'s have' if count > 1 else ' has'} a year of two digits"
    shown += f", such as {example}" if example else ""
    if dead:
        return _step(field, None, f"{shown}; {dead} would be born after the death in the same row")
    if not in_the_past(field) and early <= FEW * full:
        return _step(field, PIVOT, f"{shown}; read as spreadsheet programs do")
    past = f"{shown}; {field.label} is not in the future"
    if in_the_past(field) and full >= ENOUGH and low is not None and high is not None:
        others = f"the {full} years of four digits are from {low} to {high}"
        if low > this - 100 and high >= century:
            return _step(field, (this - 99, this), f"{past}, and {others}")
        if high < century <= low + 100:
            return _step(field, (century - 100, century - 1), f"{past}, and {others}")
    if early > FEW * full:
        lie = f"{early} of {full} years of four digits are before {_before()}"
        return _step(field, None, f"{shown}, and {lie}")
    reason = (
        past
        if not near
        else f"{past}; 00 to {this % 100:02d} may be of two centuries and stay open"
    )
    return _step(field, (this - 99, century - 1), reason)


def _this_year() -> int:
    return date.today().year


def _step(field: Field, years: tuple[int, int] | None, reason: str) -> Step:
    value = f"{years[0]}-{years[1]}" if years else OPEN
    return Step(op="two_digit_years", field=field.name, value=value, reason=reason)
