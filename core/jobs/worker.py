"""The worker: one thread that takes queued jobs one by one. It never imports a door."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from core.errors import MarqueeError
from core.jobs import table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.storage.database import Database

log = logging.getLogger("marquee.jobs")
Run = Callable[[Job, Progress], int]  # does the job, returns its rows


class Worker:
    """Runs jobs with the function given for their kind. `wake` after adding one."""

    def __init__(self, database: Database, kinds: dict[str, Run]) -> None:
        self.database, self.kinds = database, kinds
        self._wake, self._stop = threading.Event(), threading.Event()
        self._running: dict[str, Progress] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._loop, name="marquee-worker", daemon=True)

    def start(self) -> None:
        """Begin with what an earlier process left behind."""
        self.database.write(table.requeue_interrupted)
        self._wake.set()
        self._thread.start()

    def stop(self, *, timeout: float = 30.0) -> None:
        """Interrupt what runs (it goes on at the next start) and end the thread."""
        self._stop.set()
        with self._lock:
            for progress in self._running.values():
                progress.cancel(stopping=True)
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether jobs are being taken."""
        return self._thread.is_alive() and not self._stop.is_set()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    def cancel(self, job: Job) -> None:
        """Stop a running job."""
        with self._lock:
            progress = self._running.get(job.id)
        if progress:
            progress.cancel()

    def live(self, job: Job) -> Job:
        """The job with its progress of this moment."""
        with self._lock:
            progress = self._running.get(job.id)
        if progress is None or job.status != "running":
            return replace(job, share=1.0) if job.status == "done" else job
        now = progress.snapshot()
        return replace(
            job,
            stage=now.stage,
            rows_done=now.rows_done,
            rows_total=now.rows_total,
            rate=now.rate,
            share=now.share,
        )

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(timeout=5.0)
            self._wake.clear()
            while not self._stop.is_set() and self._one():
                pass

    def _one(self) -> bool:
        try:
            job = self.database.write(table.claim)
        except Exception:  # the next wake tries again
            log.exception("no job could be taken")
            return False
        if job is None:
            return False
        progress = Progress()
        with self._lock:
            self._running[job.id] = progress
        try:
            self._run(job, progress)
        except Exception:  # not even its end could be written down; the next start finds it running
            log.exception("the end of job %s could not be kept", job.id)
        finally:
            with self._lock:
                self._running.pop(job.id, None)
        return True

    def _run(self, job: Job, progress: Progress) -> None:
        try:
            rows = self.kinds[job.kind](job, progress)
        except MarqueeError as error:
            if error.code == "cancelled" and progress.stopping:
                return  # the app is stopping: the job is taken up again at the next start
            status = "cancelled" if error.code == "cancelled" else "failed"
            self._finish(job, status, error)
        except Exception as error:  # a bug must not end the worker; the job says so
            log.exception("job %s failed", job.id)
            wrapped = MarqueeError(f"{type(error).__name__}: {error}", hint="Please report this.")
            self._finish(job, "failed", wrapped)
        else:
            self.database.write(lambda c: table.finish(c, job, "done", rows=rows))

    def _finish(self, job: Job, status: str, error: MarqueeError) -> None:
        self.database.write(lambda c: table.finish(c, job, status, error=error))
