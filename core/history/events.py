"""The audit trail: append-only, each event carrying the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from typing import Any

import duckdb

from core.actor import Actor
from core.errors import ChainBroken
from core.storage import ids

FIRST = "0" * 64
EMPTIED, PRUNED = "emptied", "events.pruned"  # an old line without its contents; that this was done
_COLUMNS = (
    "seq, happened_at, kind, actor, door, dataset, upload_id::VARCHAR, record_id::VARCHAR,"
    " details, previous_hash, hash"
)


@dataclass(frozen=True)
class Event:
    """One line of the audit trail. `details` is a flat JSON object."""

    seq: int
    at: datetime
    kind: str
    actor: str
    door: str
    dataset: str | None
    upload_id: str | None
    record_id: str | None
    details: dict[str, Any] = field(default_factory=dict)
    previous_hash: str = FIRST
    hash: str = ""


_clock = threading.Lock()
_last = datetime.min


def now() -> datetime:
    """This moment in UTC, without a zone, in whole microseconds: what the tables keep.

    It never goes back, nor stands still, within a process: when the clock is set back, the order of what
    happened stays right, and the times go on from the latest one until the clock has caught up.
    """
    global _last
    with _clock:
        present = datetime.now(timezone.utc).replace(tzinfo=None)
        _last = max(present, _last + timedelta(microseconds=1))
        return _last


def go_on(connection: duckdb.DuckDBPyConnection) -> None:
    """At the start: not before the newest event, though the clock was set back while nothing ran.

    An event that is more than a day ahead was written under a wrong clock, and is not gone after.
    """
    global _last
    row = connection.execute("SELECT max(happened_at) FROM ops.events").fetchone()
    present = now()
    if row and row[0] and row[0] - present < timedelta(days=1):
        with _clock:
            _last = max(_last, row[0])
        ids.not_before(row[0])


def append(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    actor: Actor,
    *,
    dataset: str | None = None,
    upload_id: str | None = None,
    record_id: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one event, in the transaction of what it tells. Only the writer thread calls this."""
    # Go on from the noted end, never from what is there: else a cut-off end would be covered up.
    seq, previous = _head(connection)
    seq += 1
    told = {**(details or {}), **({"request": actor.request} if actor.request else {})}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    row = [
        seq,
        now(),
        kind,
        actor.who,
        actor.door,
        dataset,
        upload_id,
        record_id,
        text,
        previous,
    ]
    digest = _hash(row)
    connection.execute(
        "INSERT INTO ops.events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*row, digest]
    )
    connection.execute("UPDATE ops.event_head SET seq = ?, hash = ?", [seq, digest])


def _head(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    row = connection.execute("SELECT seq, hash FROM ops.event_head").fetchone()
    if row is None:
        raise ChainBroken("the note of where the audit trail ends is gone")
    return int(row[0]), str(row[1])


def _hash(row: list[Any]) -> str:
    seq, at, *rest = row
    text = json.dumps([seq, at.isoformat(timespec="microseconds"), *rest], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def latest(
    connection: duckdb.DuckDBPyConnection,
    *,
    limit: int = 100,
    before: int | None = None,
    kind: str = "%",
    but: str = "",
) -> list[Event]:
    """The newest events first; `before` is the seq to page on from, `kind` and `but` are patterns of LIKE."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.events WHERE seq < coalesce(?, 9223372036854775807)"
        " AND kind LIKE ? AND NOT kind LIKE ? ORDER BY seq DESC LIMIT ?",
        [before, kind, but, limit],
    ).fetchall()
    return [_event(r) for r in rows]


def count(connection: duckdb.DuckDBPyConnection, *, but: str = "") -> int:
    """How many events there are; `but` is a pattern of LIKE for kinds that are left out."""
    row = connection.execute(
        "SELECT count(*) FROM ops.events WHERE NOT kind LIKE ?", [but]
    ).fetchone()
    return int(row[0]) if row else 0


def behind(
    connection: duckdb.DuckDBPyConnection, seq: int, *, limit: int = 100, but: str = ""
) -> list[Event]:
    """The events after a number, the oldest first; `but` is a pattern of LIKE for kinds that are left out."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.events WHERE seq > ? AND NOT kind LIKE ? ORDER BY seq LIMIT ?",
        [seq, but, limit],
    ).fetchall()
    return [_event(r) for r in rows]


def last(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest event; 0 when there is none."""
    return _head(connection)[0]


def _event(row: tuple[Any, ...]) -> Event:
    names = [f.name for f in fields(Event)]
    return Event(**{**dict(zip(names, row)), "details": json.loads(row[8])})


def verify(connection: duckdb.DuckDBPyConnection) -> int:
    """Check the whole chain; returns how many events it has. Raises ChainBroken naming the first bad one."""
    previous, expected = FIRST, 1
    emptied: list[int] = []
    told: dict[str, int] = {"until": 0, "empty": 0}
    cursor = connection.execute(f"SELECT {_COLUMNS} FROM ops.events ORDER BY seq")
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            if row[0] != expected:
                raise ChainBroken(f"event {expected} is missing", seq=expected)
            whole = row[2] == EMPTIED or row[10] == _hash(list(row[:10]))
            if row[9] != previous or not whole:
                raise ChainBroken(f"event {row[0]} ({row[2]}, {row[1]}) was altered", seq=row[0])
            if row[2] == EMPTIED:
                emptied.append(row[0])
            elif row[2] == PRUNED:
                told = json.loads(row[8])
            previous, expected = row[10], expected + 1
    if len(emptied) != told["empty"] or any(seq > told["until"] for seq in emptied):
        raise ChainBroken(
            f"{len(emptied)} events are empty; Marquee emptied {told['empty']}, up to event {told['until']}"
        )
    if (expected - 1, previous) != _head(connection):
        raise ChainBroken(f"event {expected} is missing: the end was cut off", seq=expected)
    return expected - 1
