"""The date columns of a file that a decider still has to look at."""

from __future__ import annotations

from core.cleaning import recipe
from core.cleaning.plan import OWN, Column, Plan
from core.cleaning.step import Step
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
