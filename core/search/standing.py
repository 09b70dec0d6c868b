"""How an index stands, and whether it has what the table has."""

from __future__ import annotations

from typing import Any

from core.datasets.tables import table
from core.search.found import Checked, Status
from core.search.searching import Searching


def status(searching: Searching) -> Status:
    """How the index stands."""
    standing, name = searching.engine.standing(), searching.dataset.name
    building = searching.follower.building
    waiting = searching.follower.behind(standing.mark)
    state: Any = "behind" if waiting else "ready"
    if standing.mark is None:
        state = standing.reason if standing.reason in ("held", "broken") else "missing"
        state = "away" if standing.away else state
    if building:
        state = "building"
    return Status(
        dataset=name,
        engine=searching.engine.name,
        state=state,
        reason=standing.reason or searching.trouble,
        documents=standing.documents,
        size=standing.size,
        act=standing.mark.act if standing.mark else 0,
        behind=waiting,
        share=building[0] / max(1, building[1]) if building else 1.0,
    )


def check(searching: Searching) -> Checked:
    """Compare the index with the table: every id, once the index has every change."""
    searching.follower.catch_up()
    indexed = set(searching.engine.ids())
    rows = searching.database.read(
        lambda c: c.execute(f"SELECT record_id::VARCHAR FROM {table(searching.dataset)}").fetchall()
    )
    there = {row[0] for row in rows}
    return Checked(
        dataset=searching.dataset.name,
        records=len(there),
        documents=len(indexed),
        missing=tuple(sorted(there - indexed)[:100]),
        extra=tuple(sorted(indexed - there)[:100]),
    )
