"""What the values of a file say about how it is cleaned: steps that nobody asked for, each with its evidence.

A decider is a function of rows of the file (`sampled.py`), another of the counts of the checks over all of them. Both
get the steps so far and return them with their own added, so that a later decider sees what an earlier one said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.ingest.deciders import (
    calendars,
    commas,
    date_columns,
    date_order,
    day_numbers,
    decimal_years,
    empty_column,
    family_first,
    gender_letters,
    joining,
    letter_case,
    lists,
    listopad,
    no_dates,
    number_signs,
    states,
    suffixes,
    turning,
    two_digit_years,
    yes_no,
)
from core.ingest.rows.staged import Staged

# The table of the rows that are looked at (sampled.py): their mapped columns c0, c1, ..., while a file is being staged.
HEAD = "head"

Steps = tuple[Step, ...]
Decider = Callable[[duckdb.DuckDBPyConnection, str, Dataset, Plan, Steps], Steps]
FROM_HEAD: tuple[Decider, ...] = (
    joining.from_head,
    lists.from_head,
    empty_column.from_head,
    turning.from_head,
    family_first.from_head,
    gender_letters.from_head,
    states.from_head,
    letter_case.from_head,
    commas.from_head,
    number_signs.from_head,
    yes_no.from_head,
    suffixes.from_head,
)
# Of dates, where a column has other ones than 1958-08-03.
OF_DATES: tuple[Decider, ...] = (
    listopad.from_head,
    decimal_years.from_head,
    no_dates.from_head,
    day_numbers.from_head,
    calendars.from_head,
    date_order.from_head,
    two_digit_years.from_head,
)
FROM_ROWS: tuple[Callable[[Staged, Mapping[int, int], Steps], Steps], ...] = (
    lists.from_rows,
    no_dates.from_rows,
    date_order.from_rows,
    two_digit_years.from_rows,
)


def from_head(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, plan: Plan, steps: Steps
) -> Steps:
    """The steps, and those that the rows looked at ask for."""
    if not _open(steps):
        return steps
    for decide in FROM_HEAD:
        steps = decide(cursor, HEAD, dataset, plan, steps)
    odd = date_columns.odd(cursor, HEAD, dataset, plan)
    for decide in OF_DATES if odd else ():
        steps = decide(cursor, HEAD, dataset, odd or plan, steps)
    return steps


def from_rows(staged: Staged, counts: Mapping[int, int]) -> Steps:
    """The steps, and those that only the whole file shows. `counts`: position of a check to its rows."""
    steps = staged.steps
    for decide in FROM_ROWS if _open(steps) else ():
        steps = decide(staged, counts, steps)
    return steps


def _open(steps: Steps) -> bool:
    """Whether there is anything to decide: what Marquee wrote is in one form, and that is known."""
    return all(step.op != "exported" for step in steps)
