"""What a job found, kept for whoever asks for it after the job ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from core.errors import NotFound
from core.history.events import now
from core.storage.ids import check_id
from core.storage.store import Connection

KEPT = timedelta(days=7)


def put(connection: Connection, job_id: str, result: dict[str, Any]) -> None:
    """Keep a result. A job that runs again gives another one."""
    connection.execute("DELETE FROM ops.job_results WHERE job_id = ?", [job_id])
    text = json.dumps(result, ensure_ascii=False, default=str)
    connection.execute("INSERT INTO ops.job_results VALUES (?, ?, ?)", [job_id, text, now()])


def get(connection: Connection, job_id: str) -> dict[str, Any]:
    """The result of a job. Raises NotFound when it has none, or it was too long ago."""
    row = connection.execute(
        "SELECT result FROM ops.job_results WHERE job_id = ?", [check_id(job_id, "job")]
    ).fetchone()
    if row is None:
        raise NotFound(f"the job {job_id} has no result")
    found: dict[str, Any] = json.loads(row[0])
    return found


def expire(connection: Connection) -> None:
    """Forget results after a week."""
    connection.execute("DELETE FROM ops.job_results WHERE created_at < ?", [now() - KEPT])
