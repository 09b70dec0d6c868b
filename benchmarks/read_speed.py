"""How fast text files are read: a case in a process of its own, beside DuckDB in the same run.

A million generated people as CSV (regular, and with a note below it), as JSON lines and as one
array, read with `core.files.reader` into a DuckDB table. Memory is that of the whole process tree.
"""

from __future__ import annotations

import json
import shutil
import subprocess  # nosec B404
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import psutil

from benchmarks.machine import ROOT
from benchmarks.people import generate
from core.files.reader import read
from core.settings import Settings

LOOK = 0.02  # seconds between two looks at the memory
Tell = Callable[[str], None]


def write_people(folder: Path, rows: int) -> dict[str, Path]:
    """The people of the other benchmarks in every shape, unless the files are there."""
    people = generate(folder, rows).people
    noted = folder / f"people-{rows}-noted.csv"
    if not noted.exists():
        shutil.copyfile(people, noted)
        with noted.open("ab") as file:
            file.write(b"\n\nSource: made for measuring\n")
    files = {"lines": folder / f"people-{rows}.jsonl", "array": folder / f"people-{rows}.json"}
    for name, path in files.items():
        if not path.exists():
            array = ", ARRAY true" if name == "array" else ""
            partial = path.with_suffix(".partial")
            duckdb.sql(
                f"COPY (FROM read_csv('{people.as_posix()}', all_varchar = true)) "
                f"TO '{partial.as_posix()}' (FORMAT json{array})"
            )
            partial.replace(path)
    return {"CSV": people, "CSV with a note below": noted, **files}


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
    command = [sys.executable, "-m", "benchmarks.read_speed", who, str(path)]
    done = subprocess.run(  # nosec B603
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"reading {path} failed:\n{done.stderr.strip()[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _case(who: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch, Memory() as memory:
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
    return {"seconds": seconds, "rows": rows, "peak_mb": memory.peak / 2**20, **extra}


def _stage(sql: str) -> int:
    chosen = Settings(_env_file=None)
    limits = {"threads": str(chosen.threads), "memory_limit": chosen.memory_limit}
    with duckdb.connect(config={**limits}) as connection:
        connection.execute(f"CREATE TABLE rows AS {sql}")
        row = connection.execute("SELECT count(*) FROM rows").fetchone()
    return int(row[0]) if row else 0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has just ended
        return 0


class Memory:
    """The most that this process and its children had resident together, and the children alone."""

    def __init__(self) -> None:
        self.peak = self.children = 0  # bytes
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(LOOK):
            children = sum(_resident(child) for child in me.children(recursive=True))
            self.children = max(self.children, children)
            self.peak = max(self.peak, children + _resident(me))

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


if __name__ == "__main__":
    print(json.dumps(_case(sys.argv[1], Path(sys.argv[2]))))
