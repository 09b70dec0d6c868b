"""The cases. Each runs alone in a child process and answers with a dict of seconds and counts.

A case gets a fresh or a filled folder with the database and the raw files. What counts is measured
from opening the database to having it closed, opened again and counted: on disk, checkpointed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from core.jobs.progress import Progress
from core.records.query import encode_cursor
from core.settings import Settings
from core.workbench import Workbench

PAGE = 50
CALLS = 5
DATASET = "celebrities"


class Stages(Progress):
    """A progress that also notes when each stage began."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[tuple[str, float]] = [("receiving", time.perf_counter())]

    def stage(self, name: str, rows_total: int | None = None) -> None:
        super().stage(name, rows_total)
        self.began.append((name, time.perf_counter()))

    def seconds(self, end: float) -> dict[str, float]:
        """Stage to seconds, the last one until `end`."""
        ends = [at for _, at in self.began[1:]] + [end]
        found: dict[str, float] = {}
        for (name, at), until in zip(self.began, ends):
            found[name] = round(found.get(name, 0.0) + until - at, 3)
        return found


class Clock:
    """Seconds on the wall and of the processor (all threads) since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, Any]:
        """Both as the start of a case's answer."""
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return {"seconds": wall, "cpu_seconds": cpu}


def settings(folder: Path) -> Settings:
    """Marquee's own defaults, with everything inside `folder`."""
    return Settings(
        _env_file=None,
        database=folder / "marquee.duckdb",
        data_dir=folder / "data",
        datasets_dir=folder / "datasets",
    )


def _count(path: Path, table: str) -> int:
    with duckdb.connect(str(path)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def floor(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """What nothing can beat: DuckDB reads the same file into a table, without looking at a cell."""
    path = folder / "floor.duckdb"
    chosen = settings(folder)
    limits = {"threads": str(chosen.threads), "memory_limit": chosen.memory_limit}
    clock = Clock()
    with duckdb.connect(str(path), config={**limits}) as connection:
        connection.execute("CREATE TABLE people AS SELECT * FROM read_csv(?)", [str(file)])
        connection.execute("CHECKPOINT")
    rows = _count(path, "people")
    return {**clock.read(), "rows": rows}


def import_(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """The whole corridor into an empty database: receive, read, clean, check, compare, commit, history."""
    return _import(folder, file)


def again(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """The same file once more: every row is compared, nothing is written to the records."""
    return _import(folder, file, force=True)


def known(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """The import when every fifth person is there already, half of those with older values."""
    with Workbench.open(settings=settings(folder)) as wb:
        wb.import_file(known, DATASET)
    return _import(folder, file)


def _import(folder: Path, file: Path, **options: Any) -> dict[str, Any]:
    chosen, stages = settings(folder), Stages()
    clock = Clock()
    with Workbench.open(settings=chosen) as wb:
        upload = wb.import_file(file, DATASET, progress=stages, **options)
        done = time.perf_counter()
    records = _count(chosen.database, DATASET)
    answer = clock.read()
    last = time.perf_counter() - done
    parts = {**stages.seconds(done), "checkpoint and reopen": round(last, 3)}
    counts = {k: v for k, v in upload.counts.model_dump().items() if v}
    rows = upload.counts.rows
    return {**answer, "rows": rows, "records": records, "stages": parts, "counts": counts}


def first_screen(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """Until somebody sees the columns, their mapping and the first rows of a file just dropped."""
    with Workbench.open(settings=settings(folder)) as wb:
        clock = Clock()
        upload = wb.receive(file, dataset=DATASET, force=True)
        draft = wb.draft(upload.id)
        shown = list(draft.table.rows(limit=100))
        return {**clock.read(), "rows": len(shown)}


def pages(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """Pages of 50 records, and one record by its id: medians of five calls, in the open database."""
    with Workbench.open(settings=settings(folder)) as wb:
        total = wb.count(DATASET)
        middle = wb.sql(f"SELECT record_id FROM {DATASET} ORDER BY 1 LIMIT 1 OFFSET {total // 2}")
        one = str(middle.fetchall()[0][0])
        calls: dict[str, Callable[[], Any]] = {
            "page, first": lambda: _page(wb),
            "page, deep": lambda: _page(wb, after=encode_cursor([one])),
            "page, filtered": lambda: _page(
                wb, where=[("nationality", "eq", "France"), ("occupations", "has", "writer")]
            ),
            "page, searched": lambda: _page(wb, search="olivia kaya"),
            "page, sorted": lambda: _page(wb, order_by="-birth_date"),
            "count, filtered": lambda: wb.count(DATASET, where={"nationality": "France"}),
            "one record": lambda: wb.record(DATASET, one),
            "its history": lambda: wb.history(DATASET, one),
        }
        return {"rows": total, "calls": {name: _timed(call) for name, call in calls.items()}}


def _page(wb: Workbench, **question: Any) -> list[dict[str, Any]]:
    found = list(wb.records(DATASET, limit=PAGE, **question).rows())
    if not found:
        raise RuntimeError(f"the page is empty, so it measures nothing: {question}")
    return found


def _timed(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return median(times)


def rollback_preview(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """What taking the whole import back would do."""
    return _rollback(folder, dry_run=True)


def rollback(folder: Path, file: Path, known: Path) -> dict[str, Any]:
    """Taking the whole import back."""
    return _rollback(folder, dry_run=False)


def _rollback(folder: Path, *, dry_run: bool) -> dict[str, Any]:
    chosen = settings(folder)
    clock = Clock()
    with Workbench.open(settings=chosen) as wb:
        first = wb.uploads(kind="import", status="imported", limit=1_000)[-1]
        counts = wb.rollback(first.id, dry_run=dry_run, limit=20).counts
    left = _count(chosen.database, DATASET)
    return {**clock.read(), "rows": counts["reversed"], "records": left}


CASES: dict[str, Callable[[Path, Path, Path], dict[str, Any]]] = {
    "floor": floor,
    "first screen": first_screen,
    "import": import_,
    "pages": pages,
    "again": again,
    "rollback preview": rollback_preview,
    "rollback": rollback,
    "known": known,
}
