"""Runs of pytest, judged by what ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import suite
from checks.step import FAILED, PASSED, SKIPPED, Outcome, Tools


def pytest_run(tmp_path: Path, body: str) -> Outcome:
    test_file = tmp_path / "test_one.py"
    test_file.write_text(body)
    alone = ("-c", str(tmp_path / "pytest.ini"), "--rootdir", str(tmp_path), str(test_file))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return suite.pytest(Tools(results=tmp_path / "out"), "one", "not slow", *alone)


@pytest.mark.parametrize(
    ("body", "status", "counts"),
    [
        ("def test_a(): pass\n", PASSED, "1 passed, 0 failed, 0 skipped"),
        ("def test_a(): assert 0\ndef test_b(): pass\n", FAILED, "1 passed, 1 failed, 0 skipped"),
        (
            "import pytest\ndef test_a(): pytest.skip('no such thing')\n",
            SKIPPED,
            "0 passed, 0 failed, 1 skipped",
        ),
        ("x = 1\n", FAILED, "0 passed, 0 failed, 0 skipped"),
        ("import nothing_like_it\n", FAILED, "0 passed, 1 failed, 0 skipped"),
    ],
)
def test_a_pytest_run_is_judged_by_what_ran(
    tmp_path: Path, body: str, status: str, counts: str
) -> None:
    outcome = pytest_run(tmp_path, body)
    assert (outcome.status, str(outcome.tests)) == (status, counts), outcome.output
    assert status != SKIPPED or "no such thing" in outcome.note


ONCE = """
import pathlib
def test_late():
    seen = pathlib.Path(__file__).with_name("seen")
    there = seen.exists()
    seen.touch()
    assert there
def test_b(): pass
"""


def test_a_test_that_came_too_late_is_tried_again_and_named(tmp_path: Path) -> None:
    outcome = pytest_run(tmp_path, ONCE)
    assert outcome.status == PASSED, outcome.output
    assert outcome.note == "2 passed, 0 failed, 0 skipped; on a second try alone: test_late"
    assert outcome.only_tests and "assert there" in outcome.output  # what it failed by is shown


def test_a_wrong_test_beside_a_late_one_fails(tmp_path: Path) -> None:
    outcome = pytest_run(tmp_path, ONCE + "def test_wrong(): assert 1 == 2\n")
    assert outcome.status == FAILED and outcome.tests.failed == 2
    assert "Once more, alone" in outcome.output


def test_many_that_fail_are_not_tried_again(tmp_path: Path) -> None:
    many = "".join(f"def test_{n}(): assert 0\n" for n in range(suite.FEW + 1))
    outcome = pytest_run(tmp_path, many)
    assert outcome.status == FAILED and not (tmp_path / "out" / "one-again.xml").exists()


def test_a_second_try_has_the_machine_to_itself() -> None:
    options = ("-n", "3", "--dist", "loadgroup", "--cov", "--cov-report=term", "tests/api")
    assert suite._without_shares(options) == ("tests/api",)
