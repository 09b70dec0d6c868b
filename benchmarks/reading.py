"""How well and how fast files are read: the collections, hostile files, and speed beside peers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import corpora, hostile, workbooks
from benchmarks.machine import ROOT, describe
from benchmarks.read_speed import measure, write_people

PAGE = ROOT / "docs" / "reading.md"
COLUMNS = 12
SHEET_ROWS = 100_000
Tell = Callable[[str], None]


def run(
    rows: int, repeat: int, collections: Path | None, files: Path | None, tell: Tell
) -> dict[str, Any]:
    """Everything that can be measured here; the collections only when their folder is given."""
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        made = write_people(files or Path(scratch), rows)
        speed = {name: measure(path, repeat, tell) for name, path in made.items()}
        exact = _collections(collections, Path(scratch), tell) if collections else {}
    tell("a workbook")
    sheets = workbooks.run(SHEET_ROWS, repeat)
    tell("hostile files")
    return {
        "benchmark": "reading",
        **describe(),
        "rows": rows,
        "columns": COLUMNS,
        "runs": repeat,
        "cases": [],
        "collections": exact,
        "speed": speed,
        "workbook": sheets,
        "hostile": hostile.run(),
    }


def _collections(folder: Path, scratch: Path, tell: Tell) -> dict[str, Any]:
    parts: dict[str, tuple[Path, Callable[[Path], dict[str, Any]]]] = {
        "polluted_files": (folder / "csv" / "polluted_files", corpora.pollock),
        "survey_sample": (folder / "csv" / "survey_sample", corpora.pollock),
        "spectrum": (folder / "csv" / "spectrum", corpora.spectrum),
        "JSONTestSuite": (folder / "json" / "JSONTestSuite", corpora.json_suite),
        "naughty strings": (folder / "json" / "blns.json", lambda p: corpora.naughty(p, scratch)),
        "workbooks": (
            folder / "excel" / "readxl",
            lambda p: corpora.workbooks([p, *_there(folder / "messy")]),
        ),
    }
    found = {}
    for name, (path, score) in parts.items():
        if path.exists():
            tell(name)
            found[name] = score(path)
    return found


def _there(path: Path) -> list[Path]:
    return [path] if path.is_dir() else []


# ------------------------------------------------------------------ as tables


def lines(result: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(on what, found, to reach, beside it), as the terminal and the page show them."""
    return [*_exactness(result["collections"]), *_speeds(result), *_hostile(result["hostile"])]


def _exactness(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = []
    for name, least in (("polluted_files", 9.93), ("survey_sample", 9.30)):
        if name in found:
            points = dict(found[name]["points"])
            mine = points.pop("marquee")
            beside = ", ".join(f"{who} {value:.2f}" for who, value in points.items())
            title = f"Pollock {name}, {found[name]['files']} files, path only"
            rows.append((title, f"{mine:.3f} of 10", _verdict(f"≥ {least}", mine >= least), beside))
    if "spectrum" in found:
        part = found["spectrum"]
        exact = f"{part['files'] - len(part['wrong'])} of {part['files']} exact"
        rows.append(("csv-spectrum", exact, "all exact", ", ".join(part["wrong"])))
    if "JSONTestSuite" in found:
        part = found["JSONTestSuite"]
        counts = ", ".join(f"{count} {name}" for name, count in part["counts"].items())
        goal = _verdict("every y_ read, every n_ refused", not part["wrong"])
        rows.append(("JSONTestSuite", counts, goal, ""))
    if "naughty strings" in found:
        part = found["naughty strings"]
        said = f"{part['lost']} of {part['strings']} lost, {part['ways']} kinds of CSV"
        rows.append(("Big List of Naughty Strings", said, _verdict("0 lost", not part["lost"]), ""))
    if "workbooks" in found:
        part = found["workbooks"]
        counts = ", ".join(f"{count} {name}" for name, count in part["counts"].items())
        good = "crashed" not in part["counts"] and part["slowest"] <= 30
        said = f"{counts}; the slowest {part['slowest']} s"
        rows.append(("readxl and messy workbooks", said, _verdict("no crash, ≤ 30 s", good), ""))
    return rows


def _speeds(result: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = []
    for name, case in result["speed"].items():
        limit = 2.0 if name in ("lines", "array") else 1.5
        title = {"lines": "JSON lines", "array": "one JSON array"}.get(name, name)
        said = f"{case['seconds']:.2f} s, {case['ratio']:.2f} x DuckDB; peak {case['peak_mb']:,} MB"
        goal = f"≤ {limit:g} x DuckDB" + (", ≤ 1 GB" if limit == 2.0 else "")
        met = case["ratio"] <= limit and (limit != 2.0 or case["peak_mb"] <= 1_024)
        goal = goal if "note" in name else _verdict(goal, met)
        beside = f"DuckDB {case['floor']:.2f} s, {case['floor_mb']:,} MB"
        rows.append((f"{result['rows']:,} rows x {COLUMNS}: {title}", said, goal, beside))
    mine, *others = result["workbook"]
    beside = ", ".join(f"{o['reader']} {o['rows_per_second']:,}" for o in others)
    rate = mine["rows_per_second"]
    title = f"{mine['rows']:,} rows x {mine['columns']}: .xlsx"
    rows.append((title, f"{rate:,} rows/s", _verdict("≥ 25,000 rows/s", rate >= 25_000), beside))
    return rows


def _hostile(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = []
    for title, case in found.items():
        good = not case["outcome"].startswith("DIED")
        good = good and case["seconds"] <= 30 and case["child_mb"] <= 2_000
        said = f"{case['seconds']} s, app and child {case['peak_mb']:,} MB"
        rows.append((title, said, _verdict("≤ 30 s, child ≤ 2 GB", good), case["outcome"]))
    return rows


def _verdict(goal: str, met: bool) -> str:
    return f"{goal}: {'met' if met else 'missed'}"


def markdown(result: dict[str, Any]) -> str:
    """The generated part of docs/reading.md."""
    machine = result["machine"]
    versions = ", ".join(f"{n} {v}" for n, v in result["versions"].items())
    head = "| On | Found | To reach | Beside it |\n|---|---|---|---|\n"
    rows = "\n".join("| " + " | ".join(_cell(c) for c in row) + " |" for row in lines(result))
    return f"""\
Medians of {result['runs']} runs, {result['at'][:10]}, commit {result['commit'] or 'unknown'}.
Machine: {machine['cpu']}, {machine['cores']} cores, {machine['system']}. {versions}.

{head}{rows}
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
