"""What was brought, over time and by who brought it: uploads, rows, rejects, speed, time from file to record, top causes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from core.history.events import now
from core.ingest import problems, uploads
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import InputError, NotFound
from core.ingest.uploads import Upload
from core.storage.store import Connection

By = Literal["door", "source", "actor", "dataset"]
BYS = ("door", "source", "actor", "dataset")
CAUSES = 15
GROUPS = 50
_BASE = """
    SELECT u.upload_id, u.dataset, u.source, u.actor, u.door, u.status, u.created_at, u.finished_at,
        CAST(u.created_at AS DATE) AS day, (u.counts->>'rows')::BIGINT AS n,
        coalesce((u.counts->>'rejected')::BIGINT, 0) + coalesce((u.counts->>'conflicting')::BIGINT, 0) AS bad,
        w.seconds
    FROM ops.uploads u LEFT JOIN (
        SELECT upload_id, epoch(max(finished_at) - max(started_at)) AS seconds FROM ops.jobs
        WHERE kind = 'import' AND status = 'done' GROUP BY upload_id) w USING (upload_id)
    WHERE u.kind = 'import' AND u.created_at >= $since AND ($dataset IS NULL OR u.dataset = $dataset)
"""
_FIGURES = """
    count(*) AS uploads, count(*) FILTER (status IN ('imported', 'rolled_back')) AS imported,
    count(*) FILTER (status IN ('failed', 'rejected')) AS failed,
    coalesce(sum(n) FILTER (status IN ('imported', 'rolled_back')), 0)::BIGINT AS rows,
    coalesce(sum(bad) FILTER (status IN ('imported', 'rolled_back')), 0)::BIGINT AS rejected,
    sum(n) FILTER (seconds > 0) / sum(seconds) FILTER (seconds > 0) AS rate,
    median(epoch(finished_at - created_at)) FILTER (status IN ('imported', 'rolled_back')) AS wait
"""


@dataclass(frozen=True)
class Figures:
    """What came in. `rows` and `rejected` of what is imported; `rate` rows per second of imports in the background;
    `wait` the median of seconds from file to record; None where nothing tells it.
    """

    name: str
    uploads: int
    imported: int
    failed: int
    rows: int
    rejected: int
    rate: float | None
    wait: float | None


@dataclass(frozen=True)
class TopCause:
    """One thing that is wrong again and again, in how many uploads and rows."""

    dataset: str
    field: str | None
    rule: str
    title: str
    severity: str
    uploads: int
    rows: int


@dataclass(frozen=True)
class Analytics:
    """`total` of the time, `days` (the name is the date), `groups` by door, source, actor or dataset, and the causes."""

    since: datetime
    by: str
    total: Figures
    days: tuple[Figures, ...]
    groups: tuple[Figures, ...]
    causes: tuple[TopCause, ...]


def analytics(
    connection: Connection, registry: Registry, days: int, by: By, dataset: str | None
) -> Analytics:
    """Figures of so many days. Raises InputError for what there is no grouping by."""
    if by not in BYS:
        raise InputError(f"there are no figures by {by!r}", hint=f"There are: {', '.join(BYS)}.")
    since = now() - timedelta(days=days)
    asked = {"since": since, "dataset": dataset}

    def figures(group: str, order: str) -> tuple[Figures, ...]:
        # `group` is one of our own names.
        sql = f"SELECT {group}::VARCHAR, {_FIGURES} FROM ({_BASE}) GROUP BY ALL ORDER BY {order} LIMIT {GROUPS * 20}"
        return tuple(Figures(str(r[0]), *r[1:]) for r in connection.execute(sql, asked).fetchall())

    total = figures("'all'", "1")
    return Analytics(
        *(since, by, total[0] if total else Figures("all", 0, 0, 0, 0, 0, None, None)),
        figures("day", "1"),
        figures(by, "rows DESC, uploads DESC")[:GROUPS],
        _causes(connection, registry, asked),
    )


def _causes(
    connection: Connection, registry: Registry, asked: dict[str, Any]
) -> tuple[TopCause, ...]:
    rows = connection.execute(
        f"SELECT b.dataset, p.field, p.rule, p.severity, count(DISTINCT p.upload_id), sum(p.row_count)::BIGINT AS n"
        f" FROM ({_BASE}) b JOIN ops.problems p USING (upload_id) WHERE p.severity IN ('error', 'warning')"
        f" GROUP BY ALL ORDER BY n DESC LIMIT {CAUSES}",
        asked,
    ).fetchall()
    return tuple(
        TopCause(dataset, field, rule, _title(registry, dataset, field, rule), severity, files, n)
        for dataset, field, rule, severity, files, n in rows
    )


def _title(registry: Registry, dataset: str, field: str | None, rule: str) -> str:
    try:
        known: Dataset = registry.get(dataset)
    except NotFound:
        return rule
    return problems.title(known, field if field in known.field_names else None, rule)


def uploads_of(
    connection: Connection,
    days: int,
    *,
    by: By = "door",
    value: str | None = None,
    day: date | None = None,
    dataset: str | None = None,
    cause: tuple[str | None, str] | None = None,
    limit: int = 200,
) -> list[Upload]:
    """The uploads behind a figure: of a day, of a group, or with a cause (field and rule); the newest first."""
    if by not in BYS:
        raise InputError(f"there are no figures by {by!r}")
    field, rule = cause or (None, None)
    rows = connection.execute(
        f"SELECT upload_id::VARCHAR FROM ({_BASE}) b WHERE ($value IS NULL OR {by} = $value) AND ($day IS NULL OR day = $day)"
        " AND ($rule IS NULL OR EXISTS (SELECT 1 FROM ops.problems p WHERE p.upload_id = b.upload_id AND p.rule = $rule"
        " AND p.field IS NOT DISTINCT FROM $field)) ORDER BY created_at DESC LIMIT $limit",
        {
            **{"since": now() - timedelta(days=days), "dataset": dataset, "value": value},
            **{"day": day, "rule": rule, "field": field, "limit": limit},
        },
    ).fetchall()
    found = uploads.of_ids(connection, [row[0] for row in rows])
    return sorted(found, key=lambda u: (u.created_at, u.id), reverse=True)
