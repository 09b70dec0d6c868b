"""The jobs table: claimed in order, fenced, given up after three interruptions."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from core.actor import Actor
from core.errors import BrokenFile, Cancelled, NotFound
from core.jobs import table
from core.storage import migrations
from core.storage.ids import new_id

UPLOAD = new_id()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        migrations.apply(opened, None)
        yield opened


def add(connection: duckdb.DuckDBPyConnection, upload: str = UPLOAD) -> str:
    return table.add(connection, "import", upload, Actor("eva", "api"), {"promised": True})


def claim(connection: duckdb.DuckDBPyConnection) -> table.Job:
    job = table.claim(connection)
    assert job is not None
    return job


def test_a_new_job_waits(connection: duckdb.DuckDBPyConnection) -> None:
    job = table.get(connection, add(connection))
    assert (job.status, job.active, job.attempts, job.fence) == ("queued", True, 0, 0)
    assert (job.kind, job.upload_id, job.actor, job.door) == ("import", UPLOAD, "eva", "api")
    assert job.options == {"promised": True} and job.rows_done == 0 and job.error is None


def test_jobs_are_claimed_oldest_first(connection: duckdb.DuckDBPyConnection) -> None:
    ids = [add(connection) for _ in range(4)]
    connection.execute(
        "UPDATE ops.jobs SET created_at = created_at - INTERVAL 1 DAY WHERE job_id = ?", [ids[2]]
    )
    claimed = [claim(connection) for _ in ids]
    assert [j.id for j in claimed] == [ids[2], ids[0], ids[1], ids[3]]
    assert all((j.status, j.attempts, j.fence) == ("running", 1, 1) for j in claimed)
    assert table.claim(connection) is None


def test_the_fence_refuses_a_zombie(connection: duckdb.DuckDBPyConnection) -> None:
    add(connection)
    zombie = claim(connection)
    table.check_fence(connection, zombie)
    table.requeue_interrupted(connection)
    with pytest.raises(Cancelled, match="took this job over"):  # queued again
        table.check_fence(connection, zombie)
    heir = claim(connection)
    assert (heir.id, heir.fence, heir.attempts) == (zombie.id, 2, 2)
    with pytest.raises(Cancelled):
        table.check_fence(connection, zombie)
    table.check_fence(connection, heir)


def test_a_zombie_cannot_end_the_job(connection: duckdb.DuckDBPyConnection) -> None:
    add(connection)
    zombie = claim(connection)
    table.requeue_interrupted(connection)
    heir = claim(connection)
    table.finish(connection, zombie, "failed", error=BrokenFile("no"))
    assert table.get(connection, heir.id).status == "running"
    table.finish(connection, heir, "done", rows=7)
    done = table.get(connection, heir.id)
    assert (done.status, done.rows_done, done.rows_total, done.active) == ("done", 7, 7, False)
    assert done.finished_at is not None and done.error is None


def test_what_ended_stays_ended(connection: duckdb.DuckDBPyConnection) -> None:
    add(connection)
    job = claim(connection)
    table.finish(connection, job, "cancelled")
    table.finish(connection, job, "done", rows=7)
    assert table.get(connection, job.id).status == "cancelled"
    with pytest.raises(Cancelled):
        table.check_fence(connection, job)
    assert table.claim(connection) is None and table.requeue_interrupted(connection) == 0


def test_an_error_is_kept_with_the_job(connection: duckdb.DuckDBPyConnection) -> None:
    add(connection)
    job = claim(connection)
    table.finish(connection, job, "failed", error=BrokenFile("line 7", line=7))
    error = table.get(connection, job.id).error
    assert error and (error["code"], error["detail"], error["line"]) == ("broken_file", "line 7", 7)


def test_three_interruptions_and_it_is_given_up(connection: duckdb.DuckDBPyConnection) -> None:
    job_id, other = add(connection), add(connection)
    for attempt in range(1, table.ATTEMPTS):
        assert claim(connection).attempts == attempt
        assert table.requeue_interrupted(connection) == 1
    assert claim(connection).attempts == table.ATTEMPTS
    assert table.requeue_interrupted(connection) == 0
    given_up = table.get(connection, job_id)
    assert given_up.status == "failed" and given_up.error
    assert given_up.error["code"] == "interrupted" and given_up.error["hint"]
    assert claim(connection).id == other


def test_find(connection: duckdb.DuckDBPyConnection) -> None:
    mine, other = new_id(), new_id()
    ids = [add(connection, mine), add(connection, other), add(connection, mine)]
    claim(connection)
    assert [j.id for j in table.find(connection)] == ids[::-1]
    assert [j.id for j in table.find(connection, upload_id=mine)] == [ids[2], ids[0]]
    assert [j.id for j in table.find(connection, status="queued")] == [ids[2], ids[1]]
    assert [j.id for j in table.find(connection, limit=1)] == [ids[2]]


@pytest.mark.parametrize("job_id", ["", "x", "01890000-0000-7000-8000-000000000000"])
def test_what_is_not_there(connection: duckdb.DuckDBPyConnection, job_id: str) -> None:
    with pytest.raises(NotFound):
        table.get(connection, job_id)


def test_find_refuses_what_is_no_upload(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotFound):
        table.find(connection, upload_id="x")
