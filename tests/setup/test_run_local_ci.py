"""run_local_ci.py: how steps are picked, judged and told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import run_local_ci as ci
from checks.step import FAILED, PASSED, SKIPPED, Counts, Outcome, Step, Tools

ROOT = Path(ci.__file__).parent


def step(name: str, outcome: Outcome) -> Step:
    return Step(name, f"the {name} step", lambda tools: outcome)


GOOD = step("good", Outcome(PASSED, output="quiet when passed", tests=Counts(3, 0, 1)))
BAD = step("bad", Outcome(FAILED, output="why it failed", tests=Counts(1, 2, 0)))
LEFT_OUT = step("left-out", Outcome(SKIPPED, "no engine here"))


def go(*arguments: str, steps: tuple[Step, ...]) -> int:
    return ci.main(["--skip-install", *arguments], steps)


def test_nothing_failed_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert go(steps=(GOOD, LEFT_OUT)) == 0
    out = capsys.readouterr().out
    assert "quiet when passed" not in out
    assert "steps: 1 passed, 0 failed, 1 skipped" in out
    assert out.splitlines()[-1] == "3 passed, 0 failed, 1 skipped"


def test_a_skipped_step_is_shown_as_skipped_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    go(steps=(LEFT_OUT,))
    row = [line for line in capsys.readouterr().out.splitlines() if line.startswith("left-out")][-1]
    assert row.split()[1] == "skipped"
    assert "no engine here" in row and "passed" not in row


def test_a_failed_step_is_one_and_the_others_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert go(steps=(BAD, GOOD)) == 1
    out = capsys.readouterr().out
    assert "why it failed" in out
    assert out.splitlines()[-1] == "4 passed, 2 failed, 1 skipped"


def test_a_step_that_breaks_is_a_failed_step(capsys: pytest.CaptureFixture[str]) -> None:
    def breaks(tools: Tools) -> Outcome:
        raise RuntimeError("oh")

    assert go(steps=(Step("breaks", "", breaks), GOOD)) == 1
    assert "RuntimeError: oh" in capsys.readouterr().out


def test_only_runs_those_and_verbose_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert go("--only", "good,left-out", "-v", steps=(BAD, GOOD, LEFT_OUT)) == 0
    out = capsys.readouterr().out
    assert "quiet when passed" in out
    assert "the bad step" not in out


def test_an_unknown_name_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert go("--only", "goood", steps=(GOOD, BAD)) == 2
    assert "goood" in (said := capsys.readouterr().err) and "good, bad" in said


def test_list_needs_nothing_but_python() -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "run_local_ci.py"), "--list"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.splitlines()]
    assert listed == [step.name for step in ci.STEPS]
    assert {"black", "flake8", "mypy", "bandit", "audit", "unit", "integration"} <= set(listed)


def test_no_docker_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci.shutil, "which", lambda name: None)
    assert ci.docker(Tools()) == Outcome(SKIPPED, "docker is not installed")
