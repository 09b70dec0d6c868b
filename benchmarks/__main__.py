"""Measure, compare, and write the figures into the documents.

ingest, large, peers, load, api, reading, mapping, encodings, names, matching, quality, observe and readers measure; all runs what
docs/performance.md is made of, compare holds the last two runs against each other, report writes the page, people writes the
generated files.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks import commands
from benchmarks.mapping import HALVES
from benchmarks.people import KINDS
from benchmarks.searching.labels import HALVES as SEARCH_HALVES
from benchmarks.suite import BenchmarkError

CANCELLED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command: 0, 1 when it cannot be measured (or a target is missed with --strict),
    2 for a wrong option, 130 when it was cancelled."""
    options = parse(arguments)
    if options.command == "case":
        return _case(options)
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return int(options.act(options))
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        return CANCELLED
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command and its options; `act` does it."""
    return _parser().parse_args(arguments)


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: what ends the children and removes the files is not disturbed any more.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True)

    def command(name: str, act: Any, text: str, rows: int | None = None, runs: int = 1) -> Any:
        found = names.add_parser(name, help=text, description=text)
        found.set_defaults(act=act)
        if rows:
            _measuring(found, rows, runs)
        return found

    ingest = command("ingest", commands.ingest, "files in, pages out, and back again", 1_000_000, 3)
    ingest.add_argument("--only", metavar="CASES", help="these cases alone, by comma")
    ingest.add_argument("--short", action="store_true", help="the import and its floor alone")
    ingest.add_argument("--strict", action="store_true", help="end with 1 when a target is missed")
    command("large", commands.large, "an import of many rows, and what then is asked", 10_000_000)
    api = command("api", commands.api, "clients of the API, by locust")
    api.add_argument("--users", type=_count, default=50)
    api.add_argument("--seconds", type=float, default=60.0)
    api.add_argument("--url", help="a running server; without one the mock with 200 people")
    load = command("load", commands.load, "people clicking on the Records page", 1_000_000)
    load.add_argument("--people", type=_count, default=20)
    load.add_argument("--seconds", type=float, default=60.0, help="how long they click")
    load.add_argument(
        "--pause",
        type=float,
        nargs=2,
        default=(1.0, 5.0),
        metavar=("LEAST", "MOST"),
        help="seconds a person waits between two clicks",
    )
    chunks = command("chunks", commands.chunks, "a large file in chunks, with breaks, and memory")
    chunks.add_argument("--mb", type=_count, default=2_000)
    chunks.add_argument("--breaks", type=int, default=2, help="so often the connection is lost")
    chunks.add_argument("--strict", action="store_true", help="end with 1 when it costs too much")
    peers = command("peers", commands.peers, "what one would take instead", 1_000_000)
    _peers(peers)
    everything = command("all", commands.everything, "all that docs/performance.md is made of")
    everything.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    everything.add_argument("--save", action="store_true", help="keep it, and write the page")
    everything.add_argument("--parts", help="of ingest,large,peers,load, by comma")
    everything.add_argument("--venv", type=Path, help="the environment of the peers")
    reading = command("reading", commands.reading, "how well and fast files are read", 1_000_000, 3)
    reading.add_argument("--collections", type=Path, metavar="FOLDER", help="public test files")
    command(
        "readers",
        commands.readers,
        "why workbooks have readers of ours: small cases, three readers",
    )
    mapping = command("mapping", commands.mapping, "how well columns go to their fields")
    mapping.add_argument("--each", action="store_true", help="every column that went elsewhere")
    mapping.add_argument("--half", choices=HALVES, action="append", help="this half alone")
    search = command(
        "search", commands.search, "how well and fast people are found, however spelled"
    )
    search.add_argument("--rows", type=_count, default=20_000)
    search.add_argument(
        "--each", action="store_true", help="every question that found somebody else"
    )
    search.add_argument("--half", choices=SEARCH_HALVES, action="append", help="this half alone")
    search.add_argument("--speed", action="store_true", help="times, too, and bare tantivy beside")
    search.add_argument(
        "--imports", action="store_true", help="imports with and without the index, in pairs, alone"
    )
    search.add_argument("--strict", action="store_true", help="end with 1 when a target is missed")
    matching = command("matching", commands.matching, "how well and fast the same person is found")
    matching.add_argument("--rows", type=_count, default=20_000)
    matching.add_argument("--seed", type=int, default=1, help="other people, other errors")
    matching.add_argument("--path", type=Path, metavar="CSV", help="a file of your own")
    matching.add_argument("--truth", default="person", metavar="COLUMN", help="says who is who")
    matching.add_argument("--more", action="store_true", help="1,000 new rows into them, too")
    matching.add_argument(
        "--public", action="store_true", help="febrl3, febrl4 and --path, beside Splink"
    )
    matching.add_argument("--pairs", action="store_true", help="pairs of names alone")
    matching.add_argument("--each", action="store_true", help="every pair of names that went wrong")
    matching.add_argument("--venv", type=Path, help="the environment of the peers")
    matching.add_argument(
        "--strict", action="store_true", help="end with 1 when a target is missed"
    )
    encodings = command(
        "encodings", commands.encodings, "how often the encoding of a file is found"
    )
    encodings.add_argument("--seed", type=int, default=7, help="other files of the same texts")
    encodings.add_argument("--strict", action="store_true", help="end with 1 when it is too rarely")
    names_ = command("names", commands.names, "names of one person in two scripts, and how fast")
    names_.add_argument("--rows", type=int, default=1_000_000, help="names to be timed; 0: none")
    names_.add_argument("--half", choices=("tuned", "kept out"), action="append", help="this alone")
    names_.add_argument("--each", action="store_true", help="every pair that went wrong")
    names_.add_argument("--strict", action="store_true", help="end with 1 when it is not reached")
    quality = command("quality", commands.quality, "profile and score, beside SUMMARIZE")
    quality.add_argument("--rows", type=_count, default=1_000_000)
    quality.add_argument("--runs", type=_count, default=3, help="medians of so many")
    quality.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    quality.add_argument("--strict", action="store_true", help="end with 1 when it is too slow")
    observe = command("observe", commands.observe, "what logs, traces and metrics cost an import")
    observe.add_argument("--pairs", type=_count, help="of each size; else 30 small, 10 large")
    observe.add_argument("--strict", action="store_true", help="end with 1 when it costs too much")
    command("compare", commands.compare, "the last run of each kind against the one before")
    command("report", commands.report, "write docs/performance.md and its plots from what is saved")
    people = command("people", commands.people, "write the generated files")
    people.add_argument("--rows", type=_count, default=1_000_000)
    people.add_argument(
        "--kind", choices=KINDS, action="append", help="again for more; default: all"
    )
    people.add_argument("--files", type=Path, metavar="FOLDER", required=True)
    case = names.add_parser("case")  # a child of the others
    case.add_argument("name")
    case.add_argument("work", type=Path)
    case.add_argument("files", type=Path)
    case.add_argument("rows", type=int)
    return parser


def _peers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--peer-rows", type=_count, default=100_000, help="of the peers' file")
    parser.add_argument("--venv", type=Path, help="the environment of the peers")
    parser.add_argument("--setup", action="store_true", help="make that environment, and end")


def _measuring(parser: argparse.ArgumentParser, rows: int, runs: int) -> None:
    parser.add_argument("--rows", type=_count, default=rows)
    parser.add_argument("--runs", type=_count, default=runs, help="medians of so many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result here, too")
    parser.add_argument("--save", action="store_true", help="keep it in benchmarks/results")
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="keep the generated files")
    parser.add_argument("--progress", action="store_true", help="a line of JSON for each step")


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no count")
    return number


def _case(options: argparse.Namespace) -> int:
    from benchmarks.cases import CASES, Work
    from benchmarks.machine import peak_mb
    from benchmarks.people import Files

    found = CASES[options.name].run(Work(options.work, Files(options.files, options.rows)))
    print(json.dumps({**found, "peak_mb": peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
