"""What a case is, and what it works with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.people import Files
from core.settings import Settings

DATASET = "celebrities"


@dataclass(frozen=True)
class Work:
    """A case's folder, with what earlier cases left in it, and the generated files."""

    folder: Path
    files: Files

    @property
    def settings(self) -> Settings:
        """Marquee's own defaults, with everything inside the folder."""
        return Settings(
            _env_file=None,
            database=self.folder / "marquee.duckdb",
            data_dir=self.folder / "data",
            datasets_dir=self.folder / "datasets",
        )


@dataclass(frozen=True)
class Case:
    """`run` gives {seconds, cpu_seconds, rows, ...} or {calls: {name: [seconds]}}.

    `needs` are the files it reads; `floor` the case that it is held against, row by row.
    """

    name: str
    title: str
    run: Callable[[Work], dict[str, Any]]
    needs: tuple[str, ...] = ("people",)
    floor: str | None = "floor"


def count(path: Path, table: str = DATASET) -> int:
    """Open the database anew and count: what is there is on disk. 0 without the table."""
    with duckdb.connect(str(path)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def timed(
    call: Callable[[], Any], least: int = 15, most: int = 60, limit: float = 4.0
) -> list[float]:
    """Seconds of each of many calls: at least and at most so many, and no new one after `limit` s."""
    times: list[float] = []
    end = time.perf_counter() + limit
    while len(times) < least or (len(times) < most and time.perf_counter() < end):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return times
