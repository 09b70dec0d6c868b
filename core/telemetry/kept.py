"""The operations that were kept: written in batches, aged out, summed up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from core.telemetry.operations import Line

DAYS = 30  # operations; the stages of imports stay longer, they are few
STAGE_DAYS = 400

_COLUMNS = "happened_at, name, calls, failed, row_count, seconds, slowest, samples, upload_id"

# Lines that are not written yet, as rows beside those that are.
_PENDING = """SELECT unnest(?::TIMESTAMP[]) AS happened_at, unnest(?::VARCHAR[]) AS name,
    unnest(?::BIGINT[]) AS calls, unnest(?::BIGINT[]) AS failed, unnest(?::BIGINT[]) AS row_count,
    unnest(?::DOUBLE[]) AS seconds, unnest(?::DOUBLE[]) AS slowest, unnest(?::DOUBLE[][]) AS samples,
    unnest(?::UUID[]) AS upload_id"""

# A sample stands for calls / len(samples) calls: percentiles are taken over these weights.
_STATISTICS = f"""
WITH lines AS (
    SELECT {_COLUMNS} FROM ops.operations WHERE upload_id IS NULL AND happened_at >= ?
    UNION ALL SELECT {_COLUMNS} FROM ({_PENDING}) WHERE upload_id IS NULL
), drawn AS (
    SELECT name, unnest(samples) AS seconds, calls / len(samples) AS weight FROM lines
), shares AS (
    SELECT name, seconds, sum(weight) OVER (PARTITION BY name ORDER BY seconds)
        / sum(weight) OVER (PARTITION BY name) AS share FROM drawn
), middle AS (
    SELECT name, min(seconds) FILTER (share >= 0.4999) AS p50,
        min(seconds) FILTER (share >= 0.9499) AS p95 FROM shares GROUP BY name
)
SELECT name, sum(calls)::BIGINT, sum(failed)::BIGINT, sum(row_count)::BIGINT, any_value(p50),
    any_value(p95), max(slowest), sum(seconds), max(happened_at)
FROM lines JOIN middle USING (name) GROUP BY name ORDER BY any_value(p95) DESC, name"""

_STAGES = f"""
WITH lines AS (
    SELECT {_COLUMNS} FROM ops.operations WHERE upload_id IS NOT NULL
    UNION ALL SELECT {_COLUMNS} FROM ({_PENDING}) WHERE upload_id IS NOT NULL
), last AS (  -- a preview that was made again counts once
    SELECT upload_id, name, arg_max(seconds, happened_at) AS seconds, max(happened_at) AS at
    FROM lines GROUP BY upload_id, name
)
SELECT u.upload_id::VARCHAR, u.filename, u.dataset, max(l.at) AS last_at, u.size,
    coalesce((u.counts->>'rows')::BIGINT, 0) AS row_count, map(list(l.name), list(l.seconds))
FROM last l JOIN ops.uploads u USING (upload_id)
GROUP BY ALL HAVING list_contains(list(l.name), 'writing') ORDER BY last_at DESC LIMIT ?"""


@dataclass(frozen=True)
class Statistic:
    """One operation: calls, how many failed, rows given, seconds of the half, of 95 %, of the slowest."""

    name: str
    calls: int
    failed: int
    rows: int
    p50: float
    p95: float
    slowest: float
    seconds: float
    last_at: datetime


@dataclass(frozen=True)
class ImportRun:
    """One import that was written: rows, bytes of the file, and seconds by stage."""

    upload_id: str
    filename: str
    dataset: str
    at: datetime
    size: int | None
    rows: int
    stages: dict[str, float]

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(self.stages.values())


def write(connection: duckdb.DuckDBPyConnection, lines: Sequence[Line], now: datetime) -> None:
    """Keep a batch, and let go of what is too old. Runs on the writer, in its transaction."""
    if lines:
        connection.execute(f"INSERT INTO ops.operations BY NAME {_PENDING}", _arrays(lines))
    connection.execute(
        "DELETE FROM ops.operations WHERE happened_at < ? AND (upload_id IS NULL OR happened_at < ?)",
        [now - timedelta(days=DAYS), now - timedelta(days=STAGE_DAYS)],
    )


def statistics(
    connection: duckdb.DuckDBPyConnection, pending: Iterable[Line], since: datetime
) -> list[Statistic]:
    """Every operation since a time, by its 95th percentile, the slowest first."""
    rows = connection.execute(_STATISTICS, [since, *_arrays(list(pending))]).fetchall()
    return [Statistic(*row) for row in rows]


def imports(
    connection: duckdb.DuckDBPyConnection, pending: Iterable[Line], limit: int
) -> list[ImportRun]:
    """The newest imports with their stages, the newest first."""
    rows = connection.execute(_STAGES, [*_arrays(list(pending)), limit]).fetchall()
    return [ImportRun(*row) for row in rows]


def _arrays(lines: Sequence[Line]) -> list[list[object]]:
    return [
        [line.at for line in lines],
        [line.name for line in lines],
        [line.calls for line in lines],
        [line.failed for line in lines],
        [line.rows for line in lines],
        [line.seconds for line in lines],
        [line.slowest for line in lines],
        [line.samples for line in lines],
        [line.upload_id for line in lines],
    ]
