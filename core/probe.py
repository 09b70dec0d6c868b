"""A short measurement of this installation: `python -m core.probe --rows 10000 --json FILE`.

It makes a file of invented people, imports it into a database of its own in the temporary folder, asks the
usual questions, and takes the import back; DuckDB alone, loading the same file, is the floor. At most
100,000 rows, once each: it says how this machine does, not how Marquee compares (that is `benchmarks/`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import psutil

from core import Workbench, __version__
from core.datasets.registry import DEFAULT
from core.settings import Settings
from core.storage.sql import literal
from core.telemetry.benchmark import SIZES
from core.telemetry.memory import peak

STEPS = 8
ASKED = 5  # times that a question is asked; the middle one counts

# People drawn by hashing the row's number: names of three scripts, dates in two styles, a wrong type in 2 %.
_PEOPLE = """
WITH drawn AS (
    SELECT i, list_transform(range(9), lambda k: (hash(9 * i + k) % 100_000)::BIGINT) AS d,
        DATE '1930-01-01' + (hash(-i) % 28000)::INTEGER AS born
    FROM range({rows}) t(i)
)
SELECT list_extract(['Anna', 'Beyoncé', 'Carlos', 'Мария', '周', 'Søren', 'Zoë'], 1 + d[1] % 7)
        || ' ' || chr((65 + d[2] % 26)::INTEGER) || ' ' || i AS name,
    CASE WHEN d[4] % 10 < 7 THEN born::VARCHAR ELSE strftime(born, '%d %B %Y') END AS birth_date,
    list_extract(['female', 'male', 'f', 'm', ''], 1 + d[5] % 5) AS gender,
    list_extract(['France', 'KR', 'Brasil', 'Deutschland', 'Japan'], 1 + d[6] % 5) AS nationality,
    list_extract(['singer', 'actor; singer', 'writer', 'painter'], 1 + d[7] % 4) AS occupations,
    CASE WHEN d[8] % 50 = 0 THEN 'XXXX' ELSE list_extract(['INTJ', 'ENFP', 'ISTP', ''], 1 + d[9] % 4) END AS mbti,
    'Known for quiet work and long tours, number ' || i AS description
FROM drawn"""


class Probe:
    """The figures of one run, and the steps that are told on the way."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows, self.cases = folder, rows, list[dict[str, Any]]()
        self.file = folder / "people.csv"
        self._floor, self._step = 0.0, 0

    def run(self) -> None:
        """Everything, in order."""
        self._tell("making the file")
        with duckdb.connect() as connection:
            sql = _PEOPLE.format(rows=self.rows)
            connection.execute(f"COPY ({sql}) TO {literal(str(self.file))} (FORMAT csv, HEADER)")
        with self._measured("floor", "DuckDB alone loads the file to disk (the floor)", many=True):
            with duckdb.connect(str(self.folder / "floor.duckdb")) as connection:
                connection.execute(
                    f"CREATE TABLE people AS FROM read_csv({literal(str(self.file))}, all_varchar = true)"
                )
        settings = Settings(
            _env_file=None,
            database=self.folder / "probe.duckdb",
            data_dir=self.folder / "data",
            datasets_dir=self.folder / "datasets",
        )
        with Workbench.open(settings=settings) as workbench:
            self._work(workbench)

    def _work(self, workbench: Workbench) -> None:
        with self._measured("import", "Whole import of the file", many=True):
            upload = workbench.import_file(self.file)
        with self._measured("again", "Preview of the same file again", many=True):
            workbench.preview(self.file)
        first = next(iter(workbench.records(limit=1).rows()))["record_id"]
        self._asked("page, first", "First page", lambda: workbench.records(limit=100).rows())
        self._asked(
            "search", "Search for a word", lambda: workbench.records.count(search="beyonce")
        )
        self._asked("record", "One record", lambda: workbench.record(DEFAULT, str(first)))
        with self._measured("rollback", "Rollback of the import", many=True):
            workbench.rollback(upload.id)

    def _asked(self, name: str, title: str, ask: Callable[[], object]) -> None:
        self._tell(title)
        spent = []
        for _ in range(ASKED):
            begin = time.perf_counter()
            ask()
            spent.append(time.perf_counter() - begin)
        self._keep(name, title, sorted(spent)[ASKED // 2])

    @contextmanager
    def _measured(self, name: str, title: str, *, many: bool) -> Iterator[None]:
        self._tell(title)
        begin = time.perf_counter()
        yield
        self._keep(name, title, time.perf_counter() - begin, many=many)

    def _keep(self, name: str, title: str, seconds: float, *, many: bool = False) -> None:
        case: dict[str, Any] = {"name": name, "title": title, "seconds": round(seconds, 4)}
        if many:
            self._floor = self._floor or seconds
            case |= {"ratio": round(seconds / self._floor, 2), "peak_mb": round(peak() / 1e6)}
            case["rows_per_s"] = round(self.rows / seconds)
        self.cases.append(case)

    def _tell(self, name: str) -> None:
        self._step += 1
        print(json.dumps({"step": self._step, "steps": STEPS, "name": name}), flush=True)

    def result(self) -> dict[str, Any]:
        """As the page shows it."""
        versions = {name: version(name) for name in ("duckdb", "pyarrow", "streamlit", "fastapi")}
        return {
            "benchmark": "probe",
            "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "machine": {
                "system": f"{platform.system()} {platform.release()}",
                "cpu": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
                "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
            },
            "versions": {"marquee": __version__, "python": platform.python_version(), **versions},
            "rows": self.rows,
            "cases": self.cases,
        }


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m core.probe", description=__doc__)
    parser.add_argument("--rows", type=int, choices=SIZES, default=SIZES[0])
    parser.add_argument(
        "--json", type=Path, help="where the result goes; without it, it is printed"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="marquee-probe-") as folder:
        probe = Probe(Path(folder), options.rows)
        probe.run()
    text = json.dumps(probe.result(), indent=1)
    if options.json:
        options.json.write_text(text, "utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
