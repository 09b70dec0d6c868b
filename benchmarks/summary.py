"""From samples to figures: medians, percentiles, and ratios to the floor of the same run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median
from typing import Any

from benchmarks.cases import CASES, doors, records

Sample = dict[str, Any]
TITLES = {**records.CALLS, **doors.CALLS}


def summarise(runs: list[dict[str, list[Sample]]]) -> list[dict[str, Any]]:
    """One dict per case, in the order of the cases. Ratios are taken within each run, then their median."""
    found: list[dict[str, Any]] = []
    for name, case in CASES.items():
        samples = [sample for run in runs for sample in run.get(name, ())]
        if not samples:
            continue
        if "calls" in samples[0]:
            found += _calls(samples)
        else:
            found.append(_figures(name, runs))
    return found


def _seconds(sample: Sample) -> float:
    return float(sample["seconds"])


def _figures(name: str, runs: list[dict[str, list[Sample]]]) -> dict[str, Any]:
    case = CASES[name]
    best = [min(run[name], key=_seconds) for run in runs]  # only the floor is there more than once
    seconds = [_seconds(sample) for sample in best]
    middle = sorted(best, key=_seconds)[len(best) // 2]
    found: dict[str, Any] = {
        "name": name,
        "title": case.title,
        "seconds": round(median(seconds), 3),
        "all_seconds": [round(s, 3) for s in seconds],
        **{key: middle[key] for key in ("rows", "bytes", "counts", "stages") if key in middle},
    }
    floors = [min(run[case.floor], key=_seconds) for run in runs if case.floor in run]
    if case.floor and floors:
        found["floor"] = case.floor
        found["ratio"] = _ratio(best, floors, "seconds")
    if "cpu_seconds" in middle:
        found["cpu_seconds"] = round(median(s["cpu_seconds"] for s in best), 3)
        if case.floor and floors:
            found["cpu_ratio"] = _ratio(best, floors, "cpu_seconds")
    if found.get("rows", 0) > 1_000:
        found["rows_per_s"] = round(found["rows"] / found["seconds"])
    found["peak_mb"] = round(max(sample["peak_mb"] for sample in best))
    if "written_mb" in middle:
        found["written_mb"] = round(median(s["written_mb"] for s in best), 1)
    if "stages" in middle:
        counts = middle["counts"]
        found["records_written"] = sum(counts.get(k, 0) for k in ("new", "changed", "deleted"))
    if middle.get("history_seconds"):
        shares = (s["history_seconds"] / s["seconds"] for s in best)
        found["history_share"] = round(median(shares), 3)
    return found


def _ratio(samples: list[Sample], floors: list[Sample], what: str) -> float:
    return round(median(s[what] / max(f[what], 1e-6) for s, f in zip(samples, floors)), 2)


def _calls(samples: list[Sample]) -> list[dict[str, Any]]:
    found = []
    for name in samples[0]["calls"]:
        times = sorted(time for sample in samples for time in sample["calls"][name])
        figures = {"name": name, "title": TITLES[name], "seconds": round(median(times), 5)}
        figures["p95"] = round(percentile(times, 0.95), 5)
        found.append({**figures, "calls": len(times)})
    return found


def percentile(ordered: Iterable[float], share: float) -> float:
    """The smallest of the ordered values that so large a share of them does not exceed."""
    values = list(ordered)
    return values[max(math.ceil(share * len(values)), 1) - 1]
