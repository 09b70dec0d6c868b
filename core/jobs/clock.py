"""The clock: regular background tasks, in a thread of their own. `schedule` says when."""

from __future__ import annotations

import threading
from collections.abc import Callable

import schedule

from core.observe import logs

log = logs.get("clock")
LOOK = 1.0  # seconds between looks at the clock


class Clock:
    """Tasks are short: what takes long is submitted as a job."""

    def __init__(self) -> None:
        self._scheduler = schedule.Scheduler()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="marquee-clock", daemon=True)

    def every(self, seconds: int, task: Callable[[], None]) -> None:
        """Do it now and then, the first time at the start. A task that fails is done again next time."""
        self._scheduler.every(seconds).seconds.do(_guarded(task))

    def start(self) -> None:
        """Begin, if there is anything to do."""
        if self._scheduler.jobs:
            self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether tasks are done; also when there are none."""
        idle = not self._scheduler.jobs and not self._stop.is_set()
        return idle or (self._thread.is_alive() and not self._stop.is_set())

    def stop(self) -> None:
        """End; a task that is being done is waited for."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _loop(self) -> None:
        self._scheduler.run_all()
        while not self._stop.wait(LOOK):
            self._scheduler.run_pending()


def _guarded(task: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            task()
        except Exception as error:
            log.say("clock.task_failed", error, task=getattr(task, "__qualname__", "task"))

    return run
