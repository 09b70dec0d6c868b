"""The date columns of a file that a decider still has to look at."""

from __future__ import annotations

from core.cleaning import recipe
from core.cleaning.plan import OWN, Column, Plan
from core.cleaning.step import Step
from core.datasets import meaning
from core.datasets.model import Dataset


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


def death_columns(plan: Plan) -> list[Column]:
    """The columns that hold the day or year of a death, whether a field takes them or not."""
    return [c for c in plan.mapping if _of_death(c.column)]


def _of_death(header: str) -> bool:
    said = meaning.of_path(header)
    return said.about == {"death"} and said.what in (None, "date")
