"""The clock makes backups, keeps as many as the settings say, and worries when it cannot."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core import Workbench
from core.backups import folder, making, service
from core.actor import Actor
from core.history import events
from core.settings import Settings


def wait(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_server_makes_one_when_it_is_due(settings: Settings) -> None:
    planned = settings.model_copy(update={"backup_every_hours": 24.0, "backup_keep": 1})
    with Workbench.open(settings=planned) as wb:
        assert wb.backups.state().worry == "There is no backup yet."
        wb.start()
        wait(lambda: wb.backups.all() and not wb.backups.due() and wb.jobs()[0].status == "done")
        (backup,) = wb.backups.all()
        assert backup.ok and wb.backups.state().worry == ""
        (job,) = wb.jobs()
        assert (job.kind, job.door, job.upload_id) == ("backup", "schedule", None)
        made = [e for e in wb.events() if e.kind == "backup.made"]
        assert made[0].door == "schedule"


def test_when_it_is_due(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = settings.model_copy(update={"backup_every_hours": 1.0, "backup_keep": 1})
    with Workbench.open(settings=planned) as wb:
        assert wb.backups.due()
        wb.backups.create()
        assert not wb.backups.due()
        for hours, due, worry in ((0.9, False, ""), (1.1, True, ""), (2.5, True, "too old")):
            then = events.now() + timedelta(hours=hours)
            monkeypatch.setattr(service, "now", lambda then=then: then)
            assert wb.backups.due() is due
            assert (worry in wb.backups.state().worry) and bool(worry) == bool(
                wb.backups.state().worry
            )


def test_the_schedule_keeps_as_many_as_the_settings_say(settings: Settings) -> None:
    planned = settings.model_copy(update={"backup_every_hours": 1.0, "backup_keep": 2})
    with Workbench.open(settings=planned) as wb:
        wb.worker.start()
        first = wb.backups.create().name
        for _ in range(2):
            wb.backups.through(Actor("marquee", "schedule")).submit()
            wait(lambda: not wb.jobs()[0].active)
        names = [b.name for b in wb.backups.all()]
        assert len(names) == 2 and first not in names


def test_one_that_failed_is_told_and_tried_again_later(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    planned = settings.model_copy(
        update={"backup_every_hours": 1.0, "backup_dir": tmp_path / "file"}
    )
    with Workbench.open(settings=planned) as wb:
        wb.start()
        wait(lambda: wb.jobs() and wb.jobs()[0].status == "failed")
        assert wb.backups.state().worry.startswith("The last backup failed")
        assert not wb.backups.due()
        then = events.now() + timedelta(hours=1.1)
        monkeypatch.setattr(service, "now", lambda: then)
        assert wb.backups.due()


def test_without_a_schedule_nothing_is_made_and_nobody_worries(settings: Settings) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.start()
        assert not wb.backups.due() and wb.backups.state().worry == ""
        assert wb.jobs() == []


def test_a_job_that_was_interrupted_is_done_again(settings: Settings) -> None:
    with Workbench.open(settings=settings) as wb:
        job = wb.backups.submit("duckdb")
        wb.database.write(lambda c: c.execute("UPDATE ops.jobs SET status = 'running'"))
    with Workbench.open(settings=settings) as wb:
        wb.start()
        wait(lambda: wb.job(job.id).status == "done")
        assert wb.backups.all()[0].ok


def test_a_clock_that_was_wrong_stops_no_schedule(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that is dated in the future is no newest one: the next is due, and stays when it is made."""
    planned = settings.model_copy(update={"backup_every_hours": 24.0, "backup_keep": 1})
    with Workbench.open(settings=planned) as wb:
        with monkeypatch.context() as wrong:
            wrong.setattr(making, "now", lambda: folder.now() + timedelta(days=400))
            dated = wb.backups.create().name
        assert wb.backups.due()
        assert "is dated 20" in wb.backups.state().worry and "the clock" in wb.backups.state().worry
        wb.worker.start()
        wb.backups.tick()
        wait(lambda: not wb.jobs()[0].active)
        (left,) = wb.backups.all()
        assert left.name != dated and left.ok
        assert not wb.backups.due() and wb.backups.state().worry == ""


def test_what_was_just_made_stays_though_another_is_dated_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By some hours that is believed, and the schedule waits; what somebody makes meanwhile is not deleted."""
    planned = settings.model_copy(update={"backup_every_hours": 24.0, "backup_keep": 1})
    with Workbench.open(settings=planned) as wb:
        with monkeypatch.context() as wrong:
            wrong.setattr(making, "now", lambda: folder.now() + timedelta(hours=9))
            dated = wb.backups.create().name
        assert not wb.backups.due() and wb.backups.state().worry == ""
        wb.worker.start()
        wb.backups.through(Actor("marquee", "schedule")).submit()
        wait(lambda: not wb.jobs()[0].active)
        names = [b.name for b in wb.backups.all()]
        assert len(names) == 2 and names[0] == dated


def test_a_failure_under_a_wrong_clock_is_no_failure_of_an_hour_ago(settings: Settings) -> None:
    planned = settings.model_copy(update={"backup_every_hours": 24.0})
    with Workbench.open(settings=planned) as wb:
        job = wb.backups.submit()
        wb.database.write(
            lambda c: c.execute(
                "UPDATE ops.jobs SET status = 'failed', created_at = created_at + INTERVAL 1 YEAR,"
                " finished_at = created_at + INTERVAL 1 YEAR WHERE job_id = ?",
                [job.id],
            )
        )
        assert wb.backups.due()
        wb.backups.tick()
        state = wb.backups.state()
        assert state.job and state.job.id != job.id and state.job.active
