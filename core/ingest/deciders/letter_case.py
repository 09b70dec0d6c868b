"""Upper and lower case, which Turkish writes otherwise: I is ı, and i is İ. The letters of the column show it."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.case import ONLY_TURKISH, TURKISH, TURKISH_WORDS
from core.datasets.model import Dataset

SHARE = 0.2  # of the values must have a letter that only Turkish and Azerbaijani have


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The steps of the dataset's own cleaning, as Turkish where the first rows of a column are Turkish."""
    if plan.recipe is not None:
        return steps
    return tuple(
        _decided(cursor, head, plan, s) if s.op in ("upper", "lower") else s for s in steps
    )


def _decided(cursor: duckdb.DuckDBPyConnection, head: str, plan: Plan, step: Step) -> Step:
    column = plan.fields().get(step.field or "")
    if column is None or step.value:
        return step
    x = f"c{column}"
    counts = cursor.execute(
        f"SELECT count({x}) FILTER (trim({x}) <> ''),"
        f" count(*) FILTER (regexp_matches({x}, '{ONLY_TURKISH}')) FROM {head}"
    ).fetchone()
    values, turkish = counts or (0, 0)
    if not turkish:
        return step
    if turkish < SHARE * values:
        reason = f"{turkish} of {values} values have letters of Turkish"
        return step.model_copy(update={"value": TURKISH_WORDS, "reason": reason})
    reason = f"{turkish} of {values} values have letters of Turkish, in which I is ı and İ is i"
    return step.model_copy(update={"value": TURKISH, "reason": reason})
