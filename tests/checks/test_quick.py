"""`run_local_ci.py --quick`: what was changed, which tests belong to it, and where it stops."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import run_local_ci as ci
from checks import budget, quick, suite
from checks.step import PASSED, SKIPPED, Outcome, Tools


def git(folder: Path, *words: str) -> None:
    person = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A main with two commits, and a handful of modules with tests."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    write(root, core__room__dates="", core__room__number_signs="", core__other="", run_app="")
    write(
        root,
        tests__room__test_dates="from core.room import dates\n",
        tests__room__test_dates_more="",
        tests__room__test_numbers="",
        tests__room__test_number_form="",
        tests__helper="import core.other\n",
        tests__far__test_far="from tests import helper\nimport core.room.dates\n",
        tests__setup__test_run_app="",
    )
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    write(root, core__second="")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    return root


# --- what was changed


def test_on_main_it_is_the_last_commit_and_what_is_not_committed(project: Path) -> None:
    assert quick.changes(project)[1] == ["core/second.py"]
    write(project, core__other="x = 1", core__new="")
    assert quick.changes(project)[1] == ["core/new.py", "core/other.py", "core/second.py"]


def test_on_a_branch_it_is_all_since_main(project: Path) -> None:
    git(project, "checkout", "-qb", "branch")
    for name in ("a", "b"):
        write(project, **{f"core__{name}": ""})
        git(project, "add", "-A")
        git(project, "commit", "-qm", name)
    git(project, "rm", "-q", "core/other.py")
    assert quick.changes(project)[1] == ["core/a.py", "core/b.py", "core/other.py"]


def test_without_git_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(quick.NoHistory):
        quick.changes(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(quick.NoHistory):
        quick.changes(tmp_path)


# --- what tests it


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("core/room/dates.py", ["room/test_dates", "room/test_dates_more", "far/test_far"]),
        ("core/other.py", ["far/test_far"]),  # by way of a helper
        ("tests/helper.py", ["far/test_far"]),
        ("tests/room/test_numbers.py", ["room/test_numbers"]),
        ("run_app.py", ["setup/test_run_app"]),
        (
            "core/room/number_signs.py",  # nobody names it: the room, the same word first
            ["room/test_number_form", "room/test_dates", "room/test_dates_more"],
        ),
        ("core/room/words/en.txt", ["room/test_dates", "room/test_dates_more"]),
        ("pyproject.toml", ["setup/test_run_app"]),
        ("LICENSE", []),
    ],
)
def test_the_closest_tests_are_first(project: Path, changed: str, tests: list[str]) -> None:
    found = quick.Tests(project).of([changed])
    assert found[: len(tests)] == [f"tests/{test}.py" for test in tests]
    assert bool(found) == bool(tests)


def test_a_changed_test_goes_before_all_others(project: Path) -> None:
    found = quick.Tests(project).of(["core/room/dates.py", "tests/room/test_numbers.py"])
    assert found[0] == "tests/room/test_numbers.py"


def test_what_is_too_much_is_named(project: Path) -> None:
    write(project, core__room__dates="x = 1")
    selection = quick.select(project, most=1)
    assert selection.tests == ("tests/room/test_dates.py",)
    assert selection.left_out == ("tests/room/test_dates_more.py", "tests/far/test_far.py")
    assert "left out, 2 test files: tests/room/test_dates_more.py" in str(selection)


def test_this_project_finds_its_own() -> None:
    of = quick.Tests(ci.HERE).of
    assert of(["core/settings.py"])[0] == "tests/test_settings.py"
    assert of(["checks/quick.py"]) == ["tests/checks/test_quick.py"]
    assert of(["checks/safety/requirements.txt"])[0].startswith("tests/checks/")
    assert "tests/faults/test_stateful.py" in of(["tests/oracle.py"])


# --- the step


def run(tmp_path: Path, body: str, seconds: float = 60) -> Outcome:
    """The step over one file of tests, with so much time since it was chosen."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  integration\n  browser\n")
    test = tmp_path / "test_one.py"
    test.write_text(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "QUICK_SECONDS", seconds)
        patch.setattr(suite, "LEAST_SECONDS", seconds)
        step = suite.quick(
            quick.Selection("x", (), ("-c", f"{tmp_path}/pytest.ini", str(test)), ())
        )
        return step(Tools(results=tmp_path / "out"))


def test_tests_that_start_servers_are_not_run(tmp_path: Path) -> None:
    slow = "import pytest\n@pytest.mark.integration\ndef test_a(): assert 0\n"
    assert run(tmp_path, slow).status == SKIPPED
    assert run(tmp_path, f"{slow}def test_b(): pass\n").status == PASSED


def test_when_the_time_is_over_the_rest_is_left_out_and_counted(tmp_path: Path) -> None:
    outcome = run(tmp_path, "def test_a(): pass\ndef test_b(): pass\n", seconds=-1)
    assert outcome.status == SKIPPED and "2 of them left out" in outcome.note
    assert outcome.tests.passed == 0
    assert suite.TIME_IS_OVER in budget.OVER


def test_no_test_is_a_skip() -> None:
    outcome = suite.quick(quick.Selection("x", ("LICENSE",), (), ()))(Tools())
    assert (outcome.status, outcome.note) == (SKIPPED, "no test belongs to what was changed")


def test_only_changed_files_are_linted(tmp_path: Path) -> None:
    nothing = ci.of_changed(quick.Selection("x", ("README.md", "core/gone.py"), (), ()), "flake8")
    assert nothing(Tools()).status == SKIPPED
    some = ci.of_changed(quick.Selection("x", ("README.md", "checks/quick.py"), (), ()), "flake8")
    assert some(Tools()).status == PASSED


def test_the_steps_are_listed_without_a_look_at_the_changes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_history(_root: Path) -> quick.Selection:
        raise quick.NoHistory("this is no git checkout")

    monkeypatch.setattr(ci, "select", no_history)
    assert ci.main(["--quick", "--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["black", "flake8", "mypy", "imports", "tests"]
    assert ci.main(["--quick", "--skip-install"]) == 2
    assert "no git checkout" in capsys.readouterr().err


def test_time_is_counted_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def fake(*_words: object, QUICK_UNTIL: str) -> Outcome:
        seen.append(float(QUICK_UNTIL))
        return Outcome(PASSED)

    monkeypatch.setattr(suite, "pytest", fake)
    step = suite.quick(quick.Selection("x", (), ("tests/test_settings.py",), ()))
    now = 1_000_000.0
    monkeypatch.setattr(suite.time, "time", lambda: now)
    step(Tools(results=tmp_path, begun=now - 10))
    step(Tools(results=tmp_path, begun=now - 500))
    assert seen == [now - 10 + suite.QUICK_SECONDS, now + suite.LEAST_SECONDS]
