"""What a step works with: commands that end, fail or take too long, and clean variables."""

from __future__ import annotations

import sys

from checks import step
from checks.step import FAILED, PASSED, Tools


def test_a_command_that_fails_fails_its_step() -> None:
    assert step.command("timeit", "-n", "1", "-r", "1", "pass")(Tools()).status == PASSED
    assert step.command("no_such_module")(Tools()).status == FAILED


def test_what_takes_too_long_is_stopped() -> None:
    code = "import time; print('begun', flush=True); time.sleep(60)"
    done = Tools().run(sys.executable, "-c", code, seconds=1.5)
    assert done.code == -1
    assert "begun" in done.output and "stopped after" in done.output


def test_what_cannot_be_started_is_a_failure() -> None:
    assert step.judge(Tools().run("no-such-program-at-all")).status == FAILED


def test_the_users_settings_do_not_reach_the_checks() -> None:
    kept = step.clean_variables(
        {"MARQUEE_PORT": "1", "MARQUEE_CHROMIUM": "c", "PYTHONPATH": "p", "A": "b"}
    )
    assert "MARQUEE_PORT" not in kept and "PYTHONPATH" not in kept
    assert kept["MARQUEE_CHROMIUM"] == "c" and kept["A"] == "b"


def test_processes_that_tests_start_find_their_modules_compiled() -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in step.clean_variables({"PYTHONDONTWRITEBYTECODE": "1"})
