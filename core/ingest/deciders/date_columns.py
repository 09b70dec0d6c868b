"""The date columns of a file that a decider still has to look at."""

from __future__ import annotations

import duckdb

from core.cleaning import recipe
from core.cleaning.plan import OWN, Column, Plan
from core.cleaning.step import Step
from core.datasets import meaning
from core.datasets.model import Dataset
from core.dates import header
from core.storage.sql import literal


def undecided(dataset: Dataset, plan: Plan, steps: tuple[Step, ...], op: str) -> dict[str, Column]:
    """The date fields without a step `op`, and their columns."""
    return {
        c.field: c
        for c in plan.mapping
        if c.field
        and c.field not in OWN
        and dataset.field(c.field).type == "date"
        and recipe.option(steps, op, c.field) is None
    }


PLAIN = r"(?:1[6-9]\d\d|20[0-2]\d)(?:-\d\d-\d\d)?"


def odd(cursor: duckdb.DuckDBPyConnection, head: str, dataset: Dataset, plan: Plan) -> Plan | None:
    """The plan without the date columns of which nothing is to be decided; None where no other is left.

    They hold years and days as ISO writes them, or nothing, and their names speak of no order and no calendar.
    """
    mine = [c for c in plan.mapping if _is_date(dataset, c)]
    counts = [
        f"count(*) FILTER (trim(c{c.index}) <> '' AND NOT regexp_full_match(c{c.index}, {literal(PLAIN)}))"
        for c in mine
    ]
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {head}").fetchone() if mine else None
    plain = {
        c.index
        for c, count in zip(mine, row or ())
        if not (count or header.calendar(c.column) or header.order(c.column))
    }
    if len(plain) == len(mine):
        return None
    kept = tuple(c for c in plan.mapping if c.index not in plain)
    return plan.model_copy(update={"mapping": kept})


def _is_date(dataset: Dataset, column: Column) -> bool:
    named = column.field and column.field not in OWN
    return bool(named) and not column.part and dataset.field(column.field or "").type == "date"


def death_columns(plan: Plan) -> list[Column]:
    """The columns that hold the day or year of a death, whether a field takes them or not."""
    return [c for c in plan.mapping if _of_death(c.column)]


def _of_death(header: str) -> bool:
    said = meaning.of_path(header)
    return said.about == {"death"} and said.what in (None, "date")
