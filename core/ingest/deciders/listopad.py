"""Listopad is November in Polish and Czech, and October in Croatian: the other months of the column say which."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates.read import folded
from core.ingest.deciders.date_columns import undecided
from core.storage.sql import literal

# Months that only one of the two can write, without their accents.
_CROATIAN = "sijec|veljac|ozuj|travn|travanj|svib|lipn|lipanj|srpnj|srpanj|kolovoz|rujn|rujan|studen|prosinca|prosinac"
_OTHERS = (
    "stycz|lut[ey]|marz?e?c|kwie|maja|czerw|lip[ci]|sierp|wrzes|pazdz|grud"
    "|led[en]|unor|brez|dub|kvet|cerv|srpn[ae]?\\b|srpen|zari|rij[en]|prosince|prosinec|listopadu"
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column in which listopad is October."""
    if plan.recipe is not None:
        return steps
    found = []
    for field, column in undecided(dataset, plan, steps, "listopad").items():
        x = f"c{column.index}"
        shapes = (_CROATIAN, _OTHERS, r"\d\. *listopada? *\d{4}\.")
        counts = ", ".join(f"count(*) FILTER (regexp_matches(t, {literal(s)}))" for s in shapes)
        sql = (
            f"SELECT {counts} FROM (SELECT {folded(x)} AS t FROM {head} WHERE length({x}) < 40)"
            " HAVING count(*) FILTER (contains(t, 'listopad')) > 0"
        )
        seen = cursor.execute(sql).fetchone()
        month, reason = _month(*seen) if seen else ("", "")
        if month:
            step = Step(op="listopad", field=field, value=month, reason=reason)
            found.append(step)
    return (*steps, *found)


def _month(croatian: int, others: int, dotted: int) -> tuple[str, str]:
    """The month and why it is that; two empty texts where nothing shows it, so that it is asked."""
    if croatian > others:
        return (
            "october",
            f"{croatian} dates have months in Croatian, in which listopad is October",
        )
    if others:
        return "november", f"{others} dates have months in Polish or Czech"
    if dotted:
        return (
            "october",
            f"{dotted} dates are written as in Croatian, in which listopad is October",
        )
    return "", ""
