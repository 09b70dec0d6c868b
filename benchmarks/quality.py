"""How long a profile and a score take beside DuckDB's own SUMMARIZE, over the same records in the same run.

SUMMARIZE is a floor to compare with: it gives count, distinct, smallest, largest, mean and quartiles of each column.
A profile adds the most frequent values with their counts, lengths, histograms, decades, outliers, patterns, scripts
and columns that are empty together.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import people
from benchmarks.machine import peak_mb
from core.settings import Settings
from core.workbench import Workbench

SET = "celebrities"
PROFILE_SECONDS = 10.0  # to reach, for a million rows of twelve columns


@dataclass(frozen=True)
class Line:
    """One thing that was measured: the median of its runs, in seconds, and of its processor time."""

    title: str
    seconds: float
    cpu: float


def run(rows: int, runs: int, folder: Path | None, tell: Callable[[str], None]) -> list[Line]:
    """Import people into a database of its own, and ask."""
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        files = people.generate(folder or Path(scratch), rows)
        home = Path(scratch) / "home"
        settings = Settings(
            database=home / "m.duckdb",
            data_dir=home / "data",
            datasets_dir=home / "sets",
            backup_dir=home / "backups",
        )
        with Workbench.open(settings=settings) as wb:
            tell(f"importing {rows:,} people")
            wb.import_file(files.path("people"), source_name="people")
            return _measured(wb, files.path("people"), runs, tell)


def _measured(wb: Workbench, file: Path, runs: int, tell: Callable[[str], None]) -> list[Line]:
    def summarize() -> Any:
        with wb.database.reader() as cursor:
            return cursor.execute(f"SUMMARIZE main.{SET}").fetchall()

    one = next(wb.records(SET, limit=1).rows())["record_id"]
    cases: dict[str, Callable[[], Any]] = {
        "SUMMARIZE (floor)": summarize,
        "profile of the records": lambda: wb.quality.profile(SET),
        "profile of the file, reading it included": lambda: wb.quality.profile(file),
        "score of the dataset": lambda: wb.quality.score(SET),
        "score of one record": lambda: wb.quality.record(SET, one),
        "rows of a check (100)": lambda: wb.quality.rows(
            "completeness:mbti", dataset=SET, limit=100
        ).fetchall(),
    }
    lines = []
    for title, case in cases.items():
        tell(title)
        lines.append(_timed(title, case, runs))
    tell("counting after an act")
    wb.quality.trend(SET)
    lines.append(_timed("counting after an edit", lambda: _edited(wb, one), runs))
    return lines


def _edited(wb: Workbench, record: str) -> None:
    present = wb.record(SET, record)["gender"]
    wb.edit(SET, record, {"gender": "male" if present != "male" else "female"})
    wb.quality.trend(SET)


def _timed(title: str, case: Callable[[], Any], runs: int) -> Line:
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        case()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Line(title, statistics.median(walls), statistics.median(cpus))


def lines(found: list[Line]) -> list[tuple[str, ...]]:
    """For a table: seconds, processor, and how many times the floor."""
    floor = found[0]
    rows = [
        (
            each.title,
            f"{each.seconds:.2f} s",
            f"{each.cpu:.2f} s",
            f"{each.cpu / max(floor.cpu, 1e-6):.1f}",
        )
        for each in found
    ]
    return [*rows, ("peak memory of the process", f"{peak_mb() or 0:,.0f} MB", "", "")]


def good(found: list[Line], rows: int) -> bool:
    """Whether a profile of so many rows is as fast as it should be."""
    return found[1].seconds <= PROFILE_SECONDS * max(rows / 1e6, 0.1)
