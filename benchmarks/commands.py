"""What the commands do: run a benchmark, show it, keep it, hold it against the last one."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import people as people_
from benchmarks import results, show
from benchmarks.suite import INGEST, LARGE, SHORT, BenchmarkError, Suite, Teller, only
from benchmarks.targets import verdicts


def ingest(options: argparse.Namespace) -> int:
    """All cases over one file of people, several times."""
    rounds = SHORT if options.short else INGEST
    if options.only:
        rounds = only(INGEST, {name.strip() for name in options.only.split(",")})
    suite = Suite("ingest", options.rows, options.runs, rounds, options.files)
    result = suite.run(teller(options, suite.steps))
    finish(options, result)
    missed = any(word == "missed" for *_, word in verdicts([result]))
    return 1 if options.strict and missed else 0


def large(options: argparse.Namespace) -> int:
    """One large import and the questions after it, and a tenth of it in the same run."""
    tenth = Suite("tenth", max(options.rows // 10, 1), 1, SHORT, options.files)
    whole = Suite("large", options.rows, options.runs, LARGE, options.files)
    tell = teller(options, tenth.steps + whole.steps)
    small = {case["name"]: case for case in tenth.run(tell)["cases"]}
    result = whole.run(tell)
    result["tenth"] = {name: case["seconds"] for name, case in small.items()}
    for case in result["cases"]:
        if case["name"] in small:
            case["linear"] = round(case["seconds"] / small[case["name"]]["seconds"], 2)
    finish(options, result)
    return 0


def api(options: argparse.Namespace) -> int:
    """Clients of the API at once; ends with 1 when a request failed."""
    from benchmarks.api.measure import measure

    return measure(options.users, options.seconds, options.url)


def load(options: argparse.Namespace) -> int:
    """People on the Records page of the real server. 1 when a page said that something is wrong."""
    from benchmarks.load import measure

    result = measure.run(options, teller(options, measure.STEPS))
    if not options.progress:
        show.load(result)
    finish(options, result)
    return 1 if result["cases"][0]["errors"] else 0


def matching(options: argparse.Namespace) -> int:
    """How well and how fast records of one person are found. 1 with --strict when too few are."""
    from benchmarks.matching import measure

    return measure.run(options)


def search(options: argparse.Namespace) -> int:
    """How well and how fast people are found. 1 with --strict when too few are."""
    from benchmarks.searching import measure

    return measure.run(options)


def chunks(options: argparse.Namespace) -> int:
    """A large file in chunks, over a connection that breaks. 1 with --strict when it costs too much memory."""
    from benchmarks import chunks as chunks_

    return chunks_.run(options)


def peers(options: argparse.Namespace) -> int:
    """The same work by what one would take instead."""
    from benchmarks.peers import measure

    options.venv = options.venv or measure.HOME
    if options.setup:
        measure.set_up(options.venv)
        note(f"set up {options.venv}")
        return 0
    there = measure.installed(options.venv)
    finish(options, measure.run(options, teller(options, measure.steps(options, there)), there))
    return 0


# What the page is made of, and what each part is asked.
PARTS = {
    "ingest": ["ingest", "--runs", "5"],
    "large": ["large"],
    "peers": ["peers", "--runs", "3"],
    "load": ["load"],
}


def everything(options: argparse.Namespace) -> int:
    """One part after the other; with --save the page and its plots in the end."""
    from benchmarks.__main__ import parse

    parts = options.parts.split(",") if options.parts else list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise BenchmarkError(f"there is no part {', '.join(unknown)}; parts: {', '.join(PARTS)}")
    worst = 0
    for part in parts:
        begin = time.monotonic()
        chosen = parse(PARTS[part] + (["--save"] if options.save else []))
        chosen.files = options.files
        if part == "peers":
            chosen.venv = options.venv
        worst = max(worst, chosen.act(chosen))
        note(f"{part}: {(time.monotonic() - begin) / 60:.1f} minutes")
    if options.save:
        report(options)
    return worst


def reading(options: argparse.Namespace) -> int:
    """The reader: how exactly, how fast, what it takes."""
    from benchmarks import reading as reading_

    result = reading_.run(
        options.rows, options.runs, options.collections, options.files, lambda text: note(text)
    )
    show.table("reading", ("on", "found", "to reach", "beside it"), reading_.lines(result))
    keep(options, result)
    if options.save:
        show.put(reading_.markdown(result), reading_.PAGE)
        print(f"wrote {reading_.PAGE}")
    return 0


def readers(options: argparse.Namespace) -> int:
    """The same small workbooks by three readers."""
    from benchmarks import readers as readers_

    return readers_.run()


def mapping(options: argparse.Namespace) -> int:
    """The layouts that tuned the words for headers, and those that did not."""
    from benchmarks import mapping as mapping_

    for half in options.half or mapping_.HALVES:
        print(*mapping_.lines(half, mapping_.score(half), each=options.each), sep="\n")
    return 0


def encodings(options: argparse.Namespace) -> int:
    """Files in 34 languages: in how many the encoding is found. 1 when they are too few."""
    from benchmarks import encodings as encodings_

    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as scratch:
        result = encodings_.run(Path(scratch), options.seed)
    show.table("encodings", ("what", "files"), encodings_.lines(result))
    for each in result["wrong"]:
        print(f"wrong: {each}")
    return 1 if options.strict and not encodings_.good(result) else 0


def names(options: argparse.Namespace) -> int:
    """Names known again across scripts, and a million taken apart. 1 when too many are taken for one, or it is slow."""
    from benchmarks import names as names_

    found = names_.evaluate(options.half or names_.HALVES)
    heads = ("script", "half", "people", "one person", "first", "first, floor", "by a key", "wrong")
    show.table("names of one person in two scripts", heads, names_.rows(found))
    for each in found.values() if options.each else ():
        print(*(f"missed: {text}" for text in each.missed), sep="\n")
        print(*(f"wrong: {text}" for text in each.wrong), sep="\n")
    if not options.rows:
        return int(options.strict and not names_.good(found))
    taken = names_.speed(options.rows)
    show.table(
        f"forms and keys of {taken.names:,} names",
        ("what", "seconds"),
        [
            ("anyascii and words alone (floor)", f"{taken.floor_seconds:.1f}"),
            (f"forms ({taken.forms:,}) and keys", f"{taken.seconds:.1f}"),
            ("of the processor", f"{taken.cpu:.1f}"),
            (
                f"to reach for a million: {names_.SECONDS:.0f}",
                f"{taken.cpu * 1e6 / taken.names:.1f}",
            ),
        ],
    )
    slow = taken.cpu * 1e6 / taken.names > names_.SECONDS
    return int(options.strict and (slow or not names_.good(found)))


def quality(options: argparse.Namespace) -> int:
    """Profile and score beside SUMMARIZE. 1 with --strict when a profile takes too long."""
    from benchmarks import quality as quality_

    found = quality_.run(options.rows, options.runs, options.files, note)
    heads = ("what", "time", "processor", "x floor, cpu")
    show.table(f"quality of {options.rows:,} people", heads, quality_.lines(found))
    return int(options.strict and not quality_.good(found, options.rows))


def observe(options: argparse.Namespace) -> int:
    """What it costs to be watched, in pairs of imports. 1 with --strict when that is more than 2 % of an import."""
    from benchmarks import observing

    sizes = [(rows, options.pairs or pairs) for rows, pairs in observing.SIZES]
    found = observing.run(sizes, note)
    show.table("an import that is watched takes more", observing.HEADS, observing.lines(found))
    always = observing.steady_lines(observing.steady(note))
    show.table("what goes on all the time", ("what", "found"), always)
    return int(options.strict and not all(one.good for one in found))


def compare(options: argparse.Namespace) -> int:
    """The last run of each benchmark and size against the one before it on the same machine."""
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for result in results.kept():
        newest[result["benchmark"], result["rows"]] = result
    if not newest:
        raise BenchmarkError("no run was kept yet: python -m benchmarks ingest")
    for result in newest.values():
        show.comparison(result, results.before(result))
    return 0


def report(options: argparse.Namespace) -> int:
    """docs/performance.md and its plots, from the newest saved results."""
    from benchmarks import report as report_

    for path in report_.write():
        print(f"wrote {path}")
    return 0


def people(options: argparse.Namespace) -> int:
    """Write the files and say where they are."""
    kinds = tuple(options.kind or people_.KINDS)
    files = people_.generate(options.files, options.rows, kinds)
    for kind in kinds:
        print(files.path(kind))
    return 0


# ------------------------------------------------------------------ what they share


def teller(options: argparse.Namespace, steps: int) -> Teller:
    """Says how far it is, in the way that was asked for."""
    return Teller(options.progress, steps)


def finish(options: argparse.Namespace, result: dict[str, Any]) -> None:
    """Show it, hold it against the run before, keep it."""
    if not options.progress:
        show.result(result)
        show.comparison(result, results.before(result))
    keep(options, result)


def keep(options: argparse.Namespace, result: dict[str, Any]) -> None:
    """Where it was asked for, and among the runs of this machine."""
    if options.json:
        results.write(options.json, result)
        note(f"wrote {options.json}")
    if path := results.keep(result, save=options.save):
        note(f"kept as {path}")


def note(text: str) -> None:
    """For a person, not for a program."""
    print(text, file=sys.stderr, flush=True)
