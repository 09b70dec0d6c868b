#!/usr/bin/env python3
"""Set up and run every check of Marquee. Standard library only; the same on Linux, macOS and Windows.

Every step ends as passed, failed, or skipped with its reason. Exit codes: 0 nothing failed, 1 a step failed,
2 a wrong option, 3 the set-up failed.
"""

import run_app  # noqa: F401  # first of all: it refuses a Python that is too old, in plain words

import argparse
import platform
import shutil
import sys
import time
from collections.abc import Callable, Sequence

from checks.browser import browser
from checks.description import description
from checks.leaks import leaks
from checks.quick import NOTHING, NoHistory, Selection, select
from checks.step import (
    FAILED,
    PASSED,
    SKIPPED,
    Counts,
    Outcome,
    Step,
    Tools,
    command,
    judge,
    last_line,
)
from checks.suite import quick, tests
from checks.vulnerabilities import audit, safety
from core.launch.console import fail
from core.launch.environment import HERE, Environment, SetupError

PYTHON_FILES = ("core", "api", "pages", "checks", "app.py", "run_app.py", "run_local_ci.py")
THREE = ("-n", "3", "--dist", "worksteal")  # who is done early takes over from the other

# --- the steps -----------------------------------------------------------------------------------------

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


def docker(tools: Tools) -> Outcome:
    if not shutil.which("docker"):
        return Outcome(SKIPPED, "docker is not installed")
    if tools.run("docker", "info", seconds=30).code:
        return Outcome(SKIPPED, "no Docker engine is running")
    return judge(tools.run("docker", "build", "--tag", "marquee:ci", "."), "image marquee:ci")


def site(tools: Tools) -> Outcome:
    """Into site/, where the app serves it under /docs."""
    return judge(tools.module("mkdocs", "build", "--strict", "--quiet", "--clean"))


def of_changed(selection: Selection, *words: str) -> Callable[[Tools], Outcome]:
    """A step that is one command over the Python files that were changed."""
    files = [p for p in selection.changed if p.endswith(".py") and (HERE / p).is_file()]
    if files:
        return command(*words, *files)
    return lambda tools: Outcome(SKIPPED, "no Python file was changed")


STEPS = (
    Step("black", "formatting", command("black", "--check", ".")),
    Step("flake8", "lint", command("flake8")),
    Step("mypy", "types, strict", command("mypy")),
    Step("imports", "which room imports which", imports),
    Step("bandit", "security lint", bandit),
    Step("leaks", "no file that git has holds a secret", leaks),
    Step("sbom", "the list of all packages", command("checks.sbom", ".ci-results/sbom.cdx.json")),
    Step("audit", "known vulnerabilities of the pinned packages", audit),
    Step("safety", "the same by another database", safety),
    Step(
        "unit",
        "unit tests with coverage",
        tests("unit", "not integration and not browser", *THREE, "--cov", "--cov-report=term"),
    ),
    Step(
        "integration",
        "a real server process, the real API, the watched folder",
        # They wait for processes much of the time, so three share two cores. Tests of one server stay together.
        tests("integration", "integration and not browser", "-n", "3", "--dist", "loadgroup"),
    ),
    Step("browser", "journeys in a real Chromium", browser),
    Step("docs", "the generated API docs are up to date", command("api.docs", "--check")),
    Step("site", "the documentation builds as a site, and its links lead somewhere", site),
    Step("description", "the API's description: Spectral, Prism, oasdiff", description),
    Step("docker", "the image builds", docker),
)


def quick_steps(selection: Selection) -> list[Step]:
    """Formatting, lint, types, imports and the tests of what was changed."""
    return [
        Step("black", "formatting", of_changed(selection, "black", "--check")),
        Step("flake8", "lint", of_changed(selection, "flake8")),
        Step("mypy", "types, strict", command("mypy")),
        Step("imports", "which room imports which", imports),
        Step("tests", "the tests of what was changed", quick(selection)),
    ]


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
        if outcome.output and (outcome.status == FAILED or outcome.only_tests or verbose):
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
