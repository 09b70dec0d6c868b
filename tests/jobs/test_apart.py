"""Kinds of jobs that stand apart run beside the others: no import waits for a backup."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.actor import Actor
from core.jobs import table
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.worker import Worker
from core.settings import Settings
from core.storage.duckfile.database import Database, open_database


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.database, settings)
    yield opened
    opened.release()


def add(database: Database, kind: str) -> str:
    return database.write(lambda c: table.add(c, kind, None, Actor(), {}))


def wait(condition: Callable[[], object], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_import_is_done_while_a_backup_is_made(
    settings: Settings, csv_file: Callable[..., Path]
) -> None:
    with Workbench.open(settings=settings.model_copy(update={"watch_folder": False})) as wb:
        go, reached, real = threading.Event(), threading.Event(), wb.backups.run

        def held(job: Job, progress: Progress) -> int:
            reached.set()
            assert go.wait(20)
            return real(job, progress)

        wb.worker.kinds["backup"] = held
        wb.start()
        backup = wb.backups.submit()
        assert reached.wait(20)
        upload = wb.receive(csv_file("name", "Ada"))
        job = wb.submit(upload.id)
        wait(lambda: wb.job(job.id).status == "done")
        assert wb.job(backup.id).status == "running" and wb.count() == 1
        go.set()
        wait(lambda: wb.job(backup.id).status == "done")
        assert wb.backups.all()[0].ok


def test_each_thread_takes_its_own_kinds_one_by_one(database: Database) -> None:
    at_once: dict[str, int] = {}
    most: dict[str, int] = {}
    threads: dict[str, set[str]] = {}

    def work(job: Job, progress: Progress) -> int:
        at_once[job.kind] = at_once.get(job.kind, 0) + 1
        most[job.kind] = max(most.get(job.kind, 0), at_once[job.kind])
        threads.setdefault(job.kind, set()).add(threading.current_thread().name)
        time.sleep(0.05)
        at_once[job.kind] -= 1
        return 0

    worker = Worker(database, {"import": work, "backup": work})
    worker.apart.add("backup")
    for kind in ("import", "backup") * 4:
        add(database, kind)
    worker.start()
    wait(lambda: all(j.status == "done" for j in database.read(lambda c: table.find(c))))
    assert worker.alive
    worker.stop()
    assert not worker.alive
    assert most == {"import": 1, "backup": 1}
    assert threads == {"import": {"marquee-worker"}, "backup": {"marquee-worker-apart"}}


def test_what_the_other_thread_does_is_not_taken_for_interrupted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of an import could not be written: it is done again, and the backup beside it is not."""
    go, runs = threading.Event(), dict.fromkeys(("import", "backup"), 0)

    def work(job: Job, progress: Progress) -> int:
        runs[job.kind] += 1
        if job.kind == "backup":
            assert go.wait(20)
        return 0

    finish = table.finish

    def lost(*given: object, **more: object) -> None:
        monkeypatch.setattr(table, "finish", finish)
        raise OSError("no disk")

    worker = Worker(database, {"import": work, "backup": work})
    worker.apart.add("backup")
    backup = add(database, "backup")
    worker.start()
    wait(lambda: runs["backup"] == 1)
    monkeypatch.setattr(table, "finish", lost)
    import_ = add(database, "import")
    worker.wake()
    wait(lambda: worker._lost)
    worker.wake()
    wait(lambda: database.read(lambda c: table.get(c, import_)).status == "done")
    present = database.read(lambda c: table.get(c, backup))
    assert (present.status, present.attempts, runs["import"]) == ("running", 1, 2)
    go.set()
    wait(lambda: database.read(lambda c: table.get(c, backup)).status == "done")
    worker.stop()
    assert runs["backup"] == 1
