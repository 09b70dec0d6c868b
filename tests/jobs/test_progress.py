"""Progress: numbers that grow, and a cancel that interrupts what the database does."""

from __future__ import annotations

import threading
import time

import duckdb
import pytest

from core.errors import Cancelled
from core.jobs.progress import STAGES, Progress

SLOW = "SELECT count(*) FROM range({n}) a WHERE hash(a.range) % 7 = 8"


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    return connection


def test_the_stages_make_a_whole() -> None:
    assert sum(STAGES.values()) == pytest.approx(1)


def test_it_begins_with_nothing() -> None:
    now = Progress().snapshot()
    assert (now.stage, now.rows_done, now.rows_total, now.share) == ("waiting", 0, 0, 0)


def test_stage_by_stage_the_numbers_grow() -> None:
    progress = Progress()
    seen = []
    with connect() as connection:
        for stage in STAGES:
            progress.stage(stage, 1_000 if stage == "checking" else None)
            seen.append(progress.snapshot())
            with progress.watch(connection):
                for _ in range(2):  # several queries in one stage
                    connection.execute(SLOW.format(n=1_000))
                    seen.append(progress.snapshot())
    assert [s.share for s in seen] == sorted(s.share for s in seen)
    assert [s.rows_done for s in seen] == sorted(s.rows_done for s in seen)
    last = seen[-1]
    assert last.stage == "finishing" and last.rows_total == 1_000
    assert 900 <= last.rows_done <= 1_000 and last.rate > 0 and 0.9 <= last.share <= 1


def test_within_a_query_the_numbers_grow() -> None:
    progress, seen, end = Progress(), [], threading.Event()

    def look() -> None:
        while not end.wait(0.01):
            seen.append(progress.snapshot())

    watcher = threading.Thread(target=look)
    progress.stage("checking", 1_000)
    watcher.start()
    with connect() as connection, progress.watch(connection):
        connection.execute("CREATE TEMP TABLE numbers AS SELECT range AS n FROM range(4000000)")
        until = time.monotonic() + 10
        while len({s.rows_done for s in seen}) < 4 and time.monotonic() < until:
            connection.execute("SELECT count(*) FROM numbers WHERE sha256(n::VARCHAR) < 'x'")
    end.set()
    watcher.join()
    done = [s.rows_done for s in seen]
    assert done == sorted(done) and len(set(done)) >= 4


class _Reports:
    """A connection as far as progress is concerned: a query at 80 percent, the next one at 10."""

    def __init__(self) -> None:
        self.percent = [-1.0, 80.0, 10.0, 30.0, 100.0]

    def query_progress(self) -> float:
        return self.percent.pop(0)


def test_a_second_query_of_a_stage_does_not_go_back() -> None:
    progress = Progress()
    progress.stage("checking", 1_000)
    with progress.watch(_Reports()):  # type: ignore[arg-type]
        done = [progress.snapshot().rows_done for _ in range(5)]
    assert done == [50, 490, 490, 490, 600]


def test_the_rate_counts_what_this_job_does() -> None:
    """An import of what was previewed begins with the writing: most of the bar, but no row of its own."""
    progress = Progress()
    progress.stage("writing", 1_000)
    now = progress.snapshot()
    assert (now.rows_done, round(now.share, 2), now.rate) == (700, 0.7, 0)


def test_cancel_interrupts_the_query() -> None:
    progress = Progress()
    timer = threading.Timer(0.1, progress.cancel)
    started = time.monotonic()
    with connect() as connection:
        with pytest.raises(duckdb.InterruptException):
            with progress.watch(connection):
                timer.start()
                connection.execute(SLOW.format(n=10**11))
        assert time.monotonic() - started < 10
        assert connection.execute("SELECT 1").fetchone() == (1,)
    timer.join()
    with pytest.raises(Cancelled):
        progress.stage("writing")


def test_after_cancel_nothing_more_begins() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.check()
    with connect() as connection:
        with pytest.raises(Cancelled):
            with progress.watch(connection):
                raise AssertionError("not to be reached")
        # The connection is free again: a second cancel stops nobody else's work.
        assert progress._connection is None


def test_stopping_is_told_from_cancelling() -> None:
    progress = Progress()
    progress.cancel(stopping=True)
    assert progress.stopping
    other = Progress()
    other.cancel()
    assert not other.stopping
