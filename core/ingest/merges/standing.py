"""Which merges stand, and which records hang together by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from core.ingest.rows.merged import standing as standing, survivor as survivor  # noqa: F401


@dataclass(frozen=True)
class Standing:
    """A merge that stands: `absorbed` became part of `survivor`, by these choices, as the act of that number."""

    id: str
    survivor: str
    absorbed: tuple[str, ...]
    keep: dict[str, Any]
    act: int

    @property
    def records(self) -> tuple[str, ...]:
        """All of them, the survivor first."""
        return (self.survivor, *self.absorbed)


def load(connection: duckdb.DuckDBPyConnection, dataset: str) -> list[Standing]:
    """All of them, the oldest act first."""
    rows = connection.execute(
        "SELECT merge_id::VARCHAR, any_value(survivor_id)::VARCHAR, list(absorbed_id::VARCHAR ORDER BY absorbed_id),"
        f" any_value(details), max(act) FROM ({standing(dataset)}) GROUP BY merge_id ORDER BY 5, 1"
    ).fetchall()
    return [
        Standing(merge, stays, tuple(absorbed), json.loads(details)["keep"], act)
        for merge, stays, absorbed, details, act in rows
    ]


def group(merges: Sequence[Standing], ids: Iterable[str]) -> list[Standing]:
    """The merges that hang together with any of these records, oldest first."""
    reached, wanted = set(ids), list[Standing]()
    left = list(merges)
    while True:
        near = [m for m in left if reached & set(m.records)]
        if not near:
            return sorted(wanted, key=lambda m: (m.act, m.id))
        wanted += near
        left = [m for m in left if m not in near]
        reached |= {r for m in near for r in m.records}


def touched_by(
    connection: duckdb.DuckDBPyConnection, dataset: str, upload_ids: Sequence[str]
) -> list[Standing]:
    """The merges that hang together with what some uploads changed or met."""
    merges = load(connection, dataset)
    if not merges:
        return []
    ids = {r for m in merges for r in m.records}
    rows = connection.execute(
        "SELECT record_id::VARCHAR FROM history.changes WHERE dataset = $1 AND list_contains($2::UUID[], upload_id)"
        " AND list_contains($3::UUID[], record_id) UNION"
        " SELECT record_id::VARCHAR FROM history.vouched WHERE dataset = $1"
        " AND list_contains($2::UUID[], upload_id) AND list_contains($3::UUID[], record_id)",
        [dataset, list(upload_ids), sorted(ids)],
    ).fetchall()
    return group(merges, [r for (r,) in rows])
