"""Names and dates whose parts stand in columns of their own are put together, as the step `join` says."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.datasets.parts import DATE_PARTS, LABELS
from core.ingest.columns import name_parts


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each field that several columns make, in front: it makes the text that others clean."""
    joined = {s.field for s in steps if s.op == "join"}
    found = [_step(plan, name) for name in plan.parts() if name not in joined]
    return (*found, *steps)


def _step(plan: Plan, name: str) -> Step:
    parts = plan.parts()[name]
    columns = {c.index: c.column for c in plan.mapping}
    order = name_parts.order([columns[i] for i in parts.values()], parts)
    order = order or tuple(p for p in DATE_PARTS if p in parts)
    names = " + ".join(f"“{columns[parts[p]]}” ({LABELS[p]})" for p in order)
    return Step(
        op="join", field=name, value=" ".join(order), reason=f"{names}: no column holds it whole"
    )
