"""Figures as tables: on the terminal, and in a page between its markers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import results
from benchmarks.targets import verdicts

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NAMES = ("what", "time", "x floor", "x floor, cpu", "p95", "rows/s", "peak memory", "written")


def duration(seconds: float) -> str:
    """Seconds or milliseconds, with as many places as mean something."""
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def figures(result: dict[str, Any], *, short: bool = False) -> list[tuple[str, ...]]:
    """One row of NAMES per case."""
    return [
        (
            case["name"] if short else case["title"],
            duration(case["seconds"]),
            f"{case['ratio']:.2f}" if "ratio" in case else "",
            f"{case['cpu_ratio']:.2f}" if "cpu_ratio" in case else "",
            duration(case["p95"]) if "p95" in case else "",
            f"{case['rows_per_s']:,}" if "rows_per_s" in case else "",
            f"{case['peak_mb']:,} MB" if "peak_mb" in case else "",
            f"{case['written_mb']:,.0f} MB" if "written_mb" in case else "",
        )
        for case in result["cases"]
    ]


def result(found: dict[str, Any]) -> None:
    """A result on the terminal: its cases, its targets."""
    machine = found["machine"]
    table(
        f"{found['benchmark']}: {found['rows']:,} rows, medians of {found.get('runs', 1)},"
        f" {machine['cores']} cores",
        NAMES,
        figures(found, short=True),
    )
    reached = [row for row in verdicts([found]) if row[3] != "not measured"]
    if reached:
        table("to reach", ("what", "to reach", "found", ""), reached)


def load(found: dict[str, Any]) -> None:
    """What a load test says beyond its times."""
    console = Console()
    for name, value in found["load"].items():
        console.print(f"{name.replace('_', ' ')}: {value}", highlight=False)


def comparison(found: dict[str, Any], other: dict[str, Any] | None) -> None:
    """A result beside the run before it."""
    title = f"{found['benchmark']}, {found['rows']:,} rows"
    if other is None:
        Console(stderr=True).print(f"{title}: no run before this one on this machine")
        return
    title += f": commit {found['commit']} beside {other['commit']} of {other['at'][:16]}"
    table(title, ("what", "then", "now", ""), results.compare(found, other))


def table(title: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """On the terminal."""
    shown = Table(title=title, box=None)
    for place, name in enumerate(names):
        shown.add_column(name, justify="left" if place == 0 else "right", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    console = Console()
    console.width = max(console.width, 120)
    console.print(shown)


def markdown(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """As a table of a page; the first column is text, the others stand to the right."""
    lines = [names, ["---", *["--:"] * (len(names) - 1)], *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def put(text: str, page: Path) -> None:
    """Between the markers of a page. Raises ValueError when they are missing."""
    whole = page.read_text("utf-8")
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} ... {END}")
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8", newline="\n")
