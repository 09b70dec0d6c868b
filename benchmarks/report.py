"""Figures as a table: on the terminal, and as the generated part of docs/performance.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT

PAGE = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Target:
    """A figure to reach: at most (`ratio`, `seconds`, `peak_mb`) or at least (`rows_per_second`)."""

    case: str
    measure: str
    limit: float

    def met(self, case: dict[str, Any]) -> bool:
        """Whether the case keeps to it."""
        value = case.get(self.measure)
        if value is None:
            return False
        return bool(
            value >= self.limit if self.measure == "rows_per_second" else value <= self.limit
        )

    def __str__(self) -> str:
        texts = {
            "ratio": f"≤ {self.limit:g} x floor",
            "seconds": f"≤ {self.limit:g} s",
            "peak_mb": f"peak < {self.limit:,.0f} MB",
            "rows_per_second": f"≥ {self.limit:,.0f} rows/s",
        }
        return texts[self.measure]


TARGETS = (
    Target("import", "ratio", 3.0),
    Target("import", "rows_per_second", 50_000),
    Target("import", "peak_mb", 1_500),
    Target("first screen", "seconds", 3.0),
    Target("page, first", "seconds", 0.3),
    Target("page, deep", "seconds", 0.3),
    Target("page, filtered", "seconds", 0.3),
    Target("page, sorted", "seconds", 0.3),
    Target("start", "seconds", 5.0),
)
TARGET_ROWS = 1_000_000

TITLES = {
    "floor": "DuckDB alone: `CREATE TABLE AS SELECT * FROM read_csv(...)` (the floor)",
    "first screen": "First screen of a preview (receive, read the head, map, 100 rows)",
    "import": "Whole import into an empty database",
    "again": "The same file again (every row unchanged)",
    "rollback preview": "Rollback of the whole import, as a preview",
    "rollback": "Rollback of the whole import",
    "known": "Import when 20 % are known, half of those with older values",
    "page, first": "Page of 50 records: first",
    "page, deep": "Page of 50 records: from the middle, by cursor",
    "page, filtered": "Page of 50 records: filtered by two fields",
    "page, searched": "Page of 50 records: searched for two words",
    "page, sorted": "Page of 50 records: sorted by birth date",
    "count, filtered": "Count of a filter",
    "one record": "One record by its id",
    "its history": "One record's history",
    "start": "Start of the server to the first page",
}


def lines(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Rows of the table: case, seconds, ratio, ratio of processor time, rows/s, peak, targets."""
    found: list[tuple[str, ...]] = []
    for name, title in TITLES.items():
        case = result["cases"].get(name)
        if case is None:
            continue
        seconds = case["seconds"]
        found.append(
            (
                title,
                f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms",
                f"{case['ratio']:.2f}" if "ratio" in case and name != "start" else "",
                f"{case['cpu_ratio']:.2f}" if "cpu_ratio" in case else "",
                f"{case['rows_per_second']:,}" if "rows_per_second" in case else "",
                f"{case['peak_mb']:,} MB" if "peak_mb" in case else "",
                _verdicts(name, case, result),
            )
        )
    return found


def _verdicts(name: str, case: dict[str, Any], result: dict[str, Any]) -> str:
    if result["input"]["rows"] != TARGET_ROWS:
        return ""  # the targets speak of a million rows
    mine = [target for target in TARGETS if target.case == name]
    return "; ".join(f"{target}: {'met' if target.met(case) else 'missed'}" for target in mine)


def markdown(result: dict[str, Any]) -> str:
    """The generated part of the page."""
    machine, given = result["machine"], result["input"]
    memory = f", {machine['memory_gb']} GB" if machine.get("memory_gb") else ""
    versions = ", ".join(f"{n} {v}" for n, v in result["versions"].items())
    head = "| What | Time | x floor | x floor, processor | Rows/s | Peak memory | Target |\n|---|--:|--:|--:|--:|--:|---|\n"
    rows = "\n".join("| " + " | ".join(row) + " |" for row in lines(result))
    stages = result["cases"]["import"].get("stages", {})
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages.items())
    return f"""\
{given['rows']:,} people x {given['columns']} columns ({given['bytes'] / 1e6:,.0f} MB of CSV), medians of {given['repeat']} runs,
{result['when'][:10]}, commit {result['commit'] or 'unknown'}.

Machine: {machine['cpu']}, {machine['cores']} cores{memory}, {machine['system']}. {versions}.

{head}{rows}

Where the import's time goes: {parts}.
"""


def newest(folder: Path = RESULTS) -> dict[str, Any]:
    """The newest saved result, one of a million rows before others. Raises FileNotFoundError."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("ingest-*.json"))]
    if not found:
        raise FileNotFoundError(f"no results in {folder}; run: python -m benchmarks ingest --save")
    found.sort(key=lambda r: (r["input"]["rows"] == TARGET_ROWS, r["when"]))
    return dict(found[-1])


def write_page(result: dict[str, Any], page: Path = PAGE) -> None:
    """Put the figures of an import into their page."""
    put(markdown(result), page)


def put(figures: str, page: Path) -> None:
    """Put figures between the markers of a page. Raises ValueError when they are missing."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} ... {END}")
    page.write_text(f"{before}{BEGIN}\n{figures}{END}{after}", "utf-8", newline="\n")
