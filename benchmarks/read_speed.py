"""How fast text files are read: a case in a process of its own, beside DuckDB in the same run.

A million generated people as CSV (regular, and with a note below it), as JSON lines and as one
array, read with `core.files.reader` into a DuckDB table. Memory is that of the whole process tree.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.children import run
from benchmarks.people import generate
from core.files.reader import read
from core.settings import Settings

Tell = Callable[[str], None]


def write_people(folder: Path, rows: int) -> dict[str, Path]:
    """The people of the other benchmarks in every shape, unless the files are there."""
    files = generate(folder, rows, ("people", "lines", "array"))
    people, noted = files.path("people"), folder / f"people-{rows}-noted.csv"
    if not noted.exists():
        shutil.copyfile(people, noted)
        with noted.open("ab") as file:
            file.write(b"\n\nSource: made for measuring\n")
    named = {name: files.path(name) for name in ("lines", "array")}
    return {"CSV": people, "CSV with a note below": noted, **named}


def measure(path: Path, repeat: int, tell: Tell = lambda _: None) -> dict[str, Any]:
    """Medians of `repeat` runs; the ratio is taken within each run."""
    runs: dict[str, list[dict[str, Any]]] = {"marquee": [], "duckdb": []}
    for number in range(repeat):
        for who, found in runs.items():
            tell(f"{path.name}: run {number + 1} of {repeat}, {who}")
            found.append(_child(who, path))
    pairs = list(zip(runs["marquee"], runs["duckdb"]))
    return {
        "bytes": path.stat().st_size,
        "rows": runs["marquee"][0]["rows"],
        "way": runs["marquee"][0]["way"],
        "first_screen": round(median(m["first_screen"] for m, _ in pairs), 3),
        "seconds": round(median(m["seconds"] for m, _ in pairs), 3),
        "floor": round(median(d["seconds"] for _, d in pairs), 3),
        "ratio": round(median(m["seconds"] / d["seconds"] for m, d in pairs), 2),
        "peak_mb": round(max(m["peak_mb"] for m, _ in pairs)),
        "floor_mb": round(max(d["peak_mb"] for _, d in pairs)),
    }


def _child(who: str, path: Path) -> dict[str, Any]:
    return run([sys.executable, "-m", "benchmarks.read_speed", who, str(path)])


def _case(who: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        begin = time.perf_counter()
        if who == "duckdb":
            reader = "read_csv" if path.suffix == ".csv" else "read_json"
            # What DuckDB makes of a line that is no row has no say in how fast it is.
            odd = ", null_padding = true, all_varchar = true" if "noted" in path.stem else ""
            sql, extra = f"FROM {reader}('{path.as_posix()}'{odd})", {"way": reader}
        else:
            table = read(path, cache_dir=Path(scratch))
            known = time.perf_counter()
            list(table.rows(limit=100))  # a first screen, which is no part of reading the whole
            seen = time.perf_counter()
            sql = table.sql
            extra = {"way": table.decision("parser").value, "first_screen": seen - begin}
            begin += seen - known
        rows = _stage(sql)
        seconds = time.perf_counter() - begin
    return {"seconds": seconds, "rows": rows, **extra}


def _stage(sql: str) -> int:
    chosen = Settings(_env_file=None)
    limits = {"threads": str(chosen.threads), "memory_limit": chosen.memory_limit}
    with duckdb.connect(config={**limits}) as connection:
        connection.execute(f"CREATE TABLE rows AS {sql}")
        row = connection.execute("SELECT count(*) FROM rows").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    print(json.dumps(_case(sys.argv[1], Path(sys.argv[2]))))
