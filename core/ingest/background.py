"""The same steps in the background: a job is submitted, run, cancelled, and taken up after a crash."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.errors import Conflict, InputError, WrongState
from core.history import events
from core.ingest import importing, previewing, states, uploads
from core.ingest.corridor import Corridor
from core.ingest.rows import promise
from core.ingest.rows.promise import Promise
from core.ingest.uploads import Counts
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.storage.store import Connection


def worker(corridor: Corridor) -> Worker:
    """A worker that knows how to import and how to preview."""

    def import_(job: Job, progress: Progress) -> int:
        present = corridor.upload(_upload(job))
        if present.status == "imported":  # by another door, or by a worker that could not say so
            return present.counts.rows
        upload = importing.commit(
            corridor,
            present.id,
            job.by,
            progress,
            promised=_promised(job),
            confirmed=bool(job.options.get("confirm_deletions")),
            guard=lambda c: jobs.check_fence(c, job),
            ended=lambda c, rows: jobs.finish(c, job, "done", rows=rows),
        )
        return upload.counts.rows

    def preview(job: Job, progress: Progress) -> int:
        return previewing.preview(corridor, _upload(job), progress).counts.rows

    return Worker(corridor.database, {"import": import_, "preview": preview})


def _promised(job: Job) -> bool | Promise:
    """What was shown when the job was ordered: a preview that was renewed since is another one."""
    seen = job.options.get("shown")
    if not seen:
        return bool(job.options.get("promised"))
    return Promise(Counts.model_validate(seen["counts"]), seen["mark"])


def _upload(job: Job) -> str:
    if job.upload_id is None:
        raise WrongState(f"this {job.kind} belongs to no upload")
    return job.upload_id


def submit(
    corridor: Corridor,
    worker: Worker,
    upload_id: str,
    kind: str,
    actor: Actor,
    promised: bool,
    confirmed: bool = False,
) -> str:
    """Add a job for an upload; returns its id. Raises Conflict, WrongState, InputError.

    `confirmed`: somebody saw that this import deletes many records, and means it.
    """
    if kind not in ("import", "preview"):
        raise InputError(f"there is no job {kind!r}", hint="An upload is for import or preview.")
    job_id = corridor.database.write(
        lambda c: order(c, upload_id, kind, actor, promised, confirmed)
    )
    worker.wake()
    return job_id


def order(
    connection: Connection,
    upload_id: str,
    kind: str,
    actor: Actor,
    promised: bool,
    confirmed: bool = False,
) -> str:
    """`submit` within a transaction; the worker is to be woken after it."""
    upload = uploads.get(connection, upload_id)
    if any(j.active for j in jobs.find(connection, upload_id=upload_id)):
        raise Conflict("this upload is being worked on already")
    if upload.kind != "import" or upload.status in ("imported", "rolled_back"):
        raise WrongState(f"this upload is {upload.status.replace('_', ' ')}")
    if kind == "import":
        states.must_be_wanted(upload)
        uploads.update(connection, upload_id, status="importing")
    else:
        states.reopen(connection, upload_id)
    options: dict[str, Any] = {"promised": promised}
    if confirmed:
        options["confirm_deletions"] = True
    if promised and (seen := promise.shown(upload)):
        options["shown"] = {"counts": seen.counts.model_dump(), "mark": seen.mark}
    return jobs.add(connection, kind, upload_id, actor, options)


def cancel(corridor: Corridor, worker: Worker, upload_id: str, actor: Actor) -> None:
    """Stop what runs for an upload, or close one that is not imported. Raises WrongState."""

    def task(connection: Connection) -> list[Job]:
        upload = uploads.get(connection, upload_id)
        if upload.status in ("imported", "rolled_back"):
            raise WrongState(
                f"this upload is {upload.status.replace('_', ' ')}", hint="Take it back instead."
            )
        active = [j for j in jobs.find(connection, upload_id=upload.id) if j.active]
        for job in active:  # from here on its fence refuses the commit
            jobs.finish(connection, job, "cancelled")
        uploads.update(connection, upload.id, status="cancelled")
        events.append(
            connection, "upload.cancelled", actor, dataset=upload.dataset, upload_id=upload.id
        )
        return [job for job in active if job.status == "running"]

    found = corridor.database.read(lambda c: jobs.find(c, upload_id=upload_id))
    written = corridor.database.queue(task)
    for job in found:  # at once: the writer may be busy with the very import that is to stop
        worker.cancel(job)
    running = written.result()
    for job in running:
        worker.cancel(job)
    if running:
        corridor.shelf.outdated(upload_id)  # nobody looks at it; whoever works on it drops it
    else:
        corridor.shelf.forget(upload_id)


def resume(connection: Connection) -> None:
    """At start: what a crash left in the middle goes on, or is open again."""
    jobs.requeue_interrupted(connection)
    uploads.reopen_interrupted(connection)
