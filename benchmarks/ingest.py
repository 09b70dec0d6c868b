"""Run the cases in child processes, several times, and put every figure beside the floor."""

from __future__ import annotations

import json
import shutil
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import ROOT, describe
from benchmarks.people import COLUMNS, Files, generate
from benchmarks.server import start_seconds

# Which cases share a folder, in which order: `again` needs what `import` left. The floor is taken
# before and after, because other work on the machine comes and goes.
ROUNDS = (
    ("floor",),
    ("first screen",),
    ("import", "pages", "again", "rollback preview", "rollback"),
    ("floor",),
    ("known",),
)
Tell = Callable[[str], None]


def run(
    rows: int, repeat: int, folder: Path | None = None, tell: Tell = lambda _: None
) -> dict[str, Any]:
    """All cases `repeat` times over a file of `rows` people; medians, ratios and the machine.

    The generated file is kept in `folder` for the next run; without one it goes into a temporary
    folder that is removed.
    """
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        files = generate(folder or Path(scratch) / "files", rows)
        samples: dict[str, list[dict[str, Any]]] = {}
        for number in range(repeat):
            for cases in ROUNDS:
                work = Path(scratch) / "work"
                work.mkdir()
                for case in cases:
                    tell(f"run {number + 1} of {repeat}: {case}")
                    samples.setdefault(case, []).append(_child(case, work, files))
                shutil.rmtree(work)
            tell(f"run {number + 1} of {repeat}: start")
            started = start_seconds(Path(scratch))
            if started is not None:
                samples.setdefault("start", []).append({"seconds": started})
        size = files.people.stat().st_size
    return {
        "benchmark": "ingest",
        "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        **describe(),
        "input": {"rows": rows, "columns": COLUMNS, "bytes": size, "repeat": repeat},
        "cases": summarise(samples),
    }


def _child(case: str, work: Path, files: Files) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "case", case]
    command += [str(work), str(files.people), str(files.known)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )  # nosec B603
    if done.returncode:
        raise RuntimeError(f"the case {case!r} failed:\n{done.stderr.strip()[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def summarise(samples: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Case to medians. Ratios are taken within each run, then their median."""
    times = samples["floor"]
    both = [min(pair, key=_seconds) for pair in zip(times[::2], times[1::2])]
    found: dict[str, dict[str, Any]] = {}
    for case, runs in {**samples, "floor": both}.items():
        if case == "pages":
            found |= _pages(runs)
        else:
            found[case] = _summary(runs, both)
    return found


def _seconds(sample: dict[str, Any]) -> float:
    return float(sample["seconds"])


def _summary(runs: list[dict[str, Any]], floors: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [_seconds(sample) for sample in runs]
    middle = sorted(runs, key=_seconds)[len(runs) // 2]
    found: dict[str, Any] = {
        "seconds": round(median(seconds), 3),
        "all_seconds": [round(s, 3) for s in seconds],
        "ratio": round(median(s / f["seconds"] for s, f in zip(seconds, floors)), 2),
        **{name: middle[name] for name in ("rows", "counts", "stages") if name in middle},
    }
    if "cpu_seconds" in middle:
        cpu = [s["cpu_seconds"] for s in runs]
        found["cpu_seconds"] = round(median(cpu), 3)
        ratios = (c / f["cpu_seconds"] for c, f in zip(cpu, floors))
        found["cpu_ratio"] = round(median(ratios), 2)
    if found.get("rows", 0) > 1_000:
        found["rows_per_second"] = round(found["rows"] / found["seconds"])
    peaks = [sample["peak_mb"] for sample in runs if sample.get("peak_mb")]
    if peaks:
        found["peak_mb"] = round(max(peaks))
    return found


def _pages(runs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    names = runs[0]["calls"]
    return {
        name: {
            "seconds": round(median(r["calls"][name] for r in runs), 4),
            "all_seconds": [round(r["calls"][name], 4) for r in runs],
        }
        for name in names
    }
