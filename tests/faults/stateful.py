"""Everything that can be done to records, in any order, against a model in plain Python.

Uploads in every mode are received, previewed and committed with other acts in between; records are
edited, deleted, restored; quarantined rows are fixed; imports and rollbacks are taken back in any
order; the definition of the dataset changes; the database crashes (its files are copied while it is
open, also in the middle of a commit, and the copy is opened) or is closed and opened. After every
step the table, the history, the counts and the statuses equal the model's. A preview is a promise:
a commit does exactly what it said, or is refused as stale, and is never refused without a reason.
"""

from __future__ import annotations

import argparse
import time
import traceback
from typing import Any

from hypothesis import HealthCheck, Phase, seed as seeded, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import report
from tests.faults.machine import TALLY, Records

STEPS = 50  # per example


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--steps", type=int, default=10_000, help="at least so many steps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="no new round after that")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest way to fail")


def run(args: argparse.Namespace) -> int:
    TALLY.clear()
    started, faults, number = time.monotonic(), [], args.seed
    while TALLY["steps"] < args.steps and time.monotonic() - started < args.minutes * 60:
        try:
            walk(number, examples=20, steps=STEPS, shrink=args.shrink)
        except BaseException as error:  # hypothesis may raise a group of them
            if isinstance(error, KeyboardInterrupt):
                raise
            faults.append(f"seed {number}: {error!r}")
            print("".join(traceback.format_exception(error)), flush=True)
            break
        number += 1
        print(f"  {TALLY['steps']:,} steps, {time.monotonic() - started:.0f} s", flush=True)
    counts: dict[str, Any] = {"steps": TALLY.pop("steps", 0), **dict(sorted(TALLY.items()))}
    counts |= {"seeds": f"{args.seed} to {number - 1}", "seconds": time.monotonic() - started}
    return report.show("stateful", counts, faults)


def walk(number: int, *, examples: int, steps: int, shrink: bool = False) -> None:
    """So many examples of so many steps, all decided by the seed. Raises what went wrong."""

    @seeded(number)
    class Walk(Records):
        pass

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
