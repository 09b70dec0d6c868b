"""run_local_ci.py: how steps are picked, judged and told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import run_local_ci as ci
from run_local_ci import FAILED, PASSED, SKIPPED, Outcome, Step, Counts, Tools

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


# --- commands and pytest runs


def test_a_command_that_fails_fails_its_step() -> None:
    assert ci.command("timeit", "-n", "1", "-r", "1", "pass")(Tools()).status == PASSED
    assert ci.command("no_such_module")(Tools()).status == FAILED


def test_what_takes_too_long_is_stopped() -> None:
    code = "import time; print('begun', flush=True); time.sleep(60)"
    done = Tools().run(sys.executable, "-c", code, seconds=1.5)
    assert done.code == -1
    assert "begun" in done.output and "stopped after" in done.output


def test_what_cannot_be_started_is_a_failure() -> None:
    assert ci.judge(Tools().run("no-such-program-at-all")).status == FAILED


def pytest_run(tmp_path: Path, body: str) -> Outcome:
    test_file = tmp_path / "test_one.py"
    test_file.write_text(body)
    alone = ("-c", str(tmp_path / "pytest.ini"), "--rootdir", str(tmp_path), str(test_file))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return ci.pytest(
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


def test_the_users_settings_do_not_reach_the_checks() -> None:
    kept = ci.clean_variables(
        {"MARQUEE_PORT": "1", "MARQUEE_CHROMIUM": "c", "PYTHONPATH": "p", "A": "b"}
    )
    assert "MARQUEE_PORT" not in kept and "PYTHONPATH" not in kept
    assert kept["MARQUEE_CHROMIUM"] == "c" and kept["A"] == "b"


# --- Safety


def safety_that(tmp_path: Path, body: str) -> Tools:
    """Tools that find a module `safety` which does this with `pins` and `report`."""
    (tmp_path / "safety.py").write_text(
        "import json, sys\npins, report = sys.argv[-3], sys.argv[-1]\n"
        f"known = 'known' in pins\n{body}\n"
    )
    return Tools(results=tmp_path / "out", variables={"PYTHONPATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("body", "status", "note"),
    [
        ("sys.exit('ConnectError: Name or service not known')", SKIPPED, "Name or service"),
        ("open(report, 'w').write('nonsense')", SKIPPED, "no data"),
        ("json.dump({'vulnerabilities': []}, open(report, 'w'))", SKIPPED, "no data"),
        (
            "bad = [{'package_name': 'requests'}] if known else []\n"
            "json.dump({'vulnerabilities': bad, 'scanned_packages': {'a': 1}}, open(report, 'w'))",
            PASSED,
            "1 packages looked up",
        ),
        (
            "bad = [{'package_name': 'requests' if known else 'jinja2'}]\n"
            "json.dump({'vulnerabilities': bad, 'scanned_packages': {'a': 1}}, open(report, 'w'))",
            FAILED,
            "vulnerable: jinja2",
        ),
        (
            "if not known: sys.exit('too many requests')\n"
            "json.dump({'vulnerabilities': [{'package_name': 'requests'}]}, open(report, 'w'))",
            SKIPPED,
            "stopped answering: too many requests",
        ),
    ],
)
def test_safety_passes_only_what_it_looked_up(
    tmp_path: Path, body: str, status: str, note: str
) -> None:
    outcome = ci.look_up(safety_that(tmp_path, body))
    assert (outcome.status, note in outcome.note) == (status, True), outcome


def test_safety_that_cannot_be_installed_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(self: object, again: bool = False) -> None:
        raise ci.SetupError("no package index can be reached")

    monkeypatch.setattr(ci.Environment, "ensure", no_network)
    outcome = ci.safety(Tools())
    assert outcome.status == SKIPPED and "package index" in outcome.note


# --- skips with a reason


def test_no_vulnerability_database_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci, "vulnerability_service", lambda tools: None)
    outcome = ci.audit(Tools())
    assert outcome.status == SKIPPED and "database" in outcome.note


@pytest.mark.parametrize(
    ("answering", "expected"), [("pypi osv", "pypi"), ("osv", "osv"), ("", None)]
)
def test_a_database_is_proved_by_what_is_known(
    tmp_path: Path, answering: str, expected: str | None
) -> None:
    """One that cannot be reached reports no vulnerability, or nothing at all."""
    (tmp_path / "pip_audit.py").write_text(
        "import json, pathlib, sys\n"
        "words = sys.argv\n"
        "pins = pathlib.Path(words[words.index('-r') + 1]).read_text()\n"
        "bad = words[words.index('-s') + 1] in " + repr(answering.split()) + "\n"
        "assert pins == 'requests==2.19.0\\n'\n"
        "found = [{'name': 'requests', 'vulns': [{'id': 'CVE'}] if bad else []}]\n"
        "pathlib.Path(words[-1]).write_text(json.dumps({'dependencies': found}))\n"
    )
    tools = Tools(results=tmp_path / "out", variables={"PYTHONPATH": str(tmp_path)})
    assert ci.vulnerability_service(tools) == expected


def test_an_audit_that_looked_nothing_up_has_not_passed() -> None:
    unknown = {"name": "a", "skip_reason": "not found"}
    fine = {"name": "b", "vulns": []}
    vulnerable = {"name": "c", "vulns": [{"id": "CVE-1"}]}
    assert ci.read_audit({"dependencies": [unknown]}, "").status == SKIPPED
    assert ci.read_audit({"dependencies": [unknown, fine]}, "").status == PASSED
    assert ci.read_audit({"dependencies": [fine, vulnerable]}, "").note == "vulnerable: c"


def test_no_docker_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci.shutil, "which", lambda name: None)
    assert ci.docker(Tools()) == Outcome(SKIPPED, "docker is not installed")


def test_no_browser_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci, "installed_chromium", lambda tools: None)
    monkeypatch.setattr(ci, "install_chromium", lambda tools: None)
    assert ci.browser(Tools()).status == SKIPPED


def test_a_program_that_draws_nothing_is_no_browser(tmp_path: Path) -> None:
    assert not ci.draws(Tools(), str(tmp_path / "chromium"))
    if sys.platform != "win32":
        assert not ci.draws(Tools(), sys.executable)
