"""Taking the whole import back."""

from __future__ import annotations

from typing import Any

from benchmarks.cases.case import Case, Work, count
from benchmarks.clock import Clock
from core.workbench import Workbench


def rollback(work: Work, *, dry_run: bool) -> dict[str, Any]:
    """Of the oldest import; closed, reopened and counted."""
    clock = Clock()
    with Workbench.open(settings=work.settings) as wb:
        first = wb.uploads(kind="import", status="imported", limit=1_000)[-1]
        counts = wb.rollback(first.id, dry_run=dry_run, limit=20).counts
    left = count(work.settings.database)
    return {**clock.read(), "rows": counts["reversed"], "records": left, "counts": dict(counts)}


CASES = (
    Case(
        "rollback preview",
        "Rollback of the whole import, as a preview",
        lambda work: rollback(work, dry_run=True),
    ),
    Case("rollback", "Rollback of the whole import", lambda work: rollback(work, dry_run=False)),
)
