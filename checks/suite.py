"""Runs of pytest, judged by what ran. Standard library only."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as xml  # nosec B405
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from checks.quick import Selection
from checks.step import FAILED, PASSED, SKIPPED, Counts, Outcome, Tools, fresh

QUICK_SECONDS = 100  # after so long, --quick begins no test any more
LEAST_SECONDS = 30  # that its tests have, however long the steps before them took
NO_TEST = "no test was collected"
FEW = 5  # so many failed tests are tried once more, alone
TESTS_FAILED = 1  # pytest's code, when nothing else went wrong
TIME_IS_OVER = "the time of --quick is over"  # said by checks/budget.py


def tests(name: str, marker: str, *options: str) -> Callable[[Tools], Outcome]:
    def work(tools: Tools) -> Outcome:
        return pytest(tools, name, marker, *options)

    return work


def pytest(tools: Tools, name: str, marker: str, *options: str, **variables: str) -> Outcome:
    """One pytest run; a few tests that failed in it are tried once more, with the machine to themselves.

    Three processes share two cores, so a test that waits for a browser or a server may come too late. A test that
    is wrong fails twice. One that needed the second try is named in the table: its race is to be found.
    """
    first = _once(tools, name, marker, *options, **variables)
    failed = failures(tools.results / f"{name}.xml")
    if first.status != FAILED or not first.only_tests or len(failed) > FEW:
        return first
    alone = ("--last-failed", "--last-failed-no-failures", "none")
    again = _once(tools, f"{name}-again", marker, *_without_shares(options), *alone, **variables)
    tried = Counts(first.tests.passed + again.tests.passed, again.tests.failed, first.tests.skipped)
    if again.status != PASSED or again.tests.passed != len(failed):
        return replace(first, output=f"{first.output}\nOnce more, alone:\n{again.output}")
    note = f"{first.note.replace(str(first.tests), str(tried))}; on a second try alone: {', '.join(failed)}"
    return Outcome(PASSED, note, first.output, tried, only_tests=True)


def _without_shares(options: tuple[str, ...]) -> tuple[str, ...]:
    """The options without processes and coverage."""
    kept, rest = [], iter(options)
    for word in rest:
        if word in ("-n", "--dist"):
            next(rest)
        elif not word.startswith("--cov"):
            kept.append(word)
    return tuple(kept)


def _once(tools: Tools, name: str, marker: str, *options: str, **variables: str) -> Outcome:
    """Judged by its exit code and by its report: collecting nothing is a failure."""
    report = fresh(tools.results / f"{name}.xml")
    words = ("pytest", "-q", "-m", marker, f"--junitxml={report}", *options)
    done = tools.module(*words, variables=variables)
    counts = read_junit(report)
    covered = re.search(
        r"^(?:TOTAL.*?|Total coverage: )(\d+(?:\.\d+)?)%$", done.output, re.MULTILINE
    )
    note = str(counts) + (f", coverage {covered[1]} %" if covered else "")
    little = "FAIL Required test coverage" in done.output
    note += ", which is too little" if little else ""
    if done.code == 5:
        return Outcome(FAILED, NO_TEST, done.output, counts)
    if done.code or counts.failed:
        only_tests = done.code == TESTS_FAILED and counts.failed > 0 and not little
        return Outcome(FAILED, note, done.output, counts, only_tests)
    if not counts.passed:
        return Outcome(SKIPPED, f"{note}: {counts.reason}", done.output, counts)
    return Outcome(PASSED, note, done.output, counts)


def quick(selection: Selection) -> Callable[[Tools], Outcome]:
    """The tests of what was changed, as many as the time allows; without those that start servers."""

    def work(tools: Tools) -> Outcome:
        if not selection.tests:
            return Outcome(SKIPPED, "no test belongs to what was changed")
        options = ("-n", "2", "--dist", "load", "-p", "checks.budget", *selection.tests)
        until = max(tools.begun + QUICK_SECONDS, time.time() + LEAST_SECONDS)
        marker = "not integration and not browser"
        outcome = pytest(tools, "quick", marker, *options, QUICK_UNTIL=str(until))
        if outcome.note == NO_TEST:
            return Outcome(SKIPPED, "what was changed has tests with servers or browsers alone")
        late = left_out(tools.results / "quick.xml")
        if not late:
            return outcome
        return replace(outcome, note=f"{outcome.note}, {late} of them left out: {TIME_IS_OVER}")

    return work


def left_out(report: Path) -> int:
    """How many tests checks/budget.py skipped."""
    if not report.exists():
        return 0
    found = xml.parse(report).getroot().iter("skipped")  # nosec B314
    return sum(TIME_IS_OVER in case.get("message", "") for case in found)


def failures(report: Path) -> list[str]:
    """The names of the tests that failed."""
    if not report.exists():
        return []
    found = xml.parse(report).getroot().iter("testcase")  # nosec B314
    wrong = (case for case in found if {"failure", "error"} & {part.tag for part in case})
    return [str(case.get("name")) for case in wrong]


def read_junit(report: Path) -> Counts:
    if not report.exists():
        return Counts()
    passed = failed = skipped = 0
    reason = ""
    for case in xml.parse(report).getroot().iter("testcase"):  # nosec B314
        left_out = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif left_out is not None:
            skipped += 1
            reason = reason or left_out.get("message", "")
        else:
            passed += 1
    return Counts(passed, failed, skipped, reason)
