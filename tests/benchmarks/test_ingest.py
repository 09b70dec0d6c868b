"""The benchmarks run, and say what was measured. Nothing here is timed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import suite
from benchmarks.__main__ import main
from benchmarks.cases import CASES, Work, records
from benchmarks.cases.case import timed
from benchmarks.machine import ROOT
from benchmarks.people import KINDS, generate
from benchmarks.suite import BenchmarkError, Round, Suite, only

ROWS = 2_000


@pytest.fixture(scope="module")
def did(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each case says of itself, but for those that start a server; all in this process, no call more often than it must."""
    files = generate(tmp_path_factory.mktemp("files"), ROWS, tuple(KINDS))
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "timed", partial(timed, most=15))
        for number, each in enumerate(suite.INGEST[:-1]):
            folder = tmp_path_factory.mktemp(f"work-{number}")
            if each.like:
                CASES[each.like].run(Work(folder, files))
            for name in each.cases:
                if name not in ("start", "api upload", "api read"):
                    found[name] = CASES[name].run(Work(folder, files))
    return found


def test_every_case_does_its_work(did: dict[str, Any]) -> None:
    rejected = did["import"]["counts"]["rejected"]
    good = ROWS - rejected
    assert 0.02 < rejected / ROWS < 0.04
    for name in ("import", "import lines", "import array", "import sheet"):
        assert did[name]["rows"] == ROWS and did[name]["counts"]["new"] == good, name
    for name in ("floor", "floor lines", "floor array", "floor sheet", "read"):
        assert did[name]["rows"] == ROWS, name
    assert did["preview"]["counts"]["new"] == good
    assert did["again"]["counts"]["unchanged"] == good
    assert 0.18 < did["changed"]["counts"]["changed"] / ROWS < 0.21
    assert 0.08 < did["known"]["counts"]["changed"] / ROWS < 0.11
    assert did["rollback"]["rows"] == did["export"]["rows"] == good
    assert did["more"]["counts"]["new"] and did["more"]["counts"]["changed"]
    assert all(len(times) >= 10 for times in did["pages"]["calls"].values())


def test_the_time_of_history_is_found(did: dict[str, Any]) -> None:
    for name in ("import", "changed"):
        assert 0 < did[name]["history_seconds"] < did[name]["seconds"], name


@pytest.mark.integration
def test_every_figure_is_measured(tmp_path: Path) -> None:
    steps: list[str] = []
    whole = Suite(
        "ingest", ROWS, 1, only(suite.INGEST, {"again", "api read", "api upload"}), tmp_path
    )
    result = whole.run(steps.append)
    assert len(steps) == whole.steps and result["rows"] == ROWS and result["runs"] == 1
    cases = {case["name"]: case for case in result["cases"]}
    assert cases["floor"]["ratio"] == 1.0
    assert cases["again"]["records_written"] == 0
    for name in ("import", "again"):
        figures = cases[name]
        assert figures["seconds"] > 0 and figures["cpu_seconds"] > 0 and figures["ratio"] > 0
        assert len(figures["all_seconds"]) == 1 and figures["peak_mb"] > 50
        if sys.platform == "linux":  # elsewhere the system does not tell
            assert figures["written_mb"] > 0
    assert cases["api upload"]["rows"] == ROWS and cases["api upload"]["cpu_seconds"] > 0
    for name in ("api, one record", "api, page"):
        assert cases[name]["p95"] >= cases[name]["seconds"] > 0 and cases[name]["calls"] >= 15


def test_chosen_cases_bring_what_they_build_on() -> None:
    assert only(suite.INGEST, {"changed"}) == (
        Round(("floor",)),
        Round(("import",)),
        Round(("changed",), like="import"),
        Round(("floor",)),
        Round(("floor",)),
    )
    with pytest.raises(BenchmarkError, match="no case nonsense"):
        only(suite.INGEST, {"nonsense"})


def test_too_little_space_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="GB are free"):
        Suite("ingest", 10**12, 1, suite.SHORT, tmp_path / "files").run(lambda text: None)
    assert not (tmp_path / "files").exists()


@pytest.mark.integration
@pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_cancelling_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "ingest",
        "--rows",
        "10000",
        "--runs",
        "1",
        "--short",
    ]
    command += ["--progress", "--json", str(tmp_path / "result.json")]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    steps = [json.loads(child.stdout.readline()) for _ in range(2)]
    assert [step["step"] for step in steps] == [1, 2] and steps[0]["steps"] == 4
    while not (below := psutil.Process(child.pid).children(recursive=True)):
        assert child.poll() is None
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130 and err.strip().splitlines()[-1] == "cancelled"
    assert list(tmp_path.iterdir()) == []
    assert psutil.wait_procs(below, timeout=10)[1] == []


@pytest.mark.integration
def test_what_a_killed_run_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite.tempfile, "gettempdir", lambda: str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    old, own = (tmp_path / f"{suite.PREFIX}{pid}-x" for pid in (ended.pid, os.getpid()))
    for folder in (old, own):
        folder.mkdir()
    with suite.scratch():
        assert not old.exists() and own.exists()


def test_a_wrong_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "--only", "nonsense"]) == 1
    assert "there is no case nonsense" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["ingest", "--rows", "0"])
    assert stopped.value.code == 2
