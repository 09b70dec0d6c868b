"""Every alert fires when what it is about breaks, and is over when that was put right. Hours are virtual."""

from __future__ import annotations

import argparse
import logging
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.monitoring.alerts import ALERTS, HOUR, MINUTE, Alert
from tests.faults import report
from tests.faults.breaking import FAULTS, CannotTry, Fault
from tests.faults.watched import STEP, Watched, watched

FIRING, OVER = 3 * HOUR, 8 * HOUR  # the longest that is waited for
SETTLED = 60.0  # seconds of looks before something breaks


@dataclass
class Proof:
    """One alert: after how many seconds it fired, and after how many more it was over."""

    alert: Alert
    fault: str
    before: str = ""
    fired: float | None = None
    cleared: float | None = None
    skipped: str = ""
    error: str = ""

    @property
    def held(self) -> bool:
        return bool(self.skipped) or (self.fired is not None and self.cleared is not None)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", choices=sorted(ALERTS), help="which (all)")
    parser.add_argument("--markdown", type=Path, help="write the table into this file")


def run(args: argparse.Namespace) -> int:
    began, used = time.monotonic(), time.process_time()
    logging.disable(logging.CRITICAL)  # what breaks says so, and that is no news here
    proofs = prove(args.only or list(ALERTS))
    table = as_markdown(proofs)
    print(table)
    if args.markdown:
        args.markdown.write_text(table, "utf-8")
    counts: dict[str, Any] = {
        "alerts": len(proofs),
        "fired and cleared": sum(p.held and not p.skipped for p in proofs),
        "virtual hours": round(sum((p.fired or 0) + (p.cleared or 0) for p in proofs) / 3600, 1),
        "processor seconds": round(time.process_time() - used, 1),
        "seconds": round(time.monotonic() - began, 1),
    }
    counts |= {p.alert.name: f"skipped: {p.skipped}" for p in proofs if p.skipped}
    return report.show("alerts", counts, [_broken(p) for p in proofs if not p.held])


def _broken(proof: Proof) -> str:
    what = "it did not fire" if proof.fired is None else "it fired, and was not over"
    return f"{proof.alert.name}: {what} ({proof.fault}) {proof.error}"


def prove(names: Iterable[str]) -> list[Proof]:
    """Break one thing after the other; alerts of one fault are tried together."""
    by_fault: dict[str, list[Alert]] = {}
    for name in names:
        by_fault.setdefault(ALERTS[name].fault, []).append(ALERTS[name])
    proofs = []
    for name, alerts in by_fault.items():
        proofs += _try(FAULTS[name], alerts)
        for one in proofs[-len(alerts) :]:
            told = f"fired {_time(one.fired)}, over {_time(one.cleared)} {one.skipped}{one.error}"
            print(f"{one.alert.name}: {told}", flush=True)
    return proofs


def _try(fault: Fault, alerts: list[Alert]) -> list[Proof]:
    proofs = [Proof(alert, fault.text) for alert in alerts]
    home = Path(tempfile.mkdtemp(prefix="marquee-alerts-"))
    try:
        with watched(home, **fault.settings) as it:
            it.probing = fault.probes
            _pass(it, SETTLED)
            for proof in proofs:
                proof.before = it.state(proof.alert.name)
            began = it.passed
            with fault.act(it):
                it.pace = fault.pace
                _await(it, proofs, "fired", began, FIRING)
            it.pace, began = 0.0, it.passed
            fired = [proof for proof in proofs if proof.fired is not None]
            _await(it, fired, "cleared", began, OVER)
    except CannotTry as reason:
        for proof in proofs:
            proof.skipped = str(reason)
    except Exception as error:  # the other alerts have their turn
        for proof in proofs:
            proof.error = f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return proofs


def _pass(it: Watched, seconds: float) -> None:
    until = it.passed + seconds
    while it.passed < until:
        it.look()


def _await(it: Watched, proofs: list[Proof], what: str, began: float, limit: float) -> None:
    """Look until all have fired or cleared; the longer it takes, the more time passes between two looks."""
    while it.passed - began < limit and any(getattr(p, what) is None for p in proofs):
        passed = it.passed - began
        it.look(STEP if passed < 12 * MINUTE else 60.0 if passed < HOUR else 240.0)
        for proof in proofs:
            firing = it.state(proof.alert.name) == "firing"
            if getattr(proof, what) is None and firing == (what == "fired"):
                setattr(proof, what, it.passed - began)


def as_markdown(proofs: list[Proof]) -> str:
    """The table of docs/reliability.md."""
    lines = ["| Alert | Fault | Fired after | Over after |", "|---|---|---|---|"]
    for one in proofs:
        fired = one.skipped and f"skipped: {one.skipped}" or _time(one.fired)
        lines.append(f"| `{one.alert.name}` | {one.fault} | {fired} | {_time(one.cleared)} |")
    return "\n".join(lines) + "\n"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "not"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
