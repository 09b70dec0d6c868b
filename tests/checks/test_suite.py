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
    return suite.pytest(
        Tools(results=tmp_path / "out"), "one", "not slow", "-p", "no:cacheprovider", *alone
    )


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
