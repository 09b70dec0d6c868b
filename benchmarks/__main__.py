"""`python -m benchmarks ingest` and `reading` measure; `report` writes docs/performance.md anew."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import report
from benchmarks.machine import peak_mb


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit code (1 when a target was asked for and missed)."""
    options = _parser().parse_args(arguments)
    if options.command == "case":
        return _case(options)
    if options.command == "report":
        report.write_page(report.newest())
        print(f"wrote {report.PAGE}")
        return 0
    return _reading(options) if options.command == "reading" else _ingest(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    ingest = commands.add_parser("ingest", help="files in, pages out, and back again")
    ingest.add_argument("--rows", type=int, default=report.TARGET_ROWS)
    ingest.add_argument("--repeat", type=int, default=3)
    ingest.add_argument("--json", type=Path, metavar="FILE", help="save the result here, too")
    ingest.add_argument("--save", action="store_true", help="save it into benchmarks/results")
    ingest.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    ingest.add_argument("--strict", action="store_true", help="end with 1 when a target is missed")
    reading = commands.add_parser("reading", help="how well and how fast files are read")
    reading.add_argument("--rows", type=int, default=report.TARGET_ROWS)
    reading.add_argument("--repeat", type=int, default=3)
    reading.add_argument("--collections", type=Path, metavar="FOLDER", help="the public test files")
    reading.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    reading.add_argument("--json", type=Path, metavar="FILE", help="save the result here, too")
    reading.add_argument("--save", action="store_true", help="save it, and write docs/reading.md")
    commands.add_parser("report", help="write docs/performance.md from the newest saved result")
    case = commands.add_parser("case")  # a child of `ingest`
    case.add_argument("name")
    case.add_argument("paths", type=Path, nargs=3)
    return parser


def _case(options: argparse.Namespace) -> int:
    from benchmarks.cases import CASES

    result = CASES[options.name](*options.paths)
    print(json.dumps({**result, "peak_mb": peak_mb()}))
    return 0


def _ingest(options: argparse.Namespace) -> int:
    from benchmarks.ingest import run

    result = run(options.rows, options.repeat, options.files, tell=_tell)
    _show(result)
    for path in _targets(options, result):
        _keep(path, result)
    missed = any(": missed" in word for row in report.lines(result) for word in row)
    return 1 if options.strict and missed else 0


def _reading(options: argparse.Namespace) -> int:
    from benchmarks import reading

    result = reading.run(options.rows, options.repeat, options.collections, options.files, _tell)
    table = Table(box=None, title=f"reading, {result['machine']['cores']} cores")
    for name in ("on", "found", "to reach", "beside it"):
        table.add_column(name, overflow="fold")
    for row in reading.lines(result):
        table.add_row(*row)
    Console().print(table)
    for path in _targets(options, result):
        _keep(path, result)
    if options.save:
        report.put(reading.markdown(result), reading.PAGE)
        print(f"wrote {reading.PAGE}")
    return 0


def _keep(path: Path, result: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, "utf-8", newline="\n")
    print(f"saved as {path}")


def _targets(options: argparse.Namespace, result: dict[str, Any]) -> list[Path]:
    stamp = result["when"][:19].replace(":", "").replace("-", "")
    saved = report.RESULTS / f"{options.command}-{options.rows}-{stamp}.json"
    return [*([options.json] if options.json else []), *([saved] if options.save else [])]


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _show(result: dict[str, Any]) -> None:
    given, machine = result["input"], result["machine"]
    table = Table(
        title=f"{given['rows']:,} people x {given['columns']} columns, {machine['cores']} cores",
        box=None,
    )
    names = ("what", "time", "x floor", "x floor cpu", "rows/s", "peak memory", "target")
    for name in names:
        side = "left" if name in ("what", "target") else "right"
        table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type]
    for row in report.lines(result):
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(f"stages of the import: {result['cases']['import'].get('stages')}")


if __name__ == "__main__":
    sys.exit(main())
