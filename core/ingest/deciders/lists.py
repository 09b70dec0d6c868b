"""A list where one text belongs, as programs write it: `["GB"]`, `['GB']`. The step `unlist` takes the texts out of it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.unlist import is_list
from core.datasets.model import Dataset
from core.ingest.rows.staged import Staged


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step, in front, for each column of one value whose first rows hold a list."""
    if plan.recipe is not None:
        return steps
    mapped, parts = plan.fields(), plan.parts()
    columns = {
        f.name: f"c{mapped[f.name]}"
        for f in dataset.fields
        if f.type != "list" and f.name in mapped and f.name not in parts
    }
    if not columns:
        return steps
    counts = [f"count(*) FILTER ({is_list(c)})" for c in columns.values()]
    found = cursor.execute(f"SELECT {', '.join(counts)} FROM {head}").fetchone() or ()
    return (*(_step(name, n) for name, n in zip(columns, found) if n), *steps)


def from_rows(
    staged: Staged, counts: Mapping[int, int], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The same, where only a later row holds one."""
    there = {s.field for s in steps if s.op == "unlist"}
    if staged.plan.recipe is not None:
        return steps
    found = [
        _step(check.field, counts[check.position])
        for check in staged.compiled.checks
        if check.rule == "list" and check.field and counts.get(check.position)
    ]
    return (*(s for s in found if s.field not in there), *steps)


def _step(field: str, count: int) -> Step:
    told = (
        "values are lists as programs write them"
        if count > 1
        else "value is a list as programs write it"
    )
    reason = f"{count:,} {told}, and the field holds one"
    return Step(op="unlist", field=field, reason=reason)
