"""`python -m benchmarks search`: how well people are found, then how fast."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.searching import crowd, imports, quality, speed
from benchmarks.searching.labels import HALVES, labels
from core import Workbench


def run(options: argparse.Namespace) -> int:
    """Import invented people with everybody who is meant, ask, print. 1 with --strict when a target is missed."""
    if options.imports:
        return int(imports.run(options.rows, print) > imports.MOST and options.strict)
    wanted = [label for label in labels() if not options.half or label.half in options.half]
    with tempfile.TemporaryDirectory(prefix="marquee-search-") as work:
        folder = Path(work)
        people = folder / "people.csv"
        crowd.write(people, options.rows)
        with Workbench.open(folder / "m.duckdb", data_dir=folder / "raw") as wb:
            wb.import_file(people)
            print(f"{options.rows:,} people")
            ours = list(speed.measured(wb, wanted, folder)) if options.speed else []
            if not ours:
                wb.search.rebuild()
            reached = quality.show(quality.ranks(wb, wanted), print, options.each)
        if ours:
            print()
            speed.show(ours, list(speed.bare(people, wanted, folder / "bare")), print)
    missed = [each.name for each in ours if each.value > speed.TARGETS.get(each.name, each.value)]
    return int(options.strict and bool(missed or not reached))


__all__ = ["HALVES", "run"]
