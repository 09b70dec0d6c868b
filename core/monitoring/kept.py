"""What the monitoring keeps in the database: samples, alerts, silences, unexpected errors, server processes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from core.errors import NotFound
from core.monitoring.series import Key
from core.observe.faults import Seen, joined
from core.observe.meters import METERS
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

GAUGE_DAYS, COUNTER_DAYS, CHANGE_DAYS = 8, 40, 400
SEPARATOR = "\n"
GONE = timedelta(minutes=2)  # a process that was not seen for so long is gone
TOLD = timedelta(minutes=30)  # so long a lost one is reported


def now() -> datetime:
    """UTC without a zone, as all tables have it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


@dataclass(frozen=True)
class State:
    """Where an alert stands. state: ok, pending, firing, unknown (cannot be measured) or unused."""

    alert: str
    state: str = "ok"
    since: datetime | None = None
    value: float | None = None
    told_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True)
class Change:
    """An alert went from one state into another."""

    at: datetime
    alert: str
    before: str
    after: str
    value: float | None


@dataclass(frozen=True)
class Silence:
    """Nobody is told of an alert ("*": of any) until then."""

    id: str
    alert: str
    ends_at: datetime
    actor: str
    reason: str
    created_at: datetime


@dataclass(frozen=True)
class Fault:
    """One kind of unexpected error, over all processes."""

    print: str
    kind: str
    event: str
    frames: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int
    ids: dict[str, str]


# ------------------------------------------------------------------ samples


def write_samples(
    connection: Connection, process: str, at: datetime, rows: Mapping[Key, float]
) -> None:
    """Keep the growth and the values of some minutes, and let go of what is too old."""
    if rows:
        connection.execute(
            "INSERT INTO ops.samples BY NAME SELECT ?::TIMESTAMP AS happened_at, ? AS process,"
            " unnest(?::VARCHAR[]) AS metric, unnest(?::VARCHAR[]) AS labels,"
            " unnest(?::VARCHAR[]) AS part, unnest(?::DOUBLE[]) AS value",
            [at, process, [k[0] for k in rows], [SEPARATOR.join(k[1]) for k in rows]]
            + [[k[2] for k in rows], list(rows.values())],
        )


def expire(connection: Connection) -> None:
    """Let go of what is too old: gauges after a week, counters when no budget needs them."""
    present = now()
    gauges = [name for name, meter in METERS.items() if meter.kind == "gauge"]
    connection.execute(
        "DELETE FROM ops.samples WHERE happened_at < ?"
        " OR (happened_at < ? AND list_contains(?::VARCHAR[], metric))",
        [present - timedelta(days=COUNTER_DAYS), present - timedelta(days=GAUGE_DAYS), gauges],
    )
    connection.execute(
        "DELETE FROM ops.alert_changes WHERE happened_at < ?",
        [present - timedelta(days=CHANGE_DAYS)],
    )


def samples(
    connection: Connection, since: datetime, metrics: Sequence[str] | None = None
) -> list[tuple[datetime, Key, float]]:
    """Samples since a time, the oldest first; those of several processes at one time are rows of their own."""
    rows = connection.execute(
        "SELECT happened_at, metric, labels, part, value FROM ops.samples WHERE happened_at >= ?"
        " AND (? OR list_contains(?::VARCHAR[], metric)) ORDER BY happened_at",
        [since, metrics is None, list(metrics or ())],
    ).fetchall()
    found = []
    for at, metric, labels, part, value in rows:
        if metric in METERS and (key := _key(metric, labels, part)) is not None:
            found.append((at, key, float(value)))
    return found


def growth(
    connection: Connection, metric: str, since: datetime, until: datetime, labels: Mapping[str, str]
) -> float:
    """By how much a counter grew between two times, over all processes."""
    rows = connection.execute(
        "SELECT labels, sum(value) FROM ops.samples WHERE metric = ? AND happened_at >= ?"
        " AND happened_at < ? AND part IN ('', 'count') GROUP BY labels",
        [metric, since, until],
    ).fetchall()
    places = {list(METERS[metric].labels).index(name): value for name, value in labels.items()}
    total = 0.0
    for text, value in rows:
        key = _key(metric, text, "")
        if key and all(key[1][n] in wanted.split("|") for n, wanted in places.items()):
            total += float(value)
    return total


def _key(metric: str, labels: str, part: str) -> Key | None:
    values = tuple(labels.split(SEPARATOR)) if METERS[metric].labels else ()
    return (metric, values, part) if len(values) == len(METERS[metric].labels) else None


# ------------------------------------------------------------------ alerts

_STATE = "alert, state, since, value, told_at, acknowledged_by, acknowledged_at, note"


def states(connection: Connection) -> dict[str, State]:
    """Where every alert stands that was ever looked at."""
    rows = connection.execute(f"SELECT {_STATE} FROM ops.alerts").fetchall()
    return {row[0]: State(*row) for row in rows}


def write_states(connection: Connection, found: Iterable[State], changes: Iterable[Change]) -> None:
    """Keep where alerts stand, and what changed."""
    for one in found:
        connection.execute("DELETE FROM ops.alerts WHERE alert = ?", [one.alert])
        connection.execute(
            "INSERT INTO ops.alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(vars(one).values())
        )
    for change in changes:
        connection.execute(
            "INSERT INTO ops.alert_changes VALUES (?, ?, ?, ?, ?)", list(vars(change).values())
        )


def changes(connection: Connection, since: datetime, limit: int = 500) -> list[Change]:
    """How alerts changed, the newest first."""
    rows = connection.execute(
        "SELECT happened_at, alert, before, after, value FROM ops.alert_changes"
        " WHERE happened_at >= ? ORDER BY happened_at DESC LIMIT ?",
        [since, limit],
    ).fetchall()
    return [Change(*row) for row in rows]


def silences(connection: Connection, *, ended: bool = False) -> list[Silence]:
    """Silences that hold, or with `ended` all that are kept."""
    rows = connection.execute(
        "SELECT silence_id::VARCHAR, alert, ends_at, actor, reason, created_at FROM ops.silences"
        " WHERE ? OR ends_at > ? ORDER BY ends_at",
        [ended, now()],
    ).fetchall()
    return [Silence(*row) for row in rows]


def silence(
    connection: Connection, alert: str, until: datetime, actor: str, reason: str
) -> Silence:
    """Nobody is told of an alert until then."""
    made = Silence(new_id(), alert, until, actor, reason, now())
    connection.execute(
        "INSERT INTO ops.silences VALUES (?, ?, ?, ?, ?, ?)", list(vars(made).values())
    )
    return made


def end_silence(connection: Connection, silence_id: str) -> None:
    """It holds no longer. Raises NotFound."""
    rows = connection.execute(
        "UPDATE ops.silences SET ends_at = ? WHERE silence_id = ?::UUID RETURNING alert",
        [now(), check_id(silence_id, "silence")],
    ).fetchall()
    if not rows:
        raise NotFound(f"there is no silence {silence_id!r}")


# ------------------------------------------------------------------ errors and processes


def write_errors(connection: Connection, found: Iterable[tuple[Seen, int]]) -> None:
    """Keep unexpected errors; each with how often it was seen since it was last written."""
    for seen, times in found:
        first, last = (
            datetime.fromtimestamp(t, timezone.utc).replace(tzinfo=None)
            for t in (seen.first_at, seen.last_at)
        )
        known = connection.execute(
            "SELECT ids FROM ops.errors WHERE print = ?", [seen.print]
        ).fetchone()
        if known:
            ids = joined(json.loads(known[0]), seen.ids)  # of other processes, too
            connection.execute(
                "UPDATE ops.errors SET last_at = ?, times = times + ?, ids = ? WHERE print = ?",
                [last, times, json.dumps(ids), seen.print],
            )
        else:
            connection.execute(
                "INSERT INTO ops.errors VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [seen.print, seen.kind, seen.event, list(seen.frames), first, last, times]
                + [json.dumps(seen.ids)],
            )


def errors(connection: Connection, limit: int = 50, offset: int = 0) -> list[Fault]:
    """Unexpected errors, the newest first."""
    rows = connection.execute(
        "SELECT print, kind, event, frames, first_at, last_at, times, ids FROM ops.errors"
        " ORDER BY last_at DESC, print LIMIT ? OFFSET ?",
        [limit, offset],
    ).fetchall()
    return [Fault(r[0], r[1], r[2], tuple(r[3]), r[4], r[5], r[6], json.loads(r[7])) for r in rows]


def count_errors(connection: Connection) -> int:
    """How many kinds of unexpected errors are kept."""
    row = connection.execute("SELECT count(*) FROM ops.errors").fetchone()
    return int(row[0]) if row else 0


def seen(connection: Connection, instance: str, version: str) -> tuple[int, int]:
    """This process lives. Gives how many do, and how many were lost in the last half hour."""
    at = now()
    known = connection.execute(
        "UPDATE ops.instances SET seen_at = ? WHERE instance = ? RETURNING instance", [at, instance]
    ).fetchall()
    if not known:
        connection.execute(
            "INSERT INTO ops.instances VALUES (?, ?, ?, ?, NULL)", [instance, version, at, at]
        )
        connection.execute(
            "DELETE FROM ops.instances WHERE seen_at < ?", [at - timedelta(days=CHANGE_DAYS)]
        )
    row = connection.execute(
        "SELECT count(*) FILTER (ended_at IS NULL AND seen_at > ?1),"
        " count(*) FILTER (ended_at IS NULL AND seen_at <= ?1 AND seen_at > ?2) FROM ops.instances",
        [at - GONE, at - TOLD],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def ended(connection: Connection, instance: str) -> None:
    """This process ends in order."""
    connection.execute(
        "UPDATE ops.instances SET ended_at = ? WHERE instance = ?", [now(), instance]
    )


def plain(value: Any) -> Any:
    """A dataclass as a dict."""
    return dict(vars(value))
