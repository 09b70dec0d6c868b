"""Leases: renewed by whoever works, taken over when they ran out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.actor import Actor
from core.errors import TakenOver
from core.jobs import table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.settings import Settings
from core.storage.duckfile.database import Database, open_database
from core.storage.ids import new_id


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.database, settings)
    yield opened
    opened.release()


def add(database: Database) -> str:
    return database.write(lambda c: table.add(c, "wait", new_id(), Actor(), {}))


def test_a_lease_that_ran_out_is_taken_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database)
    monkeypatch.setattr(table, "LEASE", timedelta(seconds=-1))
    hanging = database.write(table.claim)
    monkeypatch.setattr(table, "LEASE", timedelta(seconds=60))
    heir = database.write(table.claim)
    assert hanging and heir and (heir.id, heir.fence, heir.attempts) == (hanging.id, 2, 2)
    with pytest.raises(TakenOver):
        database.write(lambda c: table.check_fence(c, hanging))
    assert not database.write(lambda c: table.renew(c, hanging))
    database.write(lambda c: table.check_fence(c, heir))
    assert database.write(table.claim) is None


def test_a_machine_that_slept_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease ran out, and nobody took the job over: its commit is in order."""
    add(database)
    monkeypatch.setattr(table, "LEASE", timedelta(seconds=-1))
    job = database.write(table.claim)
    assert job
    database.write(lambda c: table.check_fence(c, job))


def test_whoever_works_renews_the_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "LEASE", timedelta(seconds=0.4))
    go = threading.Event()

    def wait(job: Job, progress: Progress) -> int:
        go.wait(20)
        return 1

    worker = Worker(database, {"wait": wait})
    job_id = add(database)
    worker.start()
    sql = "SELECT lease_until FROM ops.jobs WHERE lease_until IS NOT NULL"
    leases = set()
    until = time.monotonic() + 15
    while len(leases) < 3 and time.monotonic() < until:
        leases |= set(database.read(lambda c: c.execute(sql).fetchall()))
        time.sleep(0.02)
    go.set()
    worker.stop()
    assert len(leases) >= 3
    assert database.read(lambda c: table.get(c, job_id)).status == "done"
