"""What nothing can beat: DuckDB loads the same file without looking at a cell; a plain copy of the file."""

from __future__ import annotations

import shutil
from typing import Any

import duckdb

from benchmarks.cases.case import Case, Work, count
from benchmarks.clock import Clock
from core.storage.sql import literal


def load(work: Work, kind: str) -> dict[str, Any]:
    """CREATE TABLE AS into a database on disk, with Marquee's threads and memory; closed, reopened, counted."""
    path, file = work.folder / "floor.duckdb", work.files.path(kind)
    limits = {"threads": str(work.settings.threads), "memory_limit": work.settings.memory_limit}
    reader = "read_csv" if file.suffix == ".csv" else "read_json"
    # Written out: to bind a parameter DuckDB would import pandas first, which is no part of loading.
    sql = f"CREATE TABLE people AS SELECT * FROM {reader}({literal(str(file))})"
    clock = Clock()
    with duckdb.connect(str(path), config={**limits}) as connection:
        connection.execute(sql)
        connection.execute("CHECKPOINT")
    rows = count(path, "people")
    answer = {**clock.read(), "rows": rows, "bytes": file.stat().st_size}
    path.unlink()
    return answer


def copy(work: Work) -> dict[str, Any]:
    """Every byte read and written once."""
    target = work.folder / "copy"
    clock = Clock()
    shutil.copyfile(work.files.path("people"), target)
    answer = {**clock.read(), "rows": work.files.rows}
    target.unlink()
    return answer


CASES = (
    Case(
        "floor",
        "DuckDB alone loads the CSV file to disk (the floor)",
        lambda work: load(work, "people"),
    ),
    Case(
        "floor lines",
        "DuckDB alone loads the JSON lines to disk",
        lambda work: load(work, "lines"),
        ("lines",),
        "floor lines",
    ),
    Case(
        "floor array",
        "DuckDB alone loads the JSON array to disk",
        lambda work: load(work, "array"),
        ("array",),
        "floor array",
    ),
    Case(
        "floor sheet",
        "DuckDB alone loads the workbook's rows from CSV to disk",
        lambda work: load(work, "sheet-csv"),
        ("sheet-csv",),
        "floor sheet",
    ),
    Case("copy", "A plain copy of the CSV file", copy),
)
