"""What is due is ordered as a job, and what a run does: each new file goes through the corridor like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.actor import Actor
from core.errors import DuplicateUpload, HeldBack, MarqueeError, NotFound
from core.history import events
from core.history.events import now
from core.ingest import deletions, importing, previewing, receiving
from core.ingest.corridor import Corridor
from core.ingest.recipes import kept as recipes
from core.ingest.recipes.recipe import plan_parts
from core.cleaning.plan import Plan, checked
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Run as Work
from core.observe import logs, metrics
from core.schedules import kept, sources, times
from core.schedules.model import Run, Schedule
from core.storage.store import Connection

log = logs.get("schedules")
KIND = "schedule"
LATE = timedelta(minutes=10)  # a run that is later than this was missed: nothing ran then


def order(connection: Connection, schedule: Schedule, why: str, due_at: datetime) -> str | None:
    """A run as a job, in one transaction; None while another one of this schedule waits or runs."""
    for run in kept.runs(connection, schedule.id, 5):
        if run.status not in ("waiting", "running") or run.job_id is None:
            continue
        try:
            if jobs.get(connection, run.job_id).active:
                return None
        except NotFound:
            pass
        kept.change(connection, run.id, status="failed", ended_at=now())  # its job is gone
    actor = Actor(schedule.actor, "schedule", schedule.role)
    job_id = jobs.add(connection, KIND, None, actor, {"schedule": schedule.id})
    kept.begin(connection, schedule.id, job_id, why, due_at)
    return job_id


def tick(corridor: Corridor) -> int:
    """Order what is due; a task of the clock. Gives how many. Several processes may ask at once: one of them gets it."""

    def task(connection: Connection) -> int:
        ordered, at = 0, now()
        for schedule in kept.due(connection, at):
            due_at = schedule.next_at or at
            regular = times.after(schedule.definition.rhythm, at, schedule.created_at)
            kept.move(connection, schedule.id, regular)
            missed = at - due_at > LATE
            if missed and not schedule.definition.catch_up:
                events.append(
                    *(connection, "schedule.missed", Actor(schedule.actor, "schedule")),
                    dataset=schedule.definition.dataset,
                    details={"schedule": schedule.definition.name, "due": str(due_at)},
                )
                continue
            why = "retry" if schedule.failures else "missed" if missed else "due"
            ordered += order(connection, schedule, why, due_at) is not None
        return ordered

    present = corridor.database.read(kept.find)
    metrics.gauge("marquee.schedules.failing", sum(s.failures > 0 for s in present))
    at = now()
    if not any(s.next_at is not None and s.next_at <= at for s in present):
        return 0
    return corridor.database.write(task)


@dataclass
class _Done:
    files: int = 0
    rows: int = 0
    uploads: list[str] = field(default_factory=list)
    wrong: list[MarqueeError] = field(default_factory=list)


def work(corridor: Corridor) -> Work:
    """What the worker does with a job of this kind."""

    def run(job: Job, progress: Progress) -> int:
        found = corridor.database.read(lambda c: _of(c, job))
        if found is None:
            return 0  # removed meanwhile
        schedule, this = found
        corridor.database.write(
            lambda c: kept.change(c, this.id, status="running", started_at=now())
        )
        done = _Done()
        try:
            _files(corridor, schedule, job, progress, done)
        except MarqueeError as error:
            if error.code == "cancelled" and progress.stopping:
                raise  # the next start goes on with it; what was taken is taken
            done.wrong.append(error)
        _ended(corridor, schedule, this, done)
        if done.wrong:
            raise done.wrong[0]
        return done.rows

    return run


def _of(connection: Connection, job: Job) -> tuple[Schedule, Run] | None:
    run = kept.of_job(connection, job.id)
    try:
        return (kept.get(connection, job.options["schedule"]), run) if run else None
    except NotFound:
        return None


def _files(
    corridor: Corridor, schedule: Schedule, job: Job, progress: Progress, done: _Done
) -> None:
    place = schedule.definition.place
    known = corridor.database.read(lambda c: kept.taken(c, schedule.id))
    with sources.found(place, corridor.settings, known) as files:
        for file in files:
            progress.check()
            upload_id = None
            try:
                upload_id = _take(corridor, schedule, file, job.by, done)
            except DuplicateUpload as error:
                upload_id = str(error.extra.get("upload_id"))
            except MarqueeError as error:
                if error.code == "cancelled" or error.status >= 500:
                    raise  # nothing is wrong with the file: it is taken next time
                log.say("schedule.file_failed", code=error.code)
                done.wrong.append(error)
            name, mark = file.name, file.mark
            corridor.database.write(lambda c: kept.take(c, schedule.id, name, mark, upload_id))


def _take(
    corridor: Corridor, schedule: Schedule, file: sources.Found, actor: Actor, done: _Done
) -> str:
    """One file: received, looked at, and imported where nobody is asked and it is good enough."""
    definition = schedule.definition
    with file.open() as source:
        name = sources.filename(file)
        plan = _plan(corridor, schedule)
        upload = receiving.receive(corridor, source, plan, actor, filename=name)
    done.files += 1
    done.uploads.append(upload.id)
    preview = previewing.preview(corridor, upload.id, None)
    counts = preview.counts
    done.rows += counts.rows
    if definition.act == "preview":
        return upload.id
    wrong = 100 * (counts.rejected + counts.conflicting) / max(1, counts.rows)
    if wrong > definition.most_rejected:
        raise HeldBack(
            f"{wrong:.1f} % of the rows of {name} have errors, and at most {definition.most_rejected:g} % may",
            hint="The upload waits: look at it, and import it by hand.",
            upload_id=upload.id,
        )
    deletions.must_be_confirmed(preview, actor)  # here the upload waits; the import would reject it
    importing.commit(corridor, upload.id, actor)
    return upload.id


def _plan(corridor: Corridor, schedule: Schedule) -> Plan:
    definition = schedule.definition
    dataset = corridor.dataset(definition.dataset)
    values: dict[str, Any] = {
        "dataset": dataset.name,
        "mode": definition.mode,
        "on_error": definition.on_error,
        "source": definition.source or definition.name,
        "confirm_deletions": definition.confirm_deletions,
        "together": True,
    }
    if definition.recipe:
        name = definition.recipe
        saved = corridor.database.read(lambda c: recipes.get(c, dataset.name, name))
        values |= {**plan_parts(saved.recipe, dataset), "reading": dict(saved.recipe.reading)}
    return checked(values)


def _ended(corridor: Corridor, schedule: Schedule, run: Run, done: _Done) -> None:
    """Write down how a run ended; a failure is an event, and a line of the log."""
    cancelled = any(e.code == "cancelled" for e in done.wrong)
    status = (
        "cancelled"
        if cancelled
        else "failed" if done.wrong else "done" if done.files else "nothing"
    )
    error = done.wrong[0].as_dict() if done.wrong else None

    def task(connection: Connection) -> None:
        present = kept.get(connection, schedule.id)
        kept.end(
            *(connection, present, run, status),
            files=done.files,
            rows=done.rows,
            uploads=done.uploads,
            error=error,
        )
        if status in ("failed", "done"):
            events.append(
                *(connection, f"schedule.{status}", Actor(schedule.actor, "schedule")),
                dataset=schedule.definition.dataset,
                details={
                    "schedule": schedule.definition.name,
                    "files": done.files,
                    **({"code": error["code"]} if error else {}),
                },
            )

    try:
        corridor.database.write(task, note=True)
    except NotFound:
        return  # removed while it ran
    metrics.count("marquee.schedule.runs", status=status)
    log.say("schedule.ran", status=status, files=done.files)
