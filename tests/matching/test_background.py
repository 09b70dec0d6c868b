"""A run as a job: ordered, done by the worker, cancelled, taken up after a restart."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from core import Workbench
from core.errors import Conflict, MarqueeError, NotFound, WrongState
from core.jobs import table as jobs
from core.jobs.table import Job

D = "celebrities"


@pytest.fixture
def waiting(people: Workbench) -> Iterator[Job]:
    """A run that was ordered while no worker works."""
    yield people.matching.submit(D)


def _end(wb: Workbench, job: Job) -> Job:
    for _ in range(600):
        found = wb.jobs.get(job.id)
        if not found.active:
            return found
        time.sleep(0.05)
    raise AssertionError("the run did not end")


def test_a_run_is_ordered_and_done_by_the_worker(people: Workbench, waiting: Job) -> None:
    assert waiting.status == "queued" and people.matching.last(D) is None
    assert people.matching.active(D) == waiting
    with pytest.raises(Conflict) as error:
        people.matching.submit(D)
    assert error.value.extra["job"] == waiting.id
    people.start()
    done = _end(people, waiting)
    assert (done.status, done.rows_done) == ("done", 9)
    [run] = people.matching.runs(D)
    assert run.summary["job"] == waiting.id and people.matching.active(D) is None
    assert people.matching.pairs(D)


def test_a_run_that_a_crash_interrupted_goes_on(people: Workbench, waiting: Job) -> None:
    people.database.write(lambda c: jobs.claim(c))  # by a process that died
    people.start()
    done = _end(people, waiting)
    assert (done.status, done.attempts) == ("done", 2)
    assert len(people.matching.runs(D)) == 1


def test_a_run_is_cancelled_and_keeps_nothing(people: Workbench, waiting: Job) -> None:
    assert people.matching.cancel(waiting.id).status == "cancelled"
    with pytest.raises(WrongState):
        people.matching.cancel(waiting.id)
    with pytest.raises(NotFound):
        people.matching.cancel("01a229c6-179e-7be2-9637-b571a9e4b9db")
    people.start()
    assert people.matching.last(D) is None


def test_what_somebody_else_has_taken_over_is_not_written(people: Workbench, waiting: Job) -> None:
    mine = people.database.write(lambda c: jobs.claim(c))
    assert mine is not None
    people.matching.cancel(mine.id)
    work = people.matching._services.worker.kinds["matching"]
    from core.jobs.progress import Progress

    with pytest.raises(MarqueeError):
        work(mine, Progress())
    assert people.matching.last(D) is None
