"""A run in the background: a job of its own kind, which an import does not wait for."""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import Conflict, NotFound, WrongState
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Run as Work, Worker
from core.matching import engines, running
from core.settings import Settings
from core.storage.store import Connection, Store

KIND = "matching"


def work(store: Store, dataset_of: Callable[[str], Dataset], settings: Settings) -> Work:
    """What the worker does for such a job; gives how many records were compared."""

    def run(job: Job, progress: Progress) -> int:
        whole = bool(job.options.get("whole", True))
        engine = str(job.options.get("engine", engines.DUCKDB))
        found = running.run(
            store,
            dataset_of(str(job.options["dataset"])),
            progress,
            whole=whole,
            actor=job.by,
            job=job.id,
            guard=lambda c: jobs.check_fence(c, job),
            engine=engines.named(engine, settings, whole=whole),
        )
        return found.compared

    return run


def submit(
    store: Store,
    worker: Worker,
    dataset: str,
    actor: Actor,
    *,
    whole: bool,
    engine: str = engines.DUCKDB,
) -> Job:
    """Order a run. Raises Conflict while one of this dataset waits or runs."""

    def task(connection: Connection) -> str:
        for job in _active(connection, dataset):
            raise Conflict(
                f"the records of {dataset} are being compared already",
                hint="Wait for that run, or cancel it.",
                job=job.id,
            )
        said = {"dataset": dataset, "whole": whole, "engine": engine}
        return jobs.add(connection, KIND, None, actor, said)

    job_id = store.write(task)
    worker.wake()
    return store.read(lambda c: jobs.get(c, job_id))


def _active(connection: Connection, dataset: str) -> list[Job]:
    found = [
        job
        for status in ("queued", "running")
        for job in jobs.find(connection, kind=KIND, status=status, limit=1_000)
    ]
    return [job for job in found if job.options.get("dataset") == dataset]


def active(store: Store, dataset: str) -> Job | None:
    """The run of a dataset that waits or is being done."""
    found = store.read(lambda c: _active(c, dataset))
    return found[0] if found else None


def cancel(store: Store, worker: Worker, dataset: str, job_id: str) -> Job:
    """Stop a run; what was found before stays as it was. Raises NotFound, and WrongState when it is over."""
    job = store.read(lambda c: jobs.get(c, job_id))
    if job.kind != KIND or job.options.get("dataset") != dataset:
        raise NotFound(f"there is no run {job_id!r} of {dataset}")
    if not job.active:
        raise WrongState(f"this run is {job.status} already")
    worker.cancel(job)  # at once: the writer may be busy
    store.write(lambda c: jobs.finish(c, job, "cancelled"))
    worker.cancel(job)
    return store.read(lambda c: jobs.get(c, job_id))
