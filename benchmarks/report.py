"""docs/performance.md: its figures and plots, from the newest saved results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import plots, results, show
from benchmarks.machine import ROOT
from benchmarks.suite import BenchmarkError
from benchmarks.targets import MILLION, TEN_MILLION, verdicts

PAGE = ROOT / "docs" / "performance.md"
PARTS = (("ingest", MILLION), ("large", TEN_MILLION), ("peers", None), ("load", None))
Result = dict[str, Any]


def write(page: Path = PAGE, saved: Path = results.SAVED) -> list[Path]:
    """The figures between the page's markers, the plots beside it; gives what was written.

    Raises BenchmarkError when nothing was saved yet.
    """
    found = [results.newest(name, rows, saved) for name, rows in PARTS]
    there = {result["benchmark"]: result for result in found if result}
    if not there:
        raise BenchmarkError("nothing was saved yet: python -m benchmarks all --save")
    older = [r for r in results.kept("ingest", saved) if r["rows"] == MILLION]
    drawn = plots.draw(there, older, page.parent / "images")
    show.put(markdown(there, drawn), page)
    return [page, *drawn.values()]


def markdown(there: dict[str, Result], drawn: dict[str, Path]) -> str:
    """The generated part of the page."""
    parts = [_head(there), "## Against the targets\n", _targets(there)]
    for name, write_part in (
        ("ingest", _ingest),
        ("large", _large),
        ("peers", _peers),
        ("load", _load),
    ):
        if name in there:
            parts.append(write_part(there[name]))
            parts += [
                f"![{plots.TITLES[plot]}](images/{path.name})\n"
                for plot, path in drawn.items()
                if plot.startswith(name)
            ]
    return "\n".join(parts)


def _head(there: dict[str, Result]) -> str:
    newest = max(there.values(), key=lambda result: str(result["at"]))
    machine = newest["machine"]
    memory = f", {machine['memory_gb']} GB" if machine.get("memory_gb") else ""
    versions = ", ".join(f"{n} {v}" for n, v in newest["versions"].items())
    return f"Machine: {machine['cpu']}, {machine['cores']} cores{memory}, {machine['system']}.\n{versions}.\n"


def _targets(there: dict[str, Result]) -> str:
    return show.markdown(("What", "To reach", "Found", "Reached"), verdicts(list(there.values())))


def _stamp(result: Result) -> str:
    runs = result.get("runs", 1)
    often = f"medians of {runs} runs" if runs > 1 else "one run"
    return f"{often}, {result['at'][:10]}, commit {result['commit'] or 'unknown'}"


def _cases(result: Result) -> str:
    names = (
        "What",
        "Time",
        "x floor",
        "x floor, processor",
        "p95",
        "Rows/s",
        "Peak memory",
        "Written",
    )
    return show.markdown(names, show.figures(result))


def _stages(result: Result) -> str:
    case: Result = next((c for c in result["cases"] if c["name"] == "import"), {})
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in case.get("stages", {}).items())
    kept = f" History takes {case['history_share']:.0%} of it." if "history_share" in case else ""
    return f"Where the import's time goes: {parts}.{kept}\n" if parts else ""


def _ingest(result: Result) -> str:
    size = f"{result['bytes'] / 1e6:,.0f} MB of CSV"
    head = f"## {result['rows']:,} people x {result['columns']} columns ({size})\n"
    return "\n".join([head, f"{_stamp(result)}.\n", _cases(result), _stages(result)])


def _large(result: Result) -> str:
    size = f"{result['bytes'] / 1e9:,.1f} GB of CSV"
    head = f"## {result['rows']:,} people ({size})\n"
    tenth = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result["tenth"].items())
    said = f"{_stamp(result)}. A tenth of the rows, in the same run: {tenth}.\n"
    return "\n".join([head, said, _cases(result), _stages(result)])


def _peers(result: Result) -> str:
    names = (
        "What",
        "Rows",
        "Time",
        "Rows/s",
        "Peak memory",
        "Marquee is faster, by row",
        "... on the same file",
        "In quarantine",
    )
    rows = [
        (
            case["title"],
            f"{case['rows']:,}",
            show.duration(case["seconds"]),
            f"{case['rows_per_s']:,}",
            f"{case['peak_mb']:,} MB",
            f"{case['faster']:.3g} x" if "faster" in case else "",
            f"{case['faster_same_file']:.3g} x" if "faster_same_file" in case else "",
            f"{case['rejected']:,}" if "rejected" in case else "",
        )
        for case in result["cases"]
    ]
    versions = ", ".join(f"{name} {version}" for name, version in result["peers"].items())
    head = f"## Beside what one would take instead\n\n{_stamp(result)}. {versions}.\n"
    return "\n".join([head, show.markdown(names, rows)])


def _load(result: Result) -> str:
    names = ("A person does", "Reruns", "p50", "p95", "Longest", "Errors")
    rows = [
        (
            case["title"],
            f"{case['calls']:,}",
            show.duration(case["seconds"]),
            show.duration(case["p95"]),
            show.duration(case["longest"]),
            str(case["errors"]),
        )
        for case in result["cases"]
    ]
    load = result["load"]
    said = (
        f"{load['people']} people at once for {load['seconds']:.0f} s over {result['rows']:,} records,"
        f" each pausing {load['pause'][0]:g} to {load['pause'][1]:g} s between two clicks;"
        f" {load['reruns_per_s']:.1f} reruns/s, the server using {load['server_cores']:.2f} cores and the"
        f" people {load['people_cores']:.2f}. Memory: {load['memory_mb']['before']:,} MB before,"
        f" {load['memory_mb']['peak']:,} MB at most, {load['mb_per_session']:.1f} MB for each session.\n"
    )
    return "\n".join(
        [f"## Twenty people clicking\n\n{_stamp(result)}. {said}", show.markdown(names, rows)]
    )
