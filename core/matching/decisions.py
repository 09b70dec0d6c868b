"""What people decided of pairs. A decision is never deleted: the newest of a pair holds, and names the one before.

A decision is kept by the ids of the records and by their folded identities, so that *not the same* also holds when an
import was taken back and the same people come again under other ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import duckdb

from core.actor import Actor
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import InputError, NotFound, WrongState
from core.history import events
from core.history.events import now
from core.ingest.merges import standing
from core.matching.model import UNIT
from core.storage.ids import check_id, new_id
from core.storage.sql import ident, literal

Verdict = Literal["same", "different", "later", "withdrawn"]
_COLUMNS = (
    "decision_id::VARCHAR, dataset, left_id::VARCHAR, right_id::VARCHAR, verdict, weight, note,"
    " supersedes::VARCHAR, actor, door, decided_at"
)


@dataclass(frozen=True)
class Decision:
    """What somebody said of a pair. `weight` is what the model said then, in bits; `holds`: nobody said otherwise since."""

    id: str
    dataset: str
    left: str
    right: str
    verdict: Verdict
    weight: float | None
    note: str | None
    supersedes: str | None
    actor: str
    door: str
    at: datetime
    holds: bool = True


def ordered(left: str, right: str) -> tuple[str, str]:
    """Two ids as a pair: checked, the smaller first. Raises NotFound and InputError."""
    a, b = sorted((check_id(left, "record"), check_id(right, "record")))
    if a == b:
        raise InputError("a pair has two records, and these are one", record_id=a)
    return a, b


def decide(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    left: str,
    right: str,
    verdict: str,
    actor: Actor,
    *,
    note: str | None = None,
    expect: str | None = None,
) -> Decision:
    """Write a decision down, inside the writer's transaction. `expect` is the id of the one that was seen to hold ("" for
    none): another one since is a Conflict. Raises NotFound for records that are not there."""
    if verdict not in get_args(Verdict):
        raise InputError(f"{verdict!r} is no decision", hint="Say same, different or later.")
    a, b = ordered(left, right)
    _both_there(connection, dataset, (a, b))
    before = holding(connection, dataset.name, a, b)
    if expect is not None and (before.id if before else "") != expect:
        raise _meanwhile(before)
    return write(connection, dataset, (a, b), verdict, actor, note=note)


def write(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    pair: tuple[str, str],
    verdict: str,
    actor: Actor,
    *,
    note: str | None = None,
) -> Decision:
    """A decision on an ordered pair, whether its records are there or not."""
    (a, b), name = pair, dataset.name
    before = holding(connection, name, a, b)
    decision_id, keys = new_id(), {r: _identity(connection, dataset, r) for r in (a, b)}
    connection.execute(
        "INSERT INTO history.match_decisions SELECT ?, ?, ?, ?, ?, ?, ?, (SELECT max(weight) FROM ops.match_pairs"
        " WHERE dataset = ? AND left_id = ?::UUID AND right_id = ?::UUID), ?, ?, ?, ?, ?",
        [
            *(decision_id, name, a, b, keys[a], keys[b], verdict, name, a, b),
            *(note, before.id if before else None, actor.who, actor.door, now()),
        ],
    )
    connection.execute(
        "DELETE FROM ops.match_claims WHERE dataset = ? AND left_id = ?::UUID AND right_id = ?::UUID",
        [name, a, b],
    )
    said = {"left": a, "right": b, "verdict": verdict, "decision": decision_id}
    events.append(connection, "match.decided", actor, dataset=name, record_id=a, details=said)
    return get(connection, decision_id)


def undo(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, decision_id: str, actor: Actor
) -> Decision:
    """Take a decision back. Raises WrongState when it does not hold, or its records were merged by it."""
    found_ = get(connection, decision_id)
    if not found_.holds or found_.verdict == "withdrawn":
        raise WrongState("this decision does not hold any more", hint="A later one superseded it.")
    merged = {r for m in standing.load(connection, dataset.name) for r in m.absorbed}
    if found_.verdict == "same" and merged & {found_.left, found_.right}:
        raise WrongState("these records were merged", hint="Take the merge apart instead.")
    return write(
        connection, dataset, (found_.left, found_.right), "withdrawn", actor, note="taken back"
    )


def _meanwhile(before: Decision | None) -> WrongState:
    who = f"{before.actor} said {before.verdict}" if before else "the decision was taken back"
    return WrongState(
        f"somebody decided this pair meanwhile: {who}",
        hint="Look at the pair again; the next one waits.",
    )


def _both_there(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, ids: tuple[str, str]
) -> None:
    rows = connection.execute(
        f"SELECT record_id::VARCHAR FROM {table(dataset)} WHERE list_contains(?::UUID[], record_id)",
        [list(ids)],
    ).fetchall()
    for each in ids:
        if (each,) not in rows:
            raise NotFound(f"there is no record {each!r} in {dataset.name}")


def identity(dataset: Dataset, alias: str) -> str:
    """SQL: who a record is by its key, as one text; NULL without a key."""
    both = (
        f"coalesce({alias}.{ident(dataset.key.when_both)}::VARCHAR, '')"
        if dataset.key.when_both
        else "''"
    )
    return f"{alias}._key || chr(31) || {both}"


def _identity(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str
) -> str | None:
    row = connection.execute(
        f"SELECT {identity(dataset, 'm')} FROM {table(dataset)} m WHERE record_id = ?", [record_id]
    ).fetchone()
    return row[0] if row else None


def get(connection: duckdb.DuckDBPyConnection, decision_id: str) -> Decision:
    """One decision. Raises NotFound."""
    wanted = check_id(decision_id, "decision")
    row = connection.execute(
        f"SELECT {_COLUMNS}, decision_id NOT IN (SELECT supersedes FROM history.match_decisions"
        " WHERE supersedes IS NOT NULL) FROM history.match_decisions WHERE decision_id = ?",
        [wanted],
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no decision {decision_id!r}")
    return _decision(row)


def _decision(row: tuple[Any, ...]) -> Decision:
    values = list(row)
    values[5] = None if values[5] is None else int(values[5]) / UNIT
    return Decision(*values)


def holding(
    connection: duckdb.DuckDBPyConnection, dataset: str, left: str, right: str
) -> Decision | None:
    """The decision that holds for a pair by its ids."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, true FROM history.match_decisions WHERE dataset = ? AND left_id = ?::UUID"
        " AND right_id = ?::UUID ORDER BY decided_at DESC LIMIT 1",
        [dataset, left, right],
    ).fetchone()
    return _decision(row) if row and row[4] != "withdrawn" else None


def latest(dataset: str) -> str:
    """SELECT of the newest decision of every pair, by the ids; withdrawn ones, too."""
    return (
        f"SELECT * FROM history.match_decisions WHERE dataset = {literal(dataset)} QUALIFY row_number() OVER"
        " (PARTITION BY left_id, right_id ORDER BY decided_at DESC, decision_id DESC) = 1"
    )


_HOLDS = "decision_id NOT IN (SELECT supersedes FROM history.match_decisions WHERE supersedes IS NOT NULL)"
_LISTED = f"FROM history.match_decisions WHERE dataset = ? AND (? OR ({_HOLDS} AND verdict <> 'withdrawn'))"


def found(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    *,
    all_: bool = True,
    limit: int = 1_000,
    offset: int = 0,
) -> list[Decision]:
    """Decisions, the newest first. Without `all_` only those that hold."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, {_HOLDS} {_LISTED} ORDER BY decided_at DESC, decision_id DESC LIMIT ? OFFSET ?",
        [dataset, all_, limit, offset],
    ).fetchall()
    return [_decision(row) for row in rows]


def count(connection: duckdb.DuckDBPyConnection, dataset: str, *, all_: bool = True) -> int:
    """How many decisions `found` gives, page by page."""
    row = connection.execute(f"SELECT count(*) {_LISTED}", [dataset, all_]).fetchone()
    return int(row[0]) if row else 0


def ruled(dataset: Dataset) -> str:
    """SELECT of (left_id, right_id, verdict) of all pairs of present records that a decision holds for.

    By the ids; where these are gone, by who the records are.
    """
    key = identity(dataset, "m")
    return f"""
        WITH said AS (
            {latest(dataset.name)}
        ), by_id AS (
            SELECT left_id, right_id, verdict, decided_at FROM said
        ), who AS (
            SELECT record_id, {key} AS identity FROM {table(dataset)} m WHERE {key} IN
            (SELECT left_key FROM said UNION ALL SELECT right_key FROM said)
        ), by_key AS (
            SELECT least(a.record_id, b.record_id) AS left_id, greatest(a.record_id, b.record_id) AS right_id,
                   verdict, decided_at FROM said JOIN who a ON a.identity = left_key
            JOIN who b ON b.identity = right_key AND b.record_id <> a.record_id
        )
        SELECT left_id, right_id, arg_max(verdict, (decided_at, verdict)) AS verdict
        FROM (FROM by_id UNION ALL FROM by_key) GROUP BY ALL HAVING verdict <> 'withdrawn'"""
