"""35376: a column of day numbers, as a spreadsheet leaves them in a text file, becomes dates, as a step that says so.

Only where every value of the column is one, within a plausible range; a few among dates are asked about.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.readings import in_the_past
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates.read import SERIAL
from core.dates.words import NO_DATE
from core.ingest.deciders.date_columns import undecided
from core.storage.sql import literal

_DAY_0 = date(1899, 12, 30)
_LAST = date(2100, 1, 1)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column of nothing but day numbers."""
    found = []
    empty = literal(["", *(w.lower() for w in dataset.cleaning.empty_words)])
    for name, column in undecided(dataset, plan, steps, "day_numbers").items():
        x = f"trim(c{column.index})"
        number = (
            f"TRY_CAST(replace(regexp_extract({x}, '^{SERIAL}$'), ',', '.') AS DOUBLE)::INTEGER"
        )
        none = f"{x} IS NULL OR list_contains({empty}, lower({x})) OR regexp_full_match({x}, {literal(NO_DATE)})"
        row = cursor.execute(
            f"SELECT count(*) FILTER (NOT ({none})), count({number}), min({number}), max({number})"
            f" FROM {head}"
        ).fetchone()
        if row and row[1] and row[0] == row[1]:
            first, last = (_DAY_0 + timedelta(days=int(days)) for days in row[2:])
            if last <= (date.today() if in_the_past(dataset.field(name)) else _LAST):
                found.append(_step(name, row[1], first, last))
    return (*steps, *found)


def _step(field: str, count: int, first: date, last: date) -> Step:
    values = f"all {count} values are" if count > 1 else "the only value is"
    reason = f"{values} such numbers: days from {first} to {last}"
    return Step(op="day_numbers", field=field, value="1900", reason=reason)
