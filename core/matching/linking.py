"""Links without a person: what a run may decide by itself, by the rules of the dataset. Off unless the rules say so.

A link is a decision like that of a person (door "rule"): it can be superseded and taken back. Pairs that somebody decided
or took back, and bridges between two persons, are left to people.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import WrongState
from core.history import events
from core.history.events import now
from core.matching import asking, decisions, merging
from core.matching.model import UNIT, weight_of
from core.matching.rules import Rules
from core.storage.ids import new_id
from core.storage.sql import literal
from core.storage.store import Store

DOOR = "rule"
MOST_MERGES = 500  # clusters that one run merges; the next one goes on
_DECIDED = 10  # decisions of people from which their share of "same" counts
_SURE = 0.95


@dataclass(frozen=True)
class Linked:
    """What was linked without a person: pairs, and clusters that were merged."""

    links: int = 0
    merges: int = 0


def must_be_right(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, rules: Rules, trusted: bool, verdict: str
) -> None:
    """Raises WrongState when nothing may be linked without a person: by the run's own estimate, or by the decisions."""
    hint = "Decide the pairs in the review, or take `link` out of the rules of the dataset."
    if rules.link is None:
        raise WrongState(
            f"the rules of {dataset.name} link nothing without a person",
            hint="Set `link` to a probability, such as 0.99.",
        )
    if not trusted:
        raise WrongState(f"the links are not trusted: {verdict}", hint=hint)
    row = cursor.execute(
        f"SELECT count(*) FILTER (verdict = 'same'), count(*) FROM ({decisions.latest(dataset.name)})"
        " WHERE verdict IN ('same', 'different') AND door <> ? AND weight >= ?",
        [DOOR, round(weight_of(rules.link) * UNIT)],
    ).fetchone() or (0, 0)
    same, decided = row
    if decided >= _DECIDED and same < _SURE * decided:
        raise WrongState(
            f"of {decided:,} such pairs that people decided {same:,} are one person: below {_SURE:.0%}",
            hint=hint,
        )


def link(store: Store, dataset: Dataset, rules: Rules, actor: Actor) -> Linked:
    """Link what the rules say, as decisions of the door "rule". Call `must_be_right` first."""
    share = rules.link or 1.0
    mine = Actor(actor.who, DOOR, actor.role, actor.request)
    found = store.read(lambda c: asking.clusters(c, dataset, share=share))
    links = store.write(lambda c: _decide(c, dataset, found, share, mine), name="link")
    merges = 0
    if rules.merge:
        for each in store.read(lambda c: _all_linked(c, dataset, found))[:MOST_MERGES]:
            store.write(lambda c, ids=each: merging.merge(c, dataset, ids, {}, mine))  # type: ignore[misc]
            merges += 1
    return Linked(links, merges)


def _members(cursor: duckdb.DuckDBPyConnection, found: list[asking.Cluster]) -> None:
    table = pa.table(
        {
            "cluster": pa.array([i for i, c in enumerate(found) for _ in c.records], pa.int32()),
            "record_id": pa.array([r for c in found for r in c.records], pa.string()),
        }
    )
    cursor.register("cluster_members", table)


def _decide(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    found: list[asking.Cluster],
    share: float,
    actor: Actor,
) -> int:
    """A decision for every pair of a cluster that is as likely as the rules want and of which nobody said anything."""
    name, note = literal(dataset.name), f"the rule of the dataset: from {share:.4g} on"
    _members(connection, found)
    try:
        rows = connection.execute(
            f"""SELECT left_id::VARCHAR, right_id::VARCHAR, p.weight FROM ops.match_pairs p
            JOIN cluster_members a ON a.record_id = left_id::VARCHAR JOIN cluster_members b ON b.record_id = right_id::VARCHAR
            WHERE dataset = {name} AND p.weight >= {round(weight_of(share) * UNIT)} AND NOT bridge AND a.cluster = b.cluster
              AND (left_id, right_id) NOT IN (SELECT (left_id, right_id) FROM history.match_decisions WHERE dataset = {name})
              AND (left_id, right_id) NOT IN (SELECT (left_id, right_id) FROM ({decisions.ruled(dataset)}))
            ORDER BY ALL"""
        ).fetchall()
        if not rows:
            return 0
        decided = pa.table(
            {
                "decision_id": pa.array([new_id() for _ in rows], pa.string()),
                "l": pa.array([r[0] for r in rows], pa.string()),
                "r": pa.array([r[1] for r in rows], pa.string()),
                "w": pa.array([r[2] for r in rows], pa.int32()),
            }
        )
        connection.register("decided_links", decided)
        _write(connection, dataset, note, actor)
    finally:
        connection.unregister("cluster_members")
    told: dict[str, object] = {"links": len(rows), "from": share}
    events.append(connection, "match.linked", actor, dataset=dataset.name, details=told)
    return len(rows)


def _write(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, note: str, actor: Actor
) -> None:
    m, key = table(dataset), decisions.identity(dataset, "m")
    try:
        connection.execute(
            f"""INSERT INTO history.match_decisions WITH who AS (
                SELECT record_id, {key} AS identity FROM {m} m WHERE record_id::VARCHAR IN
                (SELECT l FROM decided_links UNION SELECT r FROM decided_links))
            SELECT decision_id::UUID, ?, l::UUID, r::UUID, a.identity, b.identity, 'same', w, ?, NULL, ?, ?, ?
            FROM decided_links JOIN who a ON a.record_id = l::UUID JOIN who b ON b.record_id = r::UUID""",
            [dataset.name, note, actor.who, actor.door, now()],
        )
        connection.execute(
            "DELETE FROM ops.match_claims WHERE dataset = ? AND (left_id::VARCHAR, right_id::VARCHAR) IN"
            " (SELECT (l, r) FROM decided_links)",
            [dataset.name],
        )
    finally:
        connection.unregister("decided_links")


def _all_linked(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, found: list[asking.Cluster]
) -> list[list[str]]:
    """The clusters whose records hang together by decisions of *same* alone, each in order."""
    if not found:
        return []
    rows = cursor.execute(
        f"SELECT left_id::VARCHAR, right_id::VARCHAR FROM ({decisions.ruled(dataset)}) WHERE verdict = 'same'"
    ).fetchall()
    said: dict[str, set[str]] = {}
    for a, b in rows:
        said.setdefault(a, set()).add(b)
        said.setdefault(b, set()).add(a)
    whole = []
    for cluster in found:
        reached, todo = {cluster.records[0]}, [cluster.records[0]]
        while todo:
            more = said.get(todo.pop(), set()) & set(cluster.records) - reached
            reached |= more
            todo += sorted(more)
        if len(reached) == len(cluster.records):
            whole.append(list(cluster.records))
    return whole
