"""The worker: one job after the other, whatever they do, and what a crash leaves is taken up."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core import Workbench
from core.actor import Actor
from core.errors import BrokenFile, Conflict, Interrupted, NotFound, WrongState
from core.ingest import quarantine, staging
from core.ingest.rows import duplicates, promise
from core.ingest.writing import commit as commit_
from core.jobs import table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.settings import Settings
from core.storage.duckfile import vacuum
from core.storage.duckfile.database import Database, open_database
from core.storage.ids import new_id

ROOT = Path(__file__).resolve().parents[2]
Csv = Callable[..., Path]


def wait(condition: Callable[[], Any], seconds: float = 15) -> Any:
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)
    return found


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.database, settings)
    yield opened
    opened.release()


def queue(database: Database, kind: str) -> str:
    return database.write(lambda c: table.add(c, kind, new_id(), Actor(), {}))


def end(database: Database, job_id: str) -> Job:
    def look() -> Job | None:
        with database.reader() as cursor:
            job = table.get(cursor, job_id)
        return None if job.active else job

    found = wait(look)
    assert isinstance(found, Job)
    return found


def test_jobs_run_in_order_and_end(database: Database) -> None:
    ran: list[str] = []

    def good(job: Job, progress: Progress) -> int:
        ran.append(job.id)
        return 5

    def bad(job: Job, progress: Progress) -> int:
        raise BrokenFile("at line 3")

    def buggy(job: Job, progress: Progress) -> int:
        raise ZeroDivisionError("a bug")

    def stopped(job: Job, progress: Progress) -> int:
        progress.cancel()
        progress.check()
        return 0

    worker = Worker(database, {"good": good, "bad": bad, "buggy": buggy, "stopped": stopped})
    kinds = ["good", "bad", "buggy", "nosuch", "stopped", "good"]
    ids = [queue(database, kind) for kind in kinds]
    worker.start()
    ended = [end(database, job_id) for job_id in ids]
    assert [j.status for j in ended] == ["done", "failed", "failed", "failed", "cancelled", "done"]
    assert ran == [ids[0], ids[5]] and ended[0].rows_done == 5
    errors = [j.error or {} for j in ended]
    assert errors[1]["code"] == "broken_file" and "a bug" in errors[2]["detail"]
    assert worker.alive
    worker.stop()
    assert not worker.alive


def test_a_job_added_later_is_taken_at_once(database: Database) -> None:
    worker = Worker(database, {"good": lambda job, progress: 1})
    worker.start()
    time.sleep(0.1)
    started = time.monotonic()
    job_id = queue(database, "good")
    worker.wake()
    assert end(database, job_id).status == "done" and time.monotonic() - started < 3
    worker.stop()


def test_freed_memory_is_given_back_between_jobs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gave: list[float] = []
    monkeypatch.setattr("core.jobs.worker.give_back", lambda: gave.append(time.monotonic()))
    monkeypatch.setattr("core.jobs.worker.BREATH", 0.2)
    worker = Worker(database, {"good": lambda job, progress: 1})
    ids = [queue(database, "good") for _ in range(3)]
    worker.start()
    for job_id in ids:
        end(database, job_id)
    time.sleep(0.3)
    worker.wake()
    time.sleep(0.3)
    worker.stop()
    assert gave and all(b - a >= 0.2 for a, b in pairwise(gave))


def until_stopped() -> tuple[threading.Event, Callable[[Job, Progress], int]]:
    """A job that goes on until somebody stops it, and what tells that it began."""
    entered = threading.Event()

    def long(job: Job, progress: Progress) -> int:
        entered.set()
        while True:
            progress.check()
            time.sleep(0.01)

    return entered, long


def test_stopping_leaves_the_job_for_the_next_start(database: Database) -> None:
    entered, long = until_stopped()
    worker = Worker(database, {"long": long})
    job_id = queue(database, "long")
    worker.start()
    assert entered.wait(10)
    worker.stop()
    with database.reader() as cursor:
        assert (waits := table.get(cursor, job_id)).status == "queued" and waits.attempts == 0
    again = Worker(database, {"long": lambda job, progress: job.attempts})
    again.start()
    assert end(database, job_id).rows_done == 1  # to be stopped was no attempt that failed
    again.stop()


def test_it_goes_on_however_often_it_was_stopped(database: Database) -> None:
    entered, long = until_stopped()
    job_id = queue(database, "long")
    for _ in range(table.ATTEMPTS + 1):
        worker = Worker(database, {"long": long})
        worker.start()
        assert entered.wait(10)
        worker.stop()
        entered.clear()
    last = Worker(database, {"long": lambda job, progress: 7})
    last.start()
    assert end(database, job_id).status == "done"
    last.stop()


# ---------------------------------------------------------------- with the real import


@pytest.fixture
def served(settings: Settings) -> Iterator[Workbench]:
    """A workbench whose worker runs."""
    quiet = settings.model_copy(update={"watch_folder": False})
    with Workbench.open(settings=quiet) as workbench:
        workbench.start()
        yield workbench


def ended(wb: Workbench, job: Job) -> Job:
    found = wait(lambda: None if wb.job(job.id).active else wb.job(job.id))
    assert isinstance(found, Job)
    return found


def staged_tables(wb: Workbench) -> list[str]:
    with wb.database.reader() as cursor:
        rows = cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'staging'"
        ).fetchall()
    return [r[0] for r in rows]


def test_an_import_in_the_background(served: Workbench, csv_file: Csv) -> None:
    upload = served.receive(csv_file("name,mbti", "A,INTJ", "B,nonsense"))
    job = served.submit(upload.id)
    assert served.upload(upload.id).status in ("importing", "imported")
    done = ended(served, job)
    assert (done.status, done.rows_done, done.share) == ("done", 2, 1.0)
    after = served.upload(upload.id)
    assert (after.status, after.counts.new, after.counts.rejected) == ("imported", 1, 1)
    assert [j.id for j in served.jobs(upload.id)] == [job.id]
    wait(
        lambda: not staged_tables(served)
    )  # the job is done with its rows; this is tidied after it
    with pytest.raises(WrongState):
        served.submit(upload.id)
    with pytest.raises(WrongState, match="imported"):
        served.cancel(upload.id)


def test_a_preview_in_the_background(served: Workbench, csv_file: Csv) -> None:
    upload = served.receive(csv_file("name", "A"))
    assert ended(served, served.submit(upload.id, "preview")).status == "done"
    assert served.upload(upload.id).status == "previewed" and served.count() == 0


def test_a_broken_file_fails_the_job_and_the_upload(served: Workbench, csv_file: Csv) -> None:
    upload = served.receive(csv_file('{"a": ', name="half.json"))
    job = ended(served, served.submit(upload.id))
    after = served.upload(upload.id)
    assert (job.status, after.status) == ("failed", "failed")
    assert job.error and after.error and job.error["code"] == after.error["code"] == "broken_file"


def test_a_bug_does_not_leave_the_upload_importing(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*given: Any) -> None:
        raise ZeroDivisionError("a bug")

    upload = served.receive(csv_file("name", "A"))
    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "keep", bug)
        assert ended(served, served.submit(upload.id)).status == "failed"
    after = served.upload(upload.id)
    assert after.status == "failed" and after.error and "a bug" in after.error["detail"]
    assert served.count() == 0 and staged_tables(served) == []
    assert ended(served, served.submit(upload.id)).status == "done"
    assert served.count() == 1


def _acts(wb: Workbench) -> list[str]:
    """What happened, the newest first, without what these tests look up."""
    return [event.kind for event in wb.events() if event.kind != "access.taken"]


class Held:
    """Holds a function of the import until `go`, so that a test can act in the middle of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        real = getattr(module, name)

        def held(*given: Any, **more: Any) -> Any:
            self.reached.set()
            assert self.go.wait(20)
            return real(*given, **more)

        monkeypatch.setattr(module, name, held)


@pytest.mark.parametrize(
    "module,name", [(duplicates, "find"), (promise, "check"), (staging, "stage")]
)
def test_cancel_while_it_runs_leaves_nothing_behind(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    upload = served.receive(csv_file("name", "A", "B"))
    with monkeypatch.context() as patch:
        held = Held(patch, module, name)
        job = served.submit(upload.id)
        assert held.reached.wait(20)
        with pytest.raises(Conflict, match="worked on already"):
            served.submit(upload.id)
        assert served.cancel(upload.id).status == "cancelled"
        held.go.set()
        assert ended(served, job).status == "cancelled"
        wait(lambda: not staged_tables(served))
    assert served.upload(upload.id).status == "cancelled"
    assert served.count() == 0 and served.quarantine(upload.id) == []
    assert served.sql("SELECT count(*) FROM ops.ledger").fetchall() == [(0,)]
    assert _acts(served) == ["upload.cancelled", "upload.received"]
    with pytest.raises(WrongState, match="was cancelled"):
        served.submit(upload.id)
    assert ended(served, served.submit(upload.id, "preview")).status == "done"  # go on with it
    again = ended(served, served.submit(upload.id))
    assert again.status == "done" and served.upload(upload.id).status == "imported"
    assert served.count() == 2


def test_cancel_interrupts_a_long_query(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = threading.Event()

    def slow(cursor: duckdb.DuckDBPyConnection, *more: Any) -> None:
        reached.set()
        cursor.execute("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) % 7 = 8")

    upload = served.receive(csv_file("name", "A"))
    monkeypatch.setattr(duplicates, "find", slow)
    job = served.submit(upload.id)
    assert reached.wait(20)
    time.sleep(0.1)
    served.cancel(upload.id)
    assert ended(served, job).status == "cancelled"
    wait(lambda: not staged_tables(served))


@pytest.mark.parametrize("between", [False, True])
def test_cancel_stops_the_writing_itself(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, between: bool
) -> None:
    """The writer is busy with the import then: nothing may wait for it. Also between two statements."""
    reached, done = threading.Event(), commit_.commit

    def slow(connection: duckdb.DuckDBPyConnection, *given: Any, **more: Any) -> None:
        done(connection, *given, **more)
        reached.set()
        if between:
            wait(lambda: served.worker._running[job.id][1]._cancelled)
        else:
            connection.execute("SELECT count(*) FROM range(9000000000) a WHERE hash(a.range) = 8")

    upload = served.receive(csv_file("name", "A"))
    served.preview(upload.id)
    with monkeypatch.context() as patch:
        patch.setattr(commit_, "commit", slow)
        job = served.submit(upload.id, promised=True)
        assert reached.wait(20)
        time.sleep(0.1)
        assert served.cancel(upload.id).status == "cancelled"
        assert not served.at_hand(upload.id)
        assert ended(served, job).status == "cancelled"
    wait(lambda: not staged_tables(served))
    assert served.count() == 0
    assert [e.kind for e in served.events()] == ["upload.cancelled", "upload.received"]
    served.preview(upload.id)
    assert ended(served, served.submit(upload.id)).status == "done" and served.count() == 1


def test_cancel_of_what_waits(served: Workbench, csv_file: Csv, monkeypatch: Any) -> None:
    first = served.receive(csv_file("name", "A"))
    second = served.receive(csv_file("name", "B", name="b.csv"))
    with monkeypatch.context() as patch:
        held = Held(patch, staging, "stage")
        one, two = served.submit(first.id), served.submit(second.id)
        assert held.reached.wait(20)
        served.cancel(second.id)
        held.go.set()
        assert ended(served, one).status == "done"
    assert served.job(two.id).status == "cancelled" and served.job(two.id).attempts == 0
    assert [r["name"] for r in served.records().rows()] == ["A"]


def test_cancel_of_an_import_without_a_job(wb: Workbench, csv_file: Csv, monkeypatch: Any) -> None:
    """The folder and notebooks import in their own thread; a cancel stops that as well."""
    upload = wb.receive(csv_file("name", "A"))
    monkeypatch.setattr(promise, "check", lambda *given: None if wb.cancel(upload.id) else None)
    with pytest.raises(Exception, match="cancelled meanwhile"):
        wb.commit(upload.id)
    assert wb.upload(upload.id).status == "cancelled" and wb.count() == 0


def test_a_commit_of_a_zombie_is_refused(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was thought dead comes back when its job has a new holder."""
    upload = served.receive(csv_file("name", "A"))
    with monkeypatch.context() as patch:
        held = Held(patch, promise, "check")
        job = served.submit(upload.id)
        assert held.reached.wait(20)
        served.database.write(table.requeue_interrupted)
        heir = served.database.write(table.claim)
        assert heir and heir.fence == 2
        held.go.set()
        wait(lambda: not served.worker.busy)
    assert served.count() == 0
    assert served.job(job.id).status == "running"  # the heir's, not the zombie's to end
    assert served.upload(upload.id).status == "importing"  # nor its upload


def test_unknown_ids(served: Workbench) -> None:
    for act in (served.job, served.submit, served.cancel, served.jobs):
        with pytest.raises(NotFound):
            act("nonsense")
        if act != served.jobs:
            with pytest.raises(NotFound):
                act(new_id())


# ---------------------------------------------------------------- killed and started again

DIE = """
import os, signal, sys, time
from itertools import pairwise
from pathlib import Path
from core import Workbench
from core.ingest import {module} as place
from core.settings import Settings

def die(*given, **more):
    os.kill(os.getpid(), {signal})

place.{name} = die
home = Path(sys.argv[1])
wb = Workbench.open(settings=Settings(
    database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "sets",
    watch_folder=False))
wb.start()
upload = wb.receive(home / "people.csv", force=True)
if {inline}:
    wb.commit(upload.id)
else:
    wb.submit(upload.id)
time.sleep(30)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_right_after_the_commit_the_job_is_done(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,mbti\nA,INTJ\nB,bad\nC,ENTP\n")
    script = DIE.format(module="importing", name="_forget", inline=False, signal=9)
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, timeout=60, capture_output=True
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()
    settings = Settings(
        database=tmp_path / "m.duckdb", data_dir=tmp_path / "data", datasets_dir=tmp_path / "sets"
    )
    with Workbench.open(settings=settings) as wb:
        (upload,) = wb.uploads()
        assert (upload.status, wb.count()) == ("imported", 2)
        (job,) = wb.jobs(upload.id)
        assert (job.status, job.rows_done, job.attempts) == ("done", 3, 1)
        assert wb.check().findings == ()


def test_a_job_is_done_when_its_commit_came_back(
    served: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others see what is committed while DuckDB still writes it, and a full disk may undo it then."""
    upload = served.receive(csv_file("name", "A"))
    with monkeypatch.context() as patch:
        held = Held(patch, vacuum, "decide")  # after the commit, and before the writer answers
        job = served.submit(upload.id)
        assert held.reached.wait(20)
        with served.database.reader() as cursor:
            assert table.get(cursor, job.id).status == "done"
        (listed,) = served.jobs(upload.id)
        for seen in (served.job(job.id), listed):
            assert (seen.status, seen.finished_at, seen.active) == ("running", None, True)
        held.go.set()
        assert ended(served, job).status == "done"


def test_a_job_whose_upload_is_in_already_is_done(served: Workbench, csv_file: Csv) -> None:
    """As versions before left it that were killed between the import and the end of its job."""
    upload = served.receive(csv_file("name", "A", "B"))
    job = ended(served, served.submit(upload.id))
    assert job.status == "done"
    served.database.write(
        lambda c: c.execute("UPDATE ops.jobs SET status = 'queued', finished_at = NULL")
    )
    served.worker.wake()
    again = ended(served, job)
    assert (again.status, again.rows_done, again.error) == ("done", 2, None)
    assert served.count() == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
@pytest.mark.parametrize(
    "module,name,inline",
    [
        ("quarantine", "keep", False),  # in the middle of the transaction
        ("uploads", "remembered", False),  # while it reads
        ("quarantine", "keep", True),  # without a job
    ],
)
def test_killed_in_the_middle_nothing_is_half(
    tmp_path: Path, module: str, name: str, inline: bool
) -> None:
    (tmp_path / "people.csv").write_text("name,mbti\nA,INTJ\nB,bad\nC,ENTP\n")
    script = DIE.format(module=module, name=name, inline=inline, signal=int(signal.SIGKILL))
    ended_ = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, timeout=60, capture_output=True
    )
    assert ended_.returncode == -signal.SIGKILL, ended_.stderr.decode()
    settings = Settings(
        database=tmp_path / "m.duckdb",
        data_dir=tmp_path / "data",
        datasets_dir=tmp_path / "sets",
        watch_folder=False,
    )
    with Workbench.open(settings=settings) as wb:
        (upload,) = wb.uploads()
        assert wb.count() == 0
        assert wb.verify_events() == 1
        for place in ("history.changes", "ops.ledger", "ops.quarantine"):
            assert wb.sql(f"SELECT count(*) FROM {place}").fetchall() == [(0,)], place
        wb.start()
        if inline:
            assert wb.upload(upload.id).open
            wb.commit(upload.id)
        else:
            (job,) = wb.jobs(upload.id)
            done = ended(wb, job)
            assert (done.status, done.attempts) == ("done", 2)
        after = wb.upload(upload.id)
        assert (after.status, after.counts.new, after.counts.rejected) == ("imported", 2, 1)
        assert sorted(r["name"] for r in wb.records().rows()) == ["A", "C"]
        assert len(wb.quarantine(upload.id)) == 1 and wb.verify_events() > 2
        assert _acts(wb) == ["upload.imported", "upload.received"]


def test_given_up_the_upload_is_open_again(settings: Settings, csv_file: Csv) -> None:
    quiet = settings.model_copy(update={"watch_folder": False})
    with Workbench.open(settings=quiet) as wb:
        upload = wb.receive(csv_file("name", "A"))
        job = wb.submit(upload.id)  # its worker is not started
        wb.database.write(
            lambda c: c.execute("UPDATE ops.jobs SET status = 'running', attempts = 3, fence = 3")
        )
        assert wb.upload(upload.id).status == "importing"
        wb.start()
        assert (given_up := wb.job(job.id)).status == "failed"
        assert given_up.error and given_up.error["code"] == Interrupted.code
        assert wb.upload(upload.id).open
        assert ended(wb, wb.submit(upload.id)).status == "done"


def test_a_stop_in_the_middle_goes_on_at_the_next_start(
    settings: Settings, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = settings.model_copy(update={"watch_folder": False})
    reached = threading.Event()

    def slow(cursor: duckdb.DuckDBPyConnection, *more: Any) -> None:
        reached.set()
        cursor.execute("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) % 7 = 8")

    with monkeypatch.context() as patch, Workbench.open(settings=quiet) as wb:
        patch.setattr(duplicates, "find", slow)
        wb.start()
        upload = wb.receive(csv_file("name", "A"))
        wb.submit(upload.id)
        assert reached.wait(20)
        time.sleep(0.1)
    with Workbench.open(settings=quiet) as wb:
        assert wb.upload(upload.id).status == "importing"  # nobody cancelled it
        wb.start()
        assert ended(wb, wb.jobs(upload.id)[0]).status == "done"
        assert [e.kind for e in wb.events()] == ["upload.imported", "upload.received"]
