"""The measurement: pairwise and B-cubed F1 on generated people or a file, the time, and new rows into many."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from benchmarks.matching import pairs, people, public
from core import Workbench
from core.datasets.model import from_dict
from core.matching.evaluating import Evaluation
from core.settings import Settings

TARGETS = {"pairwise": 0.90, "B-cubed": 0.95}  # on the generated people


def run(options: argparse.Namespace) -> int:
    """Print the figures; 1 with --strict when a target is missed."""
    if options.public or options.pairs:
        reached = [part.run(options) for part in _parts(options)]
        return 1 if options.strict and not all(reached) else 0
    with tempfile.TemporaryDirectory() as folder:
        home, file = Path(folder), options.path
        if file is None:
            file = home / "people.csv"
            people.write(file, options.rows, options.seed)
        settings = Settings(
            database=home / "m.duckdb", data_dir=home / "raw", datasets_dir=home / "datasets"
        )
        with Workbench.open(settings=settings) as wb:
            found = _measure(wb, file, options)
    scores = {"pairwise": found.pairwise.f1, "B-cubed": found.b3.f1}
    missed = [n for n, f1 in scores.items() if options.path is None and f1 < TARGETS[n]]
    for name in missed:
        print(f"missed: {name} F1 {scores[name]:.4f}, and {TARGETS[name]} is wanted")
    return 1 if options.strict and missed else 0


def _parts(options: argparse.Namespace) -> list[ModuleType]:
    return [public] * options.public + [pairs] * options.pairs


def _measure(wb: Workbench, file: Path, options: argparse.Namespace) -> Evaluation:
    table = wb.read(file)
    # Who is who is no evidence: a field of that name is never compared.
    names = ["cluster" if c == options.truth else c.lower() for c in table.columns]
    key = names[0]
    wb.datasets.save(
        from_dict(
            {"name": "bench", "fields": [{"name": n} for n in names], "key": {"fields": [key]}}
        )
    )
    began = time.perf_counter()
    upload = wb.import_file(file, "bench", mapping=dict(zip(table.columns, names)))
    print(
        f"rows                {upload.counts.new:>12,}   imported in {time.perf_counter() - began:.1f} s"
    )
    used = time.process_time()
    found = wb.matching.run("bench")
    used = time.process_time() - used
    print(
        f"pairs looked at     {found.pairs:>12,}   kept {found.candidates:,}, links {found.links:,}"
    )
    print(f"find all            {found.seconds:>10.1f} s   {used:.1f} s of processor time")
    _new_rows(wb, file, options)
    began = time.perf_counter()
    scored = wb.matching.evaluate("bench", "cluster")
    print(f"clusters, labels    {time.perf_counter() - began:>10.1f} s")
    for name, score in (("pairwise", scored.pairwise), ("B-cubed", scored.b3)):
        print(
            f"{name:<20}F1 {score.f1:.4f}  precision {score.precision:.4f}  recall {score.recall:.4f}"
        )
    print(f"own estimate        {found.precision}  trusted {found.trusted}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 if sys.platform == "darwin" else 1024
    )
    print(f"memory, at most     {peak:>10.0f} MB")
    return scored


def _new_rows(wb: Workbench, file: Path, options: argparse.Namespace) -> None:
    """A thousand rows more, compared with the rest alone; afterwards they are taken back."""
    if options.path is not None or not options.more:
        return
    more = file.with_name("more.csv")
    people.write(more, 1_000, options.seed + 1)
    lines = more.read_text("utf-8").splitlines()
    more.write_text("\n".join([lines[0], *(f"m{line}" for line in lines[1:])]) + "\n", "utf-8")
    upload = wb.import_file(more, "bench")
    used = time.process_time()
    found = wb.matching.run("bench", whole=False)
    used = time.process_time() - used
    print(
        f"1,000 new rows      {found.seconds:>10.1f} s   {used:.1f} s of processor time, compared {found.compared:,}"
    )
    wb.rollback(upload.id)
