"""1950.5 is May 1950 where its neighbours have months of two digits, and a year with decimals where they have 1951.0."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.decimal_years import OPEN
from core.datasets.model import Dataset
from core.ingest.deciders.date_columns import undecided
from core.storage.sql import literal

_MONTH = r"\d{4}[.,](?:0[1-9]|1[0-2])"
_DECIMALS = r"\d{4}[.,](?:0|00|1[3-9]|[2-9]\d|\d{3,})"


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column whose numbers with one point show what they are."""
    if plan.recipe is not None:
        return steps
    found = []
    for field, column in undecided(dataset, plan, steps, "decimal_years").items():
        counts = ", ".join(
            f"count(*) FILTER (regexp_full_match(trim(c{column.index}), {literal(shape)}))"
            for shape in (OPEN, _MONTH, _DECIMALS)
        )
        open_, months, decimals = (
            cursor.execute(f"SELECT {counts} FROM {head}").fetchone() or (0,) * 3
        )
        if decimals > months:
            reason = f"{_values(decimals)} decimals that are no month, such as 1951.0"
            found.append(Step(op="decimal_years", field=field, value="year", reason=reason))
        elif open_ and months and not decimals:
            reason = f"{_values(months)} a month of two digits behind the point"
            found.append(Step(op="decimal_years", field=field, value="month", reason=reason))
    return (*steps, *found)


def _values(count: int) -> str:
    return f"{count} values have" if count > 1 else "1 value has"
