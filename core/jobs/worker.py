"""The worker: a thread that takes queued jobs one by one, and one that renews their leases.

Kinds of jobs that nothing should wait for have a thread of their own beside it. It never imports a door.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from core.errors import MarqueeError, TakenOver
from core.jobs import table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.observe import context, logs, metrics, traces
from core.storage.memory import give_back
from core.storage.store import Connection, Store

log = logs.get("jobs")
Run = Callable[[Job, Progress], int]  # does the job, returns its rows
BREATH = 60.0  # seconds between two times that freed memory is given back, between jobs


class Worker:
    """Runs jobs with the function given for their kind. `wake` after adding one.

    Kinds that are put `apart` before the start run beside the others, one by one as well.
    """

    def __init__(self, database: Store, kinds: dict[str, Run]) -> None:
        self.database, self.kinds = database, kinds
        self.apart: set[str] = set()
        self._gave_back = time.monotonic()
        self._lost = False  # the end of a job could not be written down
        self._stop, self._wakes = threading.Event(), (threading.Event(), threading.Event())
        self._running: dict[str, tuple[Job, Progress]] = {}
        self._lock = threading.Lock()
        # What one thread has claimed is known to be running before the other one looks.
        self._taking = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._pulse = threading.Thread(target=self._beat, name="marquee-lease", daemon=True)

    def start(self) -> None:
        """Begin with what an earlier process left behind."""
        self.database.write(table.requeue_interrupted)
        for apart in (False, True) if self.apart else (False,):
            name = "marquee-worker-apart" if apart else "marquee-worker"
            thread = threading.Thread(target=self._loop, args=(apart,), name=name, daemon=True)
            self._threads.append(thread)
        self.wake()
        for thread in (*self._threads, self._pulse):
            thread.start()

    def stop(self, *, timeout: float = 30.0) -> None:
        """Interrupt what runs (it goes on at the next start) and end the threads."""
        self._stop.set()
        with self._lock:
            for _, progress in self._running.values():
                progress.cancel(stopping=True)
        self.wake()
        for thread in (*self._threads, self._pulse):
            if thread.is_alive():
                thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether jobs are being taken."""
        living = bool(self._threads) and all(thread.is_alive() for thread in self._threads)
        return living and not self._stop.is_set()

    @property
    def busy(self) -> bool:
        """Whether a job is being done."""
        with self._lock:
            return bool(self._running)

    def wake(self) -> None:
        """There is something to do."""
        for event in self._wakes:
            event.set()

    def cancel(self, job: Job) -> None:
        """Stop a running job."""
        with self._lock:
            found = self._running.get(job.id)
        if found:
            found[1].cancel()

    def live(self, read: Callable[[], list[Job]]) -> list[Job]:
        """The jobs that `read` gives, those that run here with their progress of this moment.

        The end of an import is in the transaction of its rows, and DuckDB shows what it commits before it is
        on the disk, where there may be no room: until the worker has its answer, the job runs. So who runs
        is looked at first.
        """
        with self._lock:
            running = dict(self._running)
        return [_live(job, running.get(job.id)) for job in read()]

    def _loop(self, apart: bool) -> None:
        wake = self._wakes[apart]
        while not self._stop.is_set():
            wake.wait(timeout=5.0)
            wake.clear()
            self._take_up()
            while not self._stop.is_set() and self._one(apart):
                self._breathe()
            self._breathe()

    def _breathe(self) -> None:
        if time.monotonic() - self._gave_back >= BREATH:
            give_back()
            self._gave_back = time.monotonic()

    def _take_up(self) -> None:
        """What could not be written down, for want of a disk, is done again when there is one."""
        if self._lost:
            try:
                with self._taking:
                    with self._lock:
                        working = list(self._running)
                    requeue = partial(table.requeue_interrupted, working=working)
                    self.database.write(requeue, note=True)
                    self._lost = False
            except Exception:
                log.say("job.resume_waits")

    def _beat(self) -> None:
        """Say again and again that somebody is at it; who lost a job stops.

        The question goes through the writer, which may be busy with the very import: then nobody else
        can claim it either.
        """
        while not self._stop.wait(table.LEASE.total_seconds() / 4):
            with self._lock:
                running = list(self._running.values())
            for job, progress in running:
                try:
                    ours = self.database.write(partial(_renew, job))
                except Exception as error:  # the next renewal tries again
                    log.say("job.lease_not_renewed", error)
                    continue
                if not ours:  # whoever has it now writes down how it ends
                    progress.cancel(stopping=True)

    def _one(self, apart: bool) -> bool:
        progress = Progress()
        claim = partial(table.claim, apart=self.apart, only=apart)
        try:
            with self._taking:
                if (job := self.database.write(claim)) is None:
                    return False
                with self._lock:
                    self._running[job.id] = (job, progress)
        except Exception as error:  # the next wake tries again
            log.say("job.not_claimed", error)
            return False
        try:
            self._run(job, progress)
        except Exception as error:  # not even its end could be written down
            log.say("job.end_lost", error, kind=job.kind)
            self._lost = True
        finally:
            with self._lock:
                self._running.pop(job.id, None)
        return True

    def _run(self, job: Job, progress: Progress) -> None:
        ids = {"job": job.id, "upload": job.upload_id, "request": job.request, "door": job.door}
        inside = traces.span(f"job {job.kind}", parent=job.traceparent, job=job.id)
        with context.bound(**ids), inside as span:
            self._do(job, progress, span)

    def _do(self, job: Job, progress: Progress, span: traces.Span) -> None:
        began, waited = time.monotonic(), _waited(job)
        metrics.observe("marquee.job.wait", waited, kind=job.kind)
        log.say("job.started", kind=job.kind, attempt=job.attempts, waited=round(waited, 3))
        try:
            rows = self.kinds[job.kind](job, progress)
        except MarqueeError as error:
            if isinstance(error, TakenOver):
                return  # another worker goes on with it
            if error.code == "cancelled" and progress.stopping:  # the next start goes on with it
                self.database.write(lambda c: table.put_back(c, job), note=True)
                return
            status = "cancelled" if error.code == "cancelled" else "failed"
            span.set(code=error.code)
            log.say("job.ended", kind=job.kind, status=status, code=error.code)
            self._finish(job, status, error)
            _count(job, status, began)
        except Exception as error:  # a bug must not end the worker; the job says so
            log.say("job.failed", error, kind=job.kind)
            wrapped = MarqueeError(f"{type(error).__name__}: {error}", hint="Please report this.")
            self._finish(job, "failed", wrapped)
            span.end(error)
            _count(job, "failed", began)
        else:
            self.database.write(lambda c: table.finish(c, job, "done", rows=rows), note=True)
            _count(job, "done", began)
            seconds = round(time.monotonic() - began, 3)
            log.say("job.done", kind=job.kind, rows=rows, seconds=seconds)

    def _finish(self, job: Job, status: str, error: MarqueeError) -> None:
        self.database.write(lambda c: table.finish(c, job, status, error=error), note=True)


def _waited(job: Job) -> float:
    """Seconds between its order and this attempt; 0 when the clock was set back."""
    began = job.started_at or job.created_at
    return max((began - job.created_at).total_seconds(), 0.0)


def _count(job: Job, status: str, began: float) -> None:
    seconds = time.monotonic() - began
    metrics.observe("marquee.job.duration", seconds, kind=job.kind, status=status)


def _live(job: Job, running: tuple[Job, Progress] | None) -> Job:
    if running is None or job.status not in ("running", "done"):
        return replace(job, share=1.0) if job.status == "done" else job
    now = running[1].snapshot()
    return replace(
        job,
        status="running",
        stage=now.stage,
        rows_done=now.rows_done,
        rows_total=now.rows_total,
        rate=now.rate,
        share=now.share,
        finished_at=None,
    )


def _renew(job: Job, connection: Connection) -> bool:
    return table.renew(connection, job)
