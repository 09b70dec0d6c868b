"""`python -m benchmarks.json_reading --suite FOLDER`: how exact and how fast JSON is read.

The suite is a folder of files whose names begin with y_ (must be read), n_ (must be refused) or i_
(may be either), as JSONTestSuite has them. Speed is that of a million generated people, as JSON
lines and as one array, read with `core.files.reader` into a DuckDB table, beside DuckDB's own
`read_json` in the same run. Memory is that of the whole process tree.
"""

from __future__ import annotations

import argparse
import json
import subprocess  # nosec B404
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import duckdb
import psutil

from benchmarks.machine import ROOT, describe
from benchmarks.people import generate
from core.errors import MarqueeError
from core.files import json_fast
from core.files.reader import read
from core.settings import Settings

ROWS = 1_000_000
LOOK = 0.02  # seconds between two looks at the memory
TARGET_RATIO, TARGET_MB = 2.0, 1_024
Tell = Callable[[str], None]


def run(
    rows: int, repeat: int, suite: Path | None, folder: Path | None, tell: Tell = lambda _: None
) -> dict[str, Any]:
    """Counts of the suite (when there is one), speed and memory; the shape of other benchmarks."""
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        files = write_people(folder or Path(scratch), rows)
        cases = {name: measure(path, repeat, tell) for name, path in files.items()}
    return {
        "benchmark": "json reading",
        **describe(),
        "input": {"rows": rows, "columns": 12, "repeat": repeat},
        "suite": None if suite is None else score(suite),
        "cases": cases,
    }


def score(suite: Path) -> dict[str, Any]:
    """How many y_ were read, n_ refused, i_ read or refused; crashes, and rows that differ."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    decided: dict[str, str] = {}
    for path in sorted(suite.glob("[yni]_*.json")):
        kind = path.name[0]
        with patch.object(json_fast, "SMALL", 0):  # small files take the fast way, too, if they can
            outcome = _outcome(path)
        counts[f"{kind} {outcome.partition(':')[0]}"] += 1
        if kind == "i":
            decided[path.name] = outcome
        elif outcome.partition(":")[0] != {"y": "read", "n": "refused"}[kind]:
            wrong.append(f"{path.name}: {outcome}")
    return {"counts": dict(sorted(counts.items())), "wrong": wrong, "decided": decided}


def _outcome(path: Path) -> str:
    try:
        table = read(path)
        rows = list(table.rows())
        if rows != list(table.careful().rows()) or len(rows) != table.total:
            return "differs: both ways do not agree"
    except MarqueeError as error:
        return f"refused: {error.detail}"
    except Exception as error:  # what is counted here is exactly that
        return f"crashed: {type(error).__name__}"
    return "read" if table.format == "json" else f"misread: as {table.format}"


def write_people(folder: Path, rows: int) -> dict[str, Path]:
    """The people of the other benchmarks as JSON lines and as one array, unless they are there."""
    people = generate(folder, rows).people
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
    return files


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
    command = [sys.executable, "-m", "benchmarks.json_reading", "--case", who, str(path)]
    done = subprocess.run(  # nosec B603
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"reading {path} failed:\n{done.stderr.strip()[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _case(who: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch, _Memory() as memory:
        begin = time.perf_counter()
        if who == "duckdb":
            sql, extra = f"FROM read_json('{path.as_posix()}')", {"way": "read_json"}
        else:
            table = read(path, cache_dir=Path(scratch))
            list(table.rows(limit=100))
            seen = time.perf_counter() - begin
            sql, extra = table.sql, {"way": table.decision("parser").value, "first_screen": seen}
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


class _Memory:
    """The most that this process and its children had resident together."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(LOOK):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:  # it has just ended
                    continue
            self.peak = max(self.peak, total)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def lines(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """(what, found, target: met or missed), as the page and the terminal show it."""
    found: list[tuple[str, ...]] = []
    suite = result["suite"]
    if suite is not None:
        counts = ", ".join(f"{name}: {count}" for name, count in suite["counts"].items())
        found.append(("suite", counts, _met(not suite["wrong"])))
    for name, case in result["cases"].items():
        speed = f"{case['seconds']} s, DuckDB {case['floor']} s, {case['ratio']} times"
        found.append((f"{name}, {case['way']}", speed, _met(case["ratio"] <= TARGET_RATIO)))
        peak = f"{case['peak_mb']} MB, DuckDB {case['floor_mb']} MB"
        found.append((f"{name}, memory", peak, _met(case["peak_mb"] <= TARGET_MB)))
        found.append((f"{name}, first screen", f"{case['first_screen']} s", ""))
    return found


def _met(good: bool) -> str:
    return "met" if good else "missed"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 when something of the suite is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.json_reading", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--suite", type=Path, metavar="FOLDER", help="files named y_, n_ and i_")
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)  # a child of this
    options = parser.parse_args(arguments)
    if options.case:
        print(json.dumps(_case(options.case[0], Path(options.case[1]))))
        return 0
    result = run(
        options.rows,
        options.repeat,
        options.suite,
        options.files,
        lambda text: print(text, file=sys.stderr, flush=True),
    )
    for row in lines(result):
        print("   ".join(row))
    suite = result["suite"] or {"wrong": [], "decided": {}}
    for text in [*suite["wrong"], *(f"{k}: {v}" for k, v in suite["decided"].items())]:
        print(f"   {text}")
    return 1 if suite["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
