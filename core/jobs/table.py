"""The jobs table: work that runs in the background and survives a restart.

A job is claimed with a lease and a fence (a number that grows with every claim). Whoever works on it
renews the lease; when that stops, because the worker hangs, another one claims the job once the lease
has run out. A commit is only accepted from the holder of the newest fence, checked in the transaction
of the commit itself, so a worker that was thought dead cannot write.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import duckdb

from core.actor import Actor
from core.errors import Cancelled, Interrupted, MarqueeError, NotFound, TakenOver
from core.history.events import now
from core.observe import traces
from core.storage.ids import check_id, new_id

LEASE = timedelta(seconds=60)
ATTEMPTS = 3
INTERRUPTED = "Each time Marquee stopped while it ran, or had no room to write down how it ended"
_COLUMNS = (
    "job_id::VARCHAR, kind, upload_id::VARCHAR, status, stage, rows_done, rows_total, attempts, fence,"
    " actor, door, options, error, created_at, started_at, finished_at, role, request, traceparent"
)


@dataclass(frozen=True)
class Job:
    """One piece of work. status: queued, running, done, failed or cancelled.

    `upload_id` is None for what is no upload's: a backup.
    """

    id: str
    kind: str
    upload_id: str | None
    status: str
    stage: str | None
    rows_done: int
    rows_total: int
    attempts: int
    fence: int
    actor: str
    door: str
    options: dict[str, Any]
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    role: str | None = None
    request: str | None = None
    traceparent: str | None = None
    rate: float = 0.0
    share: float = 0.0

    @property
    def active(self) -> bool:
        """Queued or running."""
        return self.status in ("queued", "running")

    @property
    def by(self) -> Actor:
        """For whom it is done."""
        return Actor(self.actor, self.door, self.role or Actor.role, self.request)


def _job(row: tuple[Any, ...]) -> Job:
    data = dict(zip([f.name for f in fields(Job)], row))
    data["options"] = json.loads(data["options"] or "{}")
    data["error"] = json.loads(data["error"]) if data["error"] else None
    data["rows_done"], data["rows_total"] = data["rows_done"] or 0, data["rows_total"] or 0
    return Job(**data)


def add(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    upload_id: str | None,
    actor: Actor,
    options: dict[str, Any],
) -> str:
    """Queue a job; returns its id."""
    job_id = new_id()
    connection.execute(
        "INSERT INTO ops.jobs BY NAME SELECT ?::UUID AS job_id, ? AS kind, ?::UUID AS upload_id,"
        " 'queued' AS status, 0 AS attempts, 0 AS fence, ? AS actor, ? AS door, ? AS role,"
        " ? AS request, ? AS traceparent, ? AS options, ?::TIMESTAMP AS created_at",
        [job_id, kind, upload_id, actor.who, actor.door, actor.role, actor.request]
        + [traces.traceparent() or None, json.dumps(options), now()],
    )
    return job_id


def get(connection: duckdb.DuckDBPyConnection, job_id: str) -> Job:
    """One job. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.jobs WHERE job_id = ?", [check_id(job_id, "job")]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no job {job_id!r}")
    return _job(row)


def find(
    connection: duckdb.DuckDBPyConnection,
    *,
    upload_id: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Job]:
    """Jobs, the newest first."""
    if upload_id is not None:
        upload_id = check_id(upload_id, "upload")
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.jobs WHERE (?1 IS NULL OR upload_id = ?1::UUID)"
        " AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR kind = ?3)"
        " ORDER BY created_at DESC, job_id DESC LIMIT ?4 OFFSET ?5",
        [upload_id, status, kind, limit, offset],
    ).fetchall()
    return [_job(row) for row in rows]


def count(connection: duckdb.DuckDBPyConnection, *, upload_id: str | None = None) -> int:
    """How many jobs there are, of an upload or of all."""
    known = None if upload_id is None else check_id(upload_id, "upload")
    row = connection.execute(
        "SELECT count(*) FROM ops.jobs WHERE (?1 IS NULL OR upload_id = ?1::UUID)", [known]
    ).fetchone()
    return int(row[0]) if row else 0


def latest(connection: duckdb.DuckDBPyConnection, uploads: Collection[str]) -> list[Job]:
    """The newest job of each of these uploads that has one."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.jobs WHERE list_contains(?::VARCHAR[], upload_id::VARCHAR)"
        " QUALIFY row_number() OVER (PARTITION BY upload_id ORDER BY created_at DESC, job_id DESC) = 1",
        [list(uploads)],
    ).fetchall()
    return [_job(row) for row in rows]


def claim(
    connection: duckdb.DuckDBPyConnection, *, apart: Collection[str] = (), only: bool = False
) -> Job | None:
    """Take the oldest job that waits, or whose worker let its lease run out. None when there is none.

    Of all kinds but those `apart`, or of them `only`. It is running then, with one attempt more and a new
    fence.
    """
    at = now()
    row = connection.execute(
        "SELECT job_id::VARCHAR FROM ops.jobs WHERE (status = 'queued'"
        " OR (status = 'running' AND lease_until < ? AND attempts < ?))"
        " AND list_contains(?::VARCHAR[], kind) = ? ORDER BY created_at, job_id LIMIT 1",
        [at, ATTEMPTS, list(apart), only],
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "UPDATE ops.jobs SET status = 'running', attempts = attempts + 1, fence = fence + 1,"
        " lease_until = ?, started_at = ? WHERE job_id = ?",
        [at + LEASE, at, row[0]],
    )
    return get(connection, row[0])


def renew(connection: duckdb.DuckDBPyConnection, job: Job) -> bool:
    """Still at it: the lease begins anew. False when somebody else claimed the job, or ended it.

    A lease that ran out is renewed all the same as long as nobody took the job over: a machine that
    slept goes on.
    """
    rows = connection.execute(
        "UPDATE ops.jobs SET lease_until = ? WHERE job_id = ? AND fence = ? AND status = 'running'"
        " RETURNING job_id",
        [now() + LEASE, job.id, job.fence],
    ).fetchall()
    return bool(rows)


def check_fence(connection: duckdb.DuckDBPyConnection, job: Job) -> None:
    """Inside the commit: still ours? Raises TakenOver, or Cancelled when it was ended.

    It writes the job's line: a claim at the same moment would be in conflict, and one of both fails.
    """
    if renew(connection, job):
        return
    present = get(connection, job.id)
    if present.fence != job.fence or present.status == "queued":
        raise TakenOver("another worker took this job over")
    raise Cancelled("this job was ended meanwhile")


def finish(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    status: str,
    *,
    rows: int = 0,
    error: MarqueeError | None = None,
) -> None:
    """Write down how a job ended, unless somebody else holds it now or ended it."""
    text = json.dumps(error.as_dict(), default=str) if error else None
    connection.execute(
        "UPDATE ops.jobs SET status = ?, stage = NULL, rows_done = ?, rows_total = ?, error = ?,"
        " finished_at = ?, lease_until = NULL WHERE job_id = ? AND fence = ?"
        " AND status IN ('queued', 'running')",
        [status, rows, rows, text, now(), job.id, job.fence],
    )


def put_back(connection: duckdb.DuckDBPyConnection, job: Job) -> None:
    """It waits again, as before it was claimed: the program ends, and that is no attempt that failed."""
    connection.execute(
        "UPDATE ops.jobs SET status = 'queued', attempts = attempts - 1, lease_until = NULL"
        " WHERE job_id = ? AND fence = ? AND status = 'running'",
        [job.id, job.fence],
    )


def requeue_interrupted(
    connection: duckdb.DuckDBPyConnection, *, working: Collection[str] = ()
) -> int:
    """At start nobody else has the database, so whatever runs was interrupted. Returns how many go on.

    A job that was interrupted three times is given up: it may be what brings the app down. Later, those
    that this process is `working` on are left alone.
    """
    ours = list(working)
    connection.execute(
        "UPDATE ops.jobs SET status = 'failed', finished_at = ?, error = ?"
        " WHERE status = 'running' AND attempts >= ?"
        " AND NOT list_contains(?::VARCHAR[], job_id::VARCHAR)",
        [
            now(),
            json.dumps(Interrupted(INTERRUPTED).as_dict()),
            ATTEMPTS,
            ours,
        ],
    )
    found = connection.execute(
        "UPDATE ops.jobs SET status = 'queued' WHERE status = 'running'"
        " AND NOT list_contains(?::VARCHAR[], job_id::VARCHAR) RETURNING job_id",
        [ours],
    ).fetchall()
    return len(found)
