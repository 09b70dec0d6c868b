"""Known vulnerabilities of the pinned packages, from two databases. Standard library only.

Neither passes because nothing could be looked up: each is asked first about a package that is known to be
vulnerable, and skipped where it does not find that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from checks.step import (
    FAILED,
    PASSED,
    SKIPPED,
    STEP_SECONDS,
    Done,
    Outcome,
    Tools,
    fresh,
    last_line,
)
from core.launch.environment import HERE, LOCK, NO_NETWORK, Environment, SetupError

SAFETY = HERE / "checks" / "safety" / "requirements.txt"


def audit(tools: Tools) -> Outcome:
    """pip-audit calls a package it could not look up "no vulnerability", so the database is tried first."""
    service = vulnerability_service(tools)
    if service is None:
        return Outcome(SKIPPED, "no vulnerability database answers (pip-audit asks pypi and osv)")
    report, done = ask_audit(tools, service, LOCK)
    if report is None:
        if done.code and NO_NETWORK.search(done.output):
            return Outcome(SKIPPED, "the vulnerability database stopped answering", done.output)
        return Outcome(FAILED, last_line(done.output), done.output)
    return read_audit(report, done.output)


def read_audit(report: Mapping[str, list[dict[str, object]]], output: str) -> Outcome:
    packages = report.get("dependencies", [])
    audited = [package for package in packages if "skip_reason" not in package]
    bad = [str(package["name"]) for package in audited if package.get("vulns")]
    if bad:
        return Outcome(
            FAILED, "vulnerable: " + ", ".join(bad), output + json.dumps(report, indent=1)
        )
    if not audited:
        return Outcome(SKIPPED, "the vulnerability database knew none of the packages", output)
    return Outcome(PASSED, f"{len(audited)} of {len(packages)} packages looked up, none vulnerable")


def safety(tools: Tools) -> Outcome:
    """Safety's own database, beside pip-audit's; from an environment of its own, for it needs older libraries.

    It is asked first about a package with known vulnerabilities: where its data cannot be had (that takes
    the network, and may take an account), nothing was looked up, and nothing passed.
    """
    venv = Environment(HERE / ".venv-safety", SAFETY)
    try:
        venv.ensure()
    except SetupError as error:
        return Outcome(SKIPPED, f"safety cannot be installed: {str(error).splitlines()[0]}")
    return look_up(replace(tools, python=str(venv.python)))


def look_up(tools: Tools) -> Outcome:
    """What `safety` of this Python says about the lock. Skipped where it does not find what is known."""
    known = fresh(tools.results / "safety-known.txt")
    known.write_text("requests==2.19.0\n", encoding="utf-8")
    proof, output = ask_safety(tools, known)
    if not proof or not proof.get("vulnerabilities"):
        return Outcome(SKIPPED, f"no data of Safety can be had: {last_line(output)[:120]}", output)
    report, output = ask_safety(tools, HERE / LOCK)
    if report is None:
        return Outcome(SKIPPED, f"Safety stopped answering: {last_line(output)[:120]}", output)
    bad = sorted({str(each.get("package_name")) for each in report.get("vulnerabilities", [])})
    if bad:
        return Outcome(FAILED, "vulnerable: " + ", ".join(bad), json.dumps(report, indent=1))
    packages = len(report.get("scanned_packages", {}))
    if not packages:
        return Outcome(SKIPPED, "Safety looked at no package", output)
    return Outcome(PASSED, f"{packages} packages looked up, none vulnerable")


def ask_safety(tools: Tools, pins: Path) -> tuple[dict[str, Any] | None, str]:
    """Its report about a file of pins, and what it printed; None when there is no report."""
    report = fresh(tools.results / "safety.json")
    home = str(tools.results.absolute())  # where it would keep its settings
    words = ("safety", "--disable-optional-telemetry", "check", "-r", pins, "--save-json", report)
    done = tools.module(*words, seconds=120, variables={"HOME": home, "USERPROFILE": home})
    try:
        found = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None, done.output
    return (found if isinstance(found, dict) else None), done.output


def vulnerability_service(tools: Tools) -> str | None:
    """A database that answers pip-audit, proved by a package with known vulnerabilities."""
    known = fresh(tools.results / "audit-known.txt")
    known.write_text("requests==2.19.0\n", encoding="utf-8")
    for service in ("pypi", "osv"):
        report, _ = ask_audit(tools, service, known, seconds=120)
        if report and any(package.get("vulns") for package in report.get("dependencies", [])):
            return service
    return None


def ask_audit(
    tools: Tools, service: str, pinned: str | Path, seconds: float = STEP_SECONDS
) -> tuple[dict[str, Any] | None, Done]:
    """Its report about a file of pins, and how the command ended; None when there is no report."""
    report = fresh(tools.results / "audit.json")
    done = tools.module(
        *("pip_audit", "-r", pinned, "--no-deps", "--disable-pip", "-s", service),
        *("--progress-spinner", "off", "-f", "json", "-o", report),
        seconds=seconds,
    )
    try:
        found = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None, done
    return (found if isinstance(found, dict) else None), done
