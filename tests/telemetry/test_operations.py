"""Operations are counted by name, time and rows; never a value; in bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from core import MarqueeError, Workbench
from core.errors import BadQuery, NotFound
from core.settings import Settings
from core.telemetry import kept
from core.telemetry.operations import KEPT, SAMPLES, Line, Operations, Timer

PEOPLE = ("name,birth_date", "Ada Lovelace,1815-12-10", "Alan Turing,1912-06-23")


def line(name: str, seconds: list[float], at: datetime | None = None) -> Line:
    """A line with these calls."""
    made = Line(name, at=at or datetime.now(timezone.utc).replace(tzinfo=None))
    for one in seconds:
        made.add(one, 1, False)
    return made


def test_a_million_calls_take_no_more_room_than_a_few() -> None:
    operations = Operations()
    for number in range(10_000):
        operations.add("page", number / 10_000, 50)
    (found,) = operations.pending()
    assert (found.calls, found.rows, len(found.samples)) == (10_000, 500_000, SAMPLES)
    assert (
        0.3 < sorted(found.samples)[SAMPLES // 2] < 0.7
    )  # drawn evenly, not the first or the last


def test_threads_lose_no_call() -> None:
    operations = Operations()

    def work() -> None:
        for _ in range(2_000):
            operations.add("page", 0.001)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert operations.drain()[0].calls == 8_000
    assert operations.drain() == []


def test_only_the_slowest_statements_are_remembered_each_once() -> None:
    operations = Operations()
    for seconds in (0.5, 0.1, 0.9, 0.5, 0.3, 0.001):
        timer = Timer()
        timer.seconds = seconds
        operations.asked("search", timer, f"SELECT {seconds}", [])
    assert [one.seconds for one in operations.slow("search")] == [0.9, 0.5, 0.3]
    assert len(operations.slow()) == KEPT
    timer.seconds = 5.0
    operations.asked("search", timer, "x" * 100_000, [])
    operations.asked("search", timer, "SELECT ?", ["y" * 100_000])
    assert operations.slow()[0].seconds == 0.9  # what is too long to keep is only counted


def test_percentiles_weigh_busy_minutes_more(wb: Workbench) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    busy = line("page", [0.01] * 6_400)  # of these, 64 samples stand for 100 calls each
    calm = line("page", [1.0] * 64)
    old = line("page", [50.0], now - timedelta(days=8))
    wb.database.write(lambda c: kept.write(c, [busy, old], now))
    (found,) = wb.database.read(lambda c: kept.statistics(c, [calm], now - timedelta(days=7)))
    assert (found.calls, found.p50, found.p95, found.slowest) == (6_464, 0.01, 0.01, 1.0)


def test_what_is_old_goes_and_imports_stay_longer(wb: Workbench) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    old = line("page", [1.0], now - timedelta(days=kept.DAYS + 1))
    stage = line("writing", [1.0], now - timedelta(days=kept.DAYS + 1))
    stage.upload_id = "01900000-0000-7000-8000-000000000000"
    ancient = line("writing", [1.0], now - timedelta(days=kept.STAGE_DAYS + 1))
    ancient.upload_id = stage.upload_id
    wb.database.write(lambda c: kept.write(c, [old, stage, ancient, line("page", [1.0])], now))
    left = wb.sql("SELECT name, count(*) FROM ops.operations GROUP BY ALL ORDER BY ALL").fetchall()
    assert left == [("page", 1), ("writing", 1)]


def test_every_door_is_counted_and_nothing_secret_is_kept(
    settings: Settings, csv_file: Callable[..., Path]
) -> None:
    with Workbench.open(settings=settings) as wb:
        upload = wb.import_file(csv_file(*PEOPLE))
        (ada,) = wb.records(where={"name": "Ada Lovelace"}, limit=5).rows()
        wb.record("celebrities", ada["record_id"])
        wb.edit("celebrities", ada["record_id"], {"description": "Wrote the first program"})
        list(wb.records(search="lovelace", limit=5).rows())
        wb.count(search="turing")
        wb.sql("SELECT name FROM celebrities WHERE name = 'Alan Turing'").fetchall()
        with pytest.raises(BadQuery):
            wb.sql("SELECT nothing FROM celebrities").fetchall()
        wb.rollback(upload.id, dry_run=True)
        found = {one.name: one for one in wb.engine.operations()}
        assert {"import", "preview", "receive", "page of records", "record", "edit"} <= set(found)
        assert {"search", "count of a search", "sql", "rollback preview"} <= set(found)
        assert (found["import"].calls, found["import"].rows) == (1, 2)
        assert (found["sql"].calls, found["sql"].failed) == (2, 1)
        assert found["page of records"].rows == 1
    with duckdb.connect(str(settings.database), read_only=True) as connection:
        kept_ = str(connection.execute("SELECT * FROM ops.operations").fetchall())
    assert "import" in kept_
    for secret in ("Ada", "Turing", "turing", "program", "SELECT"):
        assert secret not in kept_


def test_who_only_looks_leaves_the_file_as_it_was(wb: Workbench, settings: Settings) -> None:
    for _ in range(20):
        wb.count()
        list(wb.records(limit=5).rows())
    wb.close()
    with duckdb.connect(str(settings.database), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM ops.operations").fetchone() == (0,)


def test_an_import_tells_its_stages(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    upload = wb.receive(csv_file(*PEOPLE))
    wb.preview(upload.id)
    assert wb.engine.imports() == []  # nothing is written yet
    wb.commit(upload.id)
    (run,) = wb.engine.imports()
    assert (run.upload_id, run.rows, run.filename) == (upload.id, 2, "people.csv")
    expected = {"receiving", "reading", "checking", "comparing", "writing", "finishing"}
    assert set(run.stages) == expected and run.seconds > 0


def test_a_slow_statement_is_explained_without_its_values(wb: Workbench) -> None:
    sql = "SELECT count(*) FROM range(3000000) r(i) WHERE sqrt(i) > 7 AND i::VARCHAR <> 'Ada''s secret'"
    wb.sql(sql).fetchall()
    (asked,) = wb.engine.slow("sql")
    assert "secret" in asked.sql and asked.parameters == ()
    plan = wb.engine.explain(asked.id)
    shown = f"{plan.sql} {plan.steps}"
    assert plan.sql == ("SELECT count(*) FROM range(?) r(i) WHERE sqrt(i) > ? AND i::VARCHAR <> ?")
    assert plan.seconds > 0 and max(step.rows for step in plan.steps) >= 2_999_000
    assert "secret" not in shown
    with pytest.raises(NotFound):
        wb.engine.explain(4711)


def test_a_statement_with_parameters_runs_again_as_it_was_asked(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    wb.import_file(csv_file(*PEOPLE))
    timer = Timer()
    timer.seconds = 9.0
    sql = "SELECT * FROM main.celebrities WHERE name = ?"
    wb.database.operations.asked("page of records", timer, sql, ["Ada Lovelace"])
    plan = wb.engine.explain(wb.engine.slow()[0].id)
    assert [step.rows for step in plan.steps if "scan" in step.name.lower()] == [1]
    assert "Ada" not in str(plan)


def test_only_a_select_is_explained(wb: Workbench) -> None:
    timer = Timer()
    timer.seconds = 9.0
    for sql in ("DELETE FROM main.celebrities", "SELECT 1; DROP TABLE main.celebrities"):
        wb.database.operations.asked("sql", timer, sql, [])
    for asked in wb.engine.slow():
        with pytest.raises(MarqueeError):
            wb.engine.explain(asked.id)
    assert wb.count() == 0


def test_sizes_and_memory_are_of_this_database(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    wb.import_file(csv_file(*PEOPLE))
    wb.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
    sizes = {one.name: one for one in wb.engine.tables()}
    assert sizes["main.celebrities"].rows == 2 and sizes["main.celebrities"].size > 0
    assert not any(name.startswith("staging") for name in sizes)
    files, memory = wb.engine.files(), wb.engine.memory()
    assert files.database > 100_000 and files.raw > 0 and files.free > 0
    assert round(memory.limit, -6) == 1_000_000_000 and memory.threads == 2
    assert 0 < memory.process <= memory.process_peak
    assert set(wb.engine.report()) == {"operations", "imports", "tables", "files", "memory"}
