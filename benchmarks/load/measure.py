"""The load test: records are imported, then people click for a while; percentiles, errors, memory."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks import children
from benchmarks.machine import describe
from benchmarks.people import Files, generate
from benchmarks.suite import BenchmarkError, Teller, scratch
from benchmarks.summary import percentile

TITLES = {
    "rerun": "All of it",
    "arrive": "Opens the page",
    "page": "Turns to another page",
    "open a record": "Opens a record, and goes back",
    "sort": "Sorts by another field",
    "filter": "Builds a filter (three clicks)",
    "search": "Searches for two words",
}
STEPS = 3


def run(options: argparse.Namespace, tell: Teller) -> dict[str, Any]:
    """Raises BenchmarkError when the import or the server fails; errors of pages are counted."""
    with scratch() as folder:
        files = Files(options.files or folder / "files", options.rows)
        tell("writing the file: people")
        generate(files.folder, options.rows, ("people",))
        work = folder / "work"
        work.mkdir()
        tell("importing it")
        _child("benchmarks", "case", "import", work, files.folder, options.rows)
        tell(f"{options.people} people clicking for {options.seconds:.0f} s")
        found = _child(
            "benchmarks.load.crowd", work, options.people, options.seconds, *options.pause
        )
    return {
        "benchmark": "load",
        **describe(),
        "rows": options.rows,
        "runs": 1,
        "load": _load(options, found),
        "cases": _cases(found),
    }


def _child(module: str, *arguments: str | int | float | Path) -> dict[str, Any]:
    try:
        return children.run([sys.executable, "-m", module, *map(str, arguments)])
    except RuntimeError as error:
        raise BenchmarkError(str(error)) from error


def _load(options: argparse.Namespace, found: dict[str, Any]) -> dict[str, Any]:
    before, peak = found["memory"][0], max(found["memory"])
    return {
        "people": options.people,
        "pause": options.pause,
        "seconds": round(found["seconds"], 1),
        "reruns_per_s": round(sum(map(len, found["times"].values())) / found["seconds"], 2),
        "server_cores": round(found["server_cores"], 2),
        "people_cores": round(found["people_cores"], 2),
        "memory_mb": {"before": round(before / 1e6), "peak": round(peak / 1e6)},
        "mb_per_session": round((peak - before) / 1e6 / options.people, 1),
        "said": {name: texts[:3] for name, texts in found["errors"].items()},
    }


def _cases(found: dict[str, Any]) -> list[dict[str, Any]]:
    times, errors = dict(found["times"]), dict(found["errors"])
    times["rerun"] = [second for each in times.values() for second in each]
    errors["rerun"] = [text for each in errors.values() for text in each]
    rows = []
    for name, title in TITLES.items():
        ordered = sorted(times.get(name, ()))
        if not ordered:
            continue
        figures = {"seconds": percentile(ordered, 0.5), "p95": percentile(ordered, 0.95)}
        rows.append(
            {
                "name": name,
                "title": title,
                **{key: round(value, 3) for key, value in figures.items()},
                "longest": round(ordered[-1], 3),
                "calls": len(ordered),
                "errors": len(errors.get(name, ())),
            }
        )
    return rows
