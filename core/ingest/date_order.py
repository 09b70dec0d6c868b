"""Whether 03/04/1990 is in March or in April: decided by the other dates of its column."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from core.datasets.model import Dataset
from core.ingest import checks, recipe
from core.ingest.plan import Plan, Step
from core.ingest.staged import Staged
from core.ingest.types import ANY, OVER_12, numeric_date


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The order of each date column that the first rows show."""
    open_ = {
        name: index
        for name, index in plan.fields().items()
        if dataset.field(name).type == "date" and recipe.option(steps, "date_order", name) is None
    }
    if not open_:
        return steps
    parts = []
    for index in open_.values():
        for shape in (numeric_date(OVER_12, ANY), numeric_date(ANY, OVER_12), numeric_date()):
            parts.append(f"count(*) FILTER (regexp_full_match(trim(c{index}), '{shape}'))")
    counts = list(cursor.execute(f"SELECT {', '.join(parts)} FROM {head}").fetchone() or [])
    found = [decide(name, *counts[3 * i : 3 * i + 3]) for i, name in enumerate(open_)]
    return (*steps, *(step for step in found if step))


def from_rows(
    staged: Staged, counts: Mapping[int, int], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The order of each date column that is still open, by all of its rows."""
    found: dict[str, dict[str, int]] = {}
    for check in staged.compiled.checks:
        if check.field and check.rule in (*checks.EVIDENCE, "date_order"):
            found.setdefault(check.field, {})[check.rule] = counts.get(check.position, 0)
    settled = []
    for field, seen in found.items():
        if seen.get("date_order"):  # 0 or absent: nothing is open
            first, second = (seen.get(rule, 0) for rule in checks.EVIDENCE)
            settled.append(decide(field, first, second, first + second + seen["date_order"]))
    return (*steps, *(step for step in settled if step))


def decide(field: str, day_first: int, month_first: int, numeric: int) -> Step | None:
    """The order that the evidence shows, or None when it is truly open.

    `day_first` counts dates with a first number over 12, `month_first` with a second one.
    """
    if day_first == month_first:
        return None
    order = "dmy" if day_first > month_first else "mdy"
    shown, against = max(day_first, month_first), min(day_first, month_first)
    place = "first" if order == "dmy" else "second"
    reason = f"{shown} of {numeric} dates have a number over 12 in {place} place"
    reason += f", {against} in the other" if against else ", none in the other"
    return Step(op="date_order", field=field, value=order, reason=reason)
