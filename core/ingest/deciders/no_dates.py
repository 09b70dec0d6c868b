"""0/0/00, 0000-00-00, "/ /": what programs write where they have no date becomes empty, as a step that says so."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates.words import NO_DATE
from core.ingest.deciders.date_columns import undecided
from core.ingest.rows.staged import Staged
from core.storage.sql import literal


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column whose first rows hold such a text."""
    columns = undecided(dataset, plan, steps, "no_dates")
    if not columns:
        return steps
    shape = literal(rf"\s*(?:{NO_DATE})\s*")
    parts = []
    for column in columns.values():
        x = f"c{column.index}"
        is_one = f"regexp_full_match({x}, {shape})"
        parts += [f"count(*) FILTER ({is_one})", f"min(trim({x})) FILTER ({is_one})"]
    found = list(cursor.execute(f"SELECT {', '.join(parts)} FROM {head}").fetchone() or [])
    seen = {name: (found[2 * i], found[2 * i + 1]) for i, name in enumerate(columns)}
    return (
        *steps,
        *(_step(name, *s) for name, s in seen.items() if s[0] and not _has(steps, name)),
    )


def from_rows(
    staged: Staged, counts: Mapping[int, int], steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The same, where only a later row holds one."""
    found = [
        _step(check.field, counts[check.position], "0000-00-00")
        for check in staged.compiled.checks
        if check.field
        and check.rule == "no_date_seen"
        and counts.get(check.position)
        and not _has(steps, check.field)
    ]
    return (*steps, *found)


def _has(steps: tuple[Step, ...], field: str) -> bool:
    return any(s.op == "no_dates" and s.field == field for s in steps)


def _step(field: str, count: int, example: str) -> Step:
    reason = f"{count} value{'s' if count > 1 else ''} such as {example}: programs write that for no date"
    return Step(op="no_dates", field=field, reason=reason)
