#!/usr/bin/env python3
"""Set up and run every check of Marquee. Standard library only; the same on Linux, macOS and Windows.

Every step ends as passed, failed, or skipped with its reason. Exit codes: 0 nothing failed, 1 a step failed,
2 a wrong option, 3 the set-up failed.
"""

import run_app  # noqa: F401  # first of all: it refuses a Python that is too old, in plain words

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess  # nosec B404
import sys
import time
import xml.etree.ElementTree as xml  # nosec B405
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from checks.quick import NOTHING, NoHistory, Selection, select
from core.launch.console import fail
from core.launch.environment import (
    HERE,
    LOCK,
    NO_NETWORK,
    WINDOWS,
    Environment,
    SetupError,
)

STEP_SECONDS = 2700
SAFETY = HERE / "checks" / "safety" / "requirements.txt"
PYTHON_FILES = ("core", "api", "pages", "checks", "app.py", "run_app.py", "run_local_ci.py")
QUICK_SECONDS = 100  # after so long, --quick begins no test any more
LEAST_SECONDS = 30  # that its tests have, however long the steps before them took
NO_TEST = "no test was collected"
TIME_IS_OVER = "the time of --quick is over"  # said by checks/budget.py
TWO = ("-n", "2", "--dist", "worksteal")  # who is done early takes over from the other
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


# --- what a step is ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How the tests of one pytest run ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Outcome:
    """How a step ended; `note` stands in the table, `output` is shown when it failed."""

    status: str
    note: str = ""
    output: str = ""
    tests: Counts = Counts()


@dataclass(frozen=True)
class Done:
    """A command that ended; code -1 means that it took too long or could not be started."""

    code: int
    output: str


@dataclass(frozen=True)
class Tools:
    """What steps work with: the environment's Python, variables, a folder for results."""

    python: str = sys.executable
    results: Path = HERE / ".ci-results"
    variables: Mapping[str, str] = field(default_factory=lambda: clean_variables(os.environ))

    def run(
        self,
        *command: str | Path,
        seconds: float = STEP_SECONDS,
        variables: Mapping[str, str] | None = None,
    ) -> Done:
        """Run in the project's folder to the end; what takes longer is stopped with all its children."""
        try:
            child = subprocess.Popen(  # nosec B603
                [str(part) for part in command],
                cwd=HERE,
                env={**self.variables, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=not WINDOWS,
            )
        except OSError as error:
            return Done(-1, f"{command[0]} cannot be started: {error}")
        try:
            output, _ = child.communicate(timeout=seconds)
            return Done(child.returncode, output)
        except subprocess.TimeoutExpired:
            return Done(-1, f"{end_all(child)}\nstopped after {seconds:.0f} s")
        except KeyboardInterrupt:
            end_all(child)
            raise

    def module(
        self,
        *command: str | Path,
        seconds: float = STEP_SECONDS,
        variables: Mapping[str, str] | None = None,
    ) -> Done:
        return self.run(self.python, "-m", *command, seconds=seconds, variables=variables)


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    work: Callable[[Tools], Outcome]


def clean_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without those that would change what is tested."""
    kept = {
        name: value
        for name, value in environment.items()
        if name == "MARQUEE_CHROMIUM" or not name.startswith(("MARQUEE_", "STREAMLIT_", "PYTEST_"))
    }
    kept.pop("PYTHONPATH", None)
    return {**kept, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def end_all(child: "subprocess.Popen[str]") -> str:
    """Stop a command and the processes it started; gives what it had printed."""
    if WINDOWS:
        subprocess.run(  # nosec B603 B607
            ["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True, check=False
        )
    else:
        os.killpg(child.pid, signal.SIGKILL)
    return child.communicate()[0]


def judge(done: Done, note: str = "") -> Outcome:
    return Outcome(FAILED if done.code else PASSED, note, done.output)


# --- the steps -----------------------------------------------------------------------------------------


def command(*words: str) -> Callable[[Tools], Outcome]:
    """A step that is one command of the environment and passes when it ends with 0."""

    def work(tools: Tools) -> Outcome:
        done = tools.module(*words)
        return judge(done, last_line(done.output))

    return work


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:90] if lines else ""


# import-linter has no `python -m`; --no-cache, since it takes a second anyway.
LINT_IMPORTS = (
    "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache', '--no-logo'])"
)


def imports(tools: Tools) -> Outcome:
    """Which room may import which: [tool.importlinter] in pyproject.toml."""
    done = tools.run(tools.python, "-c", LINT_IMPORTS)
    return judge(done, last_line(done.output))


def bandit(tools: Tools) -> Outcome:
    words = ("bandit", "-q", "-r", "-c", "pyproject.toml", *PYTHON_FILES)
    return judge(tools.module(*words))


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


def tests(name: str, marker: str, *options: str) -> Callable[[Tools], Outcome]:
    def work(tools: Tools) -> Outcome:
        return pytest(tools, name, marker, *options)

    return work


def pytest(tools: Tools, name: str, marker: str, *options: str, **variables: str) -> Outcome:
    """One pytest run, judged by its exit code and by its report: collecting nothing is a failure."""
    report = fresh(tools.results / f"{name}.xml")
    words = ("pytest", "-q", "-m", marker, f"--junitxml={report}", *options)
    done = tools.module(*words, variables=variables)
    counts = read_junit(report)
    covered = re.search(
        r"^(?:TOTAL.*?|Total coverage: )(\d+(?:\.\d+)?)%$", done.output, re.MULTILINE
    )
    note = str(counts) + (f", coverage {covered[1]} %" if covered else "")
    note += ", which is too little" if "FAIL Required test coverage" in done.output else ""
    if done.code == 5:
        return Outcome(FAILED, NO_TEST, done.output, counts)
    if done.code or counts.failed:
        return Outcome(FAILED, note, done.output, counts)
    if not counts.passed:
        return Outcome(SKIPPED, f"{note}: {counts.reason}", done.output, counts)
    return Outcome(PASSED, note, done.output, counts)


def quick(selection: Selection) -> Callable[[Tools], Outcome]:
    """The tests of what was changed, as many as the time allows; without those that start servers."""
    begun = time.time()

    def work(tools: Tools) -> Outcome:
        if not selection.tests:
            return Outcome(SKIPPED, "no test belongs to what was changed")
        options = ("-n", "2", "--dist", "load", "-p", "checks.budget", *selection.tests)
        until = max(begun + QUICK_SECONDS, time.time() + LEAST_SECONDS)
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


def fresh(path: Path) -> Path:
    """A path for a report, with nothing there from an earlier run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path


def docker(tools: Tools) -> Outcome:
    if not shutil.which("docker"):
        return Outcome(SKIPPED, "docker is not installed")
    if tools.run("docker", "info", seconds=30).code:
        return Outcome(SKIPPED, "no Docker engine is running")
    return judge(tools.run("docker", "build", "--tag", "marquee:ci", "."), "image marquee:ci")


# --- a browser -----------------------------------------------------------------------------------------


def browser(tools: Tools) -> Outcome:
    """The browser tests, with an installed Chromium or one that is installed now."""
    chromium = installed_chromium(tools) or install_chromium(tools)
    if chromium is None:
        return Outcome(SKIPPED, "no Chromium is installed, and none could be installed")
    options = ("-n", "2", "--dist", "loadfile")  # the tests of a file share a server
    return pytest(tools, "browser", "browser", *options, MARQUEE_CHROMIUM=chromium)


def installed_chromium(tools: Tools) -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    places = [tools.variables.get("MARQUEE_CHROMIUM"), *map(shutil.which, names)]
    places += [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        playwright_chromium(tools),
    ]
    return next((place for place in places if place and draws(tools, place)), None)


def playwright_chromium(tools: Tools) -> str | None:
    code = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as p: print(p.chromium.executable_path)"
    )
    done = tools.run(tools.python, "-c", code, seconds=60)
    return last_path(done.output) if done.code == 0 else None


def last_path(output: str) -> str | None:
    lines = output.strip().splitlines()
    return lines[-1] if lines else None


def draws(tools: Tools, chromium: str) -> bool:
    """Whether it starts and reads a page. A Windows program has no output to look at: there it need only exist."""
    if not Path(chromium).is_file():
        return False
    if WINDOWS:
        return True
    words = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        "data:text/html,<i>ok</i>",
    )
    return "<i>ok</i>" in tools.run(chromium, *words, seconds=60).output


def install_chromium(tools: Tools) -> str | None:
    """Playwright's own; else Debian's package, which only root can install."""
    tools.module("playwright", "install", "chromium", seconds=300)
    found = playwright_chromium(tools)
    if found and draws(tools, found):
        return found
    root = not WINDOWS and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        tools.run("apt-get", "update", "-q", seconds=120)
        words = ("install", "-y", "-q", "--no-install-recommends", "chromium")
        tools.run("apt-get", *words, seconds=420, variables={"DEBIAN_FRONTEND": "noninteractive"})
    return installed_chromium(tools)


STEPS = (
    Step("black", "formatting", command("black", "--check", ".")),
    Step("flake8", "lint", command("flake8")),
    Step("mypy", "types, strict", command("mypy")),
    Step("imports", "which room imports which", imports),
    Step("bandit", "security lint", bandit),
    Step("audit", "known vulnerabilities of the pinned packages", audit),
    Step("safety", "the same by another database", safety),
    Step(
        "unit",
        "unit tests with coverage",
        tests("unit", "not integration and not browser", *TWO, "--cov", "--cov-report=term"),
    ),
    Step(
        "integration",
        "a real server process, the real API, the watched folder",
        # They wait for processes much of the time, so three share two cores.
        tests("integration", "integration and not browser", "-n", "3"),
    ),
    Step("browser", "journeys in a real Chromium", browser),
    Step("docs", "the generated API docs are up to date", command("api.docs", "--check")),
    Step("docker", "the image builds", docker),
)


# --- running and telling -------------------------------------------------------------------------------


def run_steps(steps: Sequence[Step], tools: Tools, verbose: bool = False) -> int:
    """Run them one after the other, print the table. Gives the exit code."""
    rows: list[tuple[Step, Outcome, float]] = []
    for step in steps:
        print(f"{step.name:<12} {step.title} ...", end="", flush=True)
        start = time.monotonic()
        outcome = guarded(step, tools)
        seconds = time.monotonic() - start
        print(f" {outcome.status}{': ' + outcome.note if outcome.note else ''} ({seconds:.1f} s)")
        if outcome.output and (outcome.status == FAILED or verbose):
            print(indent(outcome.output))
        rows.append((step, outcome, seconds))
    print(table(rows))
    print(sum((outcome.tests for _, outcome, _ in rows), Counts()), flush=True)
    return int(any(outcome.status == FAILED for _, outcome, _ in rows))


def guarded(step: Step, tools: Tools) -> Outcome:
    try:
        return step.work(tools)
    except Exception as error:  # a broken check is a failed check, and the others still run
        return Outcome(FAILED, f"the check itself broke: {type(error).__name__}: {error}")


def indent(output: str) -> str:
    return "\n".join(f"    {line}" for line in output.rstrip().splitlines())


def table(rows: Sequence[tuple[Step, Outcome, float]]) -> str:
    lines = ["", f"{'step':<12} {'result':<8} {'seconds':>8}  note", "-" * 78]
    lines += [
        f"{step.name:<12} {outcome.status:<8} {seconds:>8.1f}  {outcome.note}"
        for step, outcome, seconds in rows
    ]
    counts = {
        status: sum(outcome.status == status for _, outcome, _ in rows)
        for status in (PASSED, FAILED, SKIPPED)
    }
    total = sum(seconds for _, _, seconds in rows)
    summary = ", ".join(f"{count} {status}" for status, count in counts.items())
    return "\n".join([*lines, "-" * 78, f"steps: {summary}, in {total:.0f} s"])


def parser() -> argparse.ArgumentParser:
    cli = argparse.ArgumentParser(prog="run_local_ci.py", description="Run every check of Marquee.")
    cli.add_argument(
        "--only", action="append", default=[], metavar="NAMES", help="only these steps: black,unit"
    )
    cli.add_argument(
        "--quick", action="store_true", help="lint, types, imports, the tests of what was changed"
    )
    cli.add_argument("--skip-install", action="store_true", help="take .venv, or else this Python")
    cli.add_argument("--list", action="store_true", help="list the steps and stop")
    cli.add_argument("-v", "--verbose", action="store_true", help="show what passed steps printed")
    return cli


def chosen(names: Sequence[str], steps: Sequence[Step]) -> list[Step]:
    """The steps of these names (each may hold several, with commas). Raises ValueError for an unknown one."""
    wanted = [name.strip() for part in names for name in part.split(",") if name.strip()]
    unknown = sorted(set(wanted) - {step.name for step in steps})
    if unknown:
        known = ", ".join(step.name for step in steps)
        raise ValueError(f"no step is called {', '.join(unknown)}; there are: {known}")
    return [step for step in steps if not wanted or step.name in wanted]


def quick_steps(selection: Selection) -> list[Step]:
    """Formatting, lint, types, imports and the tests of what was changed."""
    return [
        Step("black", "formatting", command("black", "--check", ".")),
        Step("flake8", "lint of what was changed", lint(selection)),
        Step("mypy", "types, strict", command("mypy")),
        Step("imports", "which room imports which", imports),
        Step("tests", "the tests of what was changed", quick(selection)),
    ]


def lint(selection: Selection) -> Callable[[Tools], Outcome]:
    files = [p for p in selection.changed if p.endswith(".py") and (HERE / p).is_file()]
    if files:
        return command("flake8", *files)
    return lambda tools: Outcome(SKIPPED, "no Python file was changed")


def main(arguments: Sequence[str] | None = None, steps: Sequence[Step] = STEPS) -> int:
    options = parser().parse_args(arguments)
    try:
        selection = select(HERE) if options.quick and not options.list else NOTHING
        steps = quick_steps(selection) if options.quick else steps
        picked = chosen(options.only, steps)
    except (ValueError, NoHistory) as error:
        return fail(str(error), 2)
    if options.list:
        print("\n".join(f"{step.name:<12} {step.title}" for step in picked))
        return 0
    print(f"Marquee checks: Python {platform.python_version()} on {platform.system()}")
    print(f"{selection}\n" if options.quick else "", end="", flush=True)
    venv = Environment(requirements=HERE / "requirements-dev.txt")
    try:
        if not options.skip_install:
            venv.ensure()
        python = str(venv.python) if venv.python.exists() else sys.executable
        return run_steps(picked, Tools(python), options.verbose)
    except SetupError as error:
        return fail(str(error), 3)
    except KeyboardInterrupt:
        return fail("\nstopped", 130)


if __name__ == "__main__":
    sys.exit(main())
