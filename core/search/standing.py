"""How an index stands, and whether it has what the table has."""

from __future__ import annotations

from typing import Any

from core.datasets.tables import table
from core.records.filters import Condition
from core.search.plan import Plan
from core.search.results import Checked, Status
from core.search.searching import Searching
from core.storage.sql import ident

BATCH = 1_000  # records that are compared at once
TOLD = 100  # ids that are named of each kind


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
    """Compare the index with the table, once it has every change: every id, and what lists show of each record."""
    searching.follower.catch_up()
    indexed, there, stale = set(searching.engine.ids()), set[str](), list[str]()
    with searching.database.reader() as cursor:
        names = "".join(f", {ident(name)}" for name in searching.layout.shown)
        found = cursor.execute(f"SELECT record_id::VARCHAR{names} FROM {table(searching.dataset)}")
        while rows := found.fetchmany(BATCH):
            there.update(row[0] for row in rows)
            stale += _stale(searching, rows)
    return Checked(
        dataset=searching.dataset.name,
        records=len(there),
        documents=len(indexed),
        missing=tuple(sorted(there - indexed)[:TOLD]),
        extra=tuple(sorted(indexed - there)[:TOLD]),
        stale=tuple(sorted(stale)[:TOLD]),
    )


def _stale(searching: Searching, rows: list[tuple[Any, ...]]) -> list[str]:
    """Those of these records of which the index shows something else."""
    ids = tuple(row[0] for row in rows)
    plan = Plan(filters=Condition(field="record_id", op="in", value=ids))
    shown = {c.record_id: c.shown for c in searching.engine.search(plan, limit=BATCH).candidates}
    names = searching.layout.shown
    return [
        row[0]
        for row in rows
        if row[0] in shown
        and shown[row[0]] != {n: v for n, v in zip(names, row[1:], strict=True) if v is not None}
    ]
