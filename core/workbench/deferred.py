"""Acts that may take minutes, as jobs: taking an upload back, and the check of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.actor import Actor
from core.errors import Conflict, WrongState
from core.ingest import takeback
from core.ingest.corridor import Corridor
from core.integrity import check as check_
from core.jobs import results, table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.storage.store import Connection

ROLLBACK, CHECK = "rollback", "check"
_TAKEN = ("imported", "rolled_back")  # the second one: what had to stay may be free by now
Run = Callable[[Job, Progress], int]


def kinds(corridor: Corridor) -> dict[str, Run]:
    """How the jobs of these kinds are done."""

    def rollback(job: Job, progress: Progress) -> int:
        upload_id = job.upload_id or ""
        if job.attempts > 1 and (done := _done_already(corridor, upload_id)):
            return _kept(corridor, job, done)
        progress.stage("taking it back")
        limit = int(job.options.get("limit", 1_000))
        found = takeback.take_back(corridor, upload_id, job.by, dry_run=False, limit=limit)
        return _kept(corridor, job, {**asdict(found), "dry_run": False})

    def check(job: Job, progress: Progress) -> int:
        corridor.look_at_all()
        found = check_.check(corridor, deep=bool(job.options.get("deep")), progress=progress)
        return _kept(corridor, job, found.as_dict())

    return {ROLLBACK: rollback, CHECK: check}


def _done_already(corridor: Corridor, upload_id: str) -> dict[str, Any] | None:
    """What an attempt did that ended before it could say so."""
    if corridor.upload(upload_id).status != "rolled_back":
        return None
    sql = "SELECT upload_id::VARCHAR FROM ops.uploads WHERE target_id = ? ORDER BY created_at DESC LIMIT 1"
    row = corridor.database.read(lambda c: c.execute(sql, [upload_id]).fetchone())
    empty: dict[str, Any] = {"reversed": [], "kept": [], "failed": [], "counts": {}}
    return {"upload_id": upload_id, "id": row[0] if row else None, "dry_run": False, **empty}


def _kept(corridor: Corridor, job: Job, found: dict[str, Any]) -> int:
    corridor.database.write(lambda c: results.put(c, job.id, found), note=True)
    return int(sum(found.get("counts", {}).values()))


def submit(
    corridor: Corridor,
    worker: Worker,
    kind: str,
    upload_id: str | None,
    actor: Actor,
    options: dict[str, Any],
) -> str:
    """Queue one. Raises Conflict while something else works on the upload, WrongState when it was not imported."""

    def task(connection: Connection) -> str:
        if upload_id is not None and any(
            j.active for j in table.find(connection, upload_id=upload_id)
        ):
            raise Conflict("this upload is being worked on already")
        return table.add(connection, kind, upload_id, actor, options)

    if upload_id is not None and corridor.upload(upload_id).status not in _TAKEN:
        raise WrongState("this upload is not imported, so there is nothing to take back")
    job_id = corridor.database.write(task)
    worker.wake()
    return job_id
