"""Imports. What counts is measured from opening the database to having it closed, opened and counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import core.storage.duckfile.writer as writer
from benchmarks.cases.case import DATASET, Case, Work, count
from benchmarks.clock import Clock
from core.jobs.progress import Progress
from core.workbench import Workbench


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


class HistoryWatch:
    """Stands where the writer's connection stands, and times the statements that write history."""

    def __init__(self, connection: Any, spent: list[float]) -> None:
        self._connection, self._spent = connection, spent

    def execute(self, sql: str, *parameters: Any) -> Any:
        """The connection's own."""
        begin = time.perf_counter()
        found = self._connection.execute(sql, *parameters)
        if "INTO history.changes" in sql:
            self._spent.append(time.perf_counter() - begin)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def history_watched() -> Iterator[list[float]]:
    """While inside, the seconds of each statement of this process's writer that writes history."""
    run, spent = writer.run, list[float]()
    writer.run = lambda connection, *rest: run(HistoryWatch(connection, spent), *rest)  # type: ignore
    try:
        yield spent
    finally:
        writer.run = run


def bring(work: Work, kind: str, **options: Any) -> dict[str, Any]:
    """Import one file into what is in the folder."""
    stages, file = Stages(), work.files.path(kind)
    clock = Clock()
    with history_watched() as history, Workbench.open(settings=work.settings) as wb:
        upload = wb.import_file(file, DATASET, progress=stages, **options)
        done = time.perf_counter()
    records = count(work.settings.database)
    answer = clock.read()
    last = time.perf_counter() - done
    parts = {**stages.seconds(done), "checkpoint and reopen": round(last, 3)}
    return {
        **answer,
        "rows": upload.counts.rows,
        "records": records,
        "stages": parts,
        "history_seconds": sum(history),
        "counts": {k: v for k, v in upload.counts.model_dump().items() if v},
    }


def known(work: Work) -> dict[str, Any]:
    """The import when every fifth person is there already, half of those with older values."""
    with Workbench.open(settings=work.settings) as wb:
        wb.import_file(work.files.path("known"), DATASET)
    return bring(work, "people")


CASES = (
    Case("import", "Whole import of CSV into an empty dataset", lambda work: bring(work, "people")),
    Case(
        "import lines",
        "Whole import of JSON lines",
        lambda work: bring(work, "lines"),
        ("lines",),
        "floor lines",
    ),
    Case(
        "import array",
        "Whole import of one JSON array",
        lambda work: bring(work, "array"),
        ("array",),
        "floor array",
    ),
    Case(
        "import sheet",
        "Whole import of an Excel workbook (100,000 rows at most)",
        lambda work: bring(work, "sheet"),
        ("sheet",),
        "floor sheet",
    ),
    Case(
        "again",
        "The same file again (every row unchanged)",
        lambda work: bring(work, "people", force=True),
    ),
    Case(
        "changed",
        "Import of the same people, 20 % of them changed",
        lambda work: bring(work, "changed"),
        ("changed",),
    ),
    Case(
        "known",
        "Import when 20 % are known, half of those with older values",
        known,
        ("people", "known"),
    ),
    Case(
        "more",
        "10,000 rows (half of them new) into the whole dataset",
        lambda work: bring(work, "more"),
        ("more",),
        None,
    ),
)
