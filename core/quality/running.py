"""Asking an expectation: read-only, with a time limit, and a clear word for what has no answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import duckdb

from core.datasets.registry import Registry
from core.errors import InputError, MarqueeError
from core.quality import expectation as expectation_
from core.quality.expectation import WHOLE, Expectation
from core.records.query import Run, read_only
from core.storage.store import Connection

BAD = "quality_bad"  # record_id
NOT_ITS_FAULT = (duckdb.InterruptException, duckdb.IOException, duckdb.FatalException)
State = Literal["passed", "failed", "unanswered", "error", "not_measured"]


@dataclass(frozen=True)
class Outcome:
    """What came of a check. `unanswered` rows have a condition that is neither true nor false.

    passed: at most `tolerance` percent are bad. failed: more. unanswered: none too many are bad, and some have no answer.
    error: it could not be run; `message` says why. not_measured: there was nothing to check.
    """

    expectation: Expectation
    state: State
    counted: int = 0
    bad: int = 0
    unanswered: int = 0
    message: str = ""
    value: float | None = None
    seconds: float = 0.0

    @property
    def failing(self) -> bool:
        """Whether somebody should look."""
        return self.state in ("failed", "unanswered", "error")


def run(cursor: Connection, registry: Registry, given: Expectation, records: str) -> Outcome:
    """Ask one expectation of `records` (what stands in FROM). Never raises for what the check itself does wrong."""
    started = time.monotonic()
    try:
        compiled = expectation_.compiled(registry, given, records)
        with _limited(cursor, given.timeout):
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            try:
                found = _ask(cursor, given, compiled, records)
            finally:
                cursor.execute("ROLLBACK")
        return _timed(found, started)
    except NOT_ITS_FAULT:
        raise
    except duckdb.OutOfMemoryException:
        said = "it needs more memory than there is"
        return _timed(Outcome(given, "error", message=said), started)
    except (duckdb.Error, MarqueeError, ValueError) as error:
        said = error.detail if isinstance(error, MarqueeError) else str(error)
        said = said.split("\n\n")[0].strip()[:500]
        return _timed(Outcome(given, "error", message=said), started)


def _timed(found: Outcome, started: float) -> Outcome:
    return replace(found, seconds=time.monotonic() - started)


@contextmanager
def _limited(cursor: Connection, seconds: float) -> Iterator[None]:
    """Dividing by zero gives no answer instead of infinity. Raises InputError after so many seconds."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        cursor.interrupt()

    timer = threading.Timer(seconds, stop)
    cursor.execute("SET ieee_floating_point_ops = false")
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if not late.is_set():
            raise
        raise InputError(f"it took longer than {seconds:g} seconds, and was stopped") from error
    finally:
        timer.cancel()


def within(seconds: float) -> Run:
    """How the rows of a check are read: as the check itself was run, and stopped after so many seconds."""

    def run(cursor: Connection, sql: str, parameters: list[Any]) -> Connection:
        with _limited(cursor, seconds):
            return read_only(cursor, sql, parameters)

    return run


def bind(cursor: Connection, registry: Registry, given: Expectation, records: str) -> None:
    """Raises InputError for a condition that cannot be asked of each record."""
    compiled = expectation_.compiled(registry, given, records)
    try:
        cursor.execute(
            f"SELECT 1 FROM {records} r WHERE ({compiled.counted}) AND ({compiled.good})::BOOLEAN LIMIT 0"
        )
    except (*NOT_ITS_FAULT, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise InputError(f"the condition: {_first(error)}") from error


def hold(cursor: Connection, registry: Registry, given: Expectation, records: str) -> None:
    """Fill the temporary table BAD with the ids of the records that a check counts as bad. Raises InputError."""
    bad = bad_rows(registry, given, records)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {BAD} (record_id UUID)")
    with _limited(cursor, given.timeout):
        cursor.execute(f"INSERT INTO temp.{BAD} SELECT r.record_id FROM {records} r WHERE {bad}")


def _first(error: duckdb.Error) -> str:
    return str(error).split("\n\n")[0].strip()[:500]


def _ask(
    cursor: Connection, given: Expectation, compiled: expectation_.Compiled, records: str
) -> Outcome:
    if compiled.value is not None:
        row = cursor.execute(f"SELECT count(*), {compiled.value} FROM {records} r").fetchone()
        return _of_whole(given, *(row or (0, None)))
    row = cursor.execute(
        "SELECT count(*) FILTER (c), count(*) FILTER (c AND NOT g), count(*) FILTER (c AND g IS NULL)"
        f" FROM (SELECT ({compiled.counted}) AS c, ({compiled.good})::BOOLEAN AS g FROM {records} r)"
    ).fetchone()
    counted, bad, unanswered = (int(n) for n in row or (0, 0, 0))
    if not counted:
        return Outcome(given, "not_measured", message="there is nothing to check")
    state: State = "passed"
    message = ""
    if 100 * bad > given.tolerance * counted:
        state, message = "failed", f"{bad:,} of {counted:,} are otherwise"
    elif unanswered:
        state = "unanswered"
        message = f"{unanswered:,} of {counted:,} have no answer: a value is empty, or something is divided by zero"
    return Outcome(given, state, counted, bad, unanswered, message)


def _of_whole(given: Expectation, rows: int, value: float | None) -> Outcome:
    if value is None or (given.kind != "row_count" and not rows):
        return Outcome(given, "not_measured", message="there is nothing to check")
    good = expectation_.within(given, float(value))
    said = "" if good else f"it is {float(value):,.6g}, expected {given.title}"
    state: State = "passed" if good else "failed"
    return Outcome(given, state, 1, 0 if good else 1, 0, said, float(value))


def bad_rows(registry: Registry, given: Expectation, records: str) -> str:
    """SQL of `r`: the rows that a check counts as bad. Raises InputError for a check of all together."""
    if given.kind in WHOLE:
        raise InputError(
            f"{given.title} is said of all records together, so no single row breaks it"
        )
    compiled = expectation_.compiled(registry, given, records)
    return f"({compiled.counted}) AND NOT ({compiled.good})::BOOLEAN"
