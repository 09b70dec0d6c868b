"""Results are kept as JSON, and compared with the last ones of the same machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT

SAVED = ROOT / "benchmarks" / "results"
LOCAL = SAVED / "local"  # every run of this machine; git does not see it
Result = dict[str, Any]


def write(path: Path, result: Result) -> None:
    """Replace the file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    partial.write_text(text, "utf-8", newline="\n")
    partial.replace(path)


def keep(result: Result, *, save: bool, saved: Path = SAVED) -> Path | None:
    """Keep a run: in `local`, or with `save` where it is committed. None where nothing can be written."""
    stamp = result["at"][:19].replace(":", "").replace("-", "")
    folder = saved if save else saved / LOCAL.name
    path = folder / f"{result['benchmark']}-{result['rows']}-{stamp}.json"
    with suppress(PermissionError):
        write(path, result)
        return path
    return None


def kept(benchmark: str | None = None, saved: Path = SAVED) -> list[Result]:
    """Everything that was kept, the oldest first."""
    found = [*_load(saved, benchmark), *_load(saved / LOCAL.name, benchmark)]
    return sorted(found, key=lambda result: str(result["at"]))


def _load(folder: Path, benchmark: str | None) -> Iterator[Result]:
    for path in folder.glob(f"{benchmark or '*'}-*.json"):
        with suppress(ValueError, OSError):  # one that is broken stands in nobody's way
            result = json.loads(path.read_text("utf-8"))
            if isinstance(result, dict) and {"at", "benchmark", "cases", "rows"} <= set(result):
                yield result


def newest(benchmark: str, rows: int | None = None, saved: Path = SAVED) -> Result | None:
    """The last one that was saved for the documents (not those in `local`)."""
    found = [result for result in _load(saved, benchmark) if rows in (None, result["rows"])]
    return max(found, key=lambda r: str(r["at"]), default=None)


def before(result: Result, saved: Path = SAVED) -> Result | None:
    """The run before this one: same benchmark, machine, rows and kind of files."""
    same = ("benchmark", "machine", "rows", "people")
    found = [
        other
        for other in kept(result["benchmark"], saved)
        if other["at"] < result["at"] and all(other.get(k) == result.get(k) for k in same)
    ]
    return found[-1] if found else None


def compare(result: Result, other: Result) -> list[tuple[str, str, str, str]]:
    """(title, then, now, how much) of each case in both; by the ratio to the floor where there is one.

    The floor is taken in the same run, so what the machine did meanwhile cancels out.
    """
    then = {case["name"]: case for case in other["cases"]}
    rows = []
    for case in result["cases"]:
        old = then.get(case["name"])
        for measure, unit in (("ratio", " x floor"), ("p95", " s"), ("seconds", " s")):
            if (
                old
                and measure in case
                and old.get(measure)
                and not case["name"].startswith("floor")
            ):
                change = case[measure] / old[measure]
                texts = (f"{old[measure]:.3g}{unit}", f"{case[measure]:.3g}{unit}")
                rows.append((case["title"], *texts, f"{change:.2f} x the last run"))
                break
    return rows
