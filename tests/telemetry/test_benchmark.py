"""A benchmark is a process of its own; cancelled, nothing of it is left."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.errors import BadValue, Conflict, DiskFull
from core.settings import Settings
from core.telemetry.benchmark import Benchmarks
from tests.telemetry.suite import suite


@pytest.fixture
def benchmarks(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Benchmarks:
    """With a suite that waits for a file called `go`."""
    monkeypatch.setenv("MARQUEE_DATABASE", str(settings.database))
    settings.database.parent.mkdir(parents=True)
    settings.database.write_bytes(b"live")
    return Benchmarks(settings, suite(tmp_path / "program"))


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def begun(benchmarks: Benchmarks) -> list[int]:
    """Start, and wait until it works; gives its processes."""
    benchmarks.start(10_000)
    until(lambda: benchmarks.now().step == 1)
    return [int(pid) for pid in (benchmarks.folder / ".running" / "pids").read_text().split()]


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_it_tells_its_steps_and_keeps_the_result(benchmarks: Benchmarks) -> None:
    begun(benchmarks)
    now = benchmarks.now()
    assert (now.state, now.step, now.steps, now.name) == ("running", 1, 2, "import")
    with pytest.raises(Conflict):
        benchmarks.start(10_000)
    (benchmarks.folder / ".running" / "go").touch()
    until(lambda: benchmarks.now().state == "done")
    own = [one for one in benchmarks.results() if one.own]
    assert [case.name for case in own[0].cases] == ["floor", "import", "page, first"]
    assert own[0].place == "Abacus 9, 2 cores, 4.0 GB, Linux"
    assert not (benchmarks.folder / ".running").exists()


def test_cancelled_in_the_middle_nothing_is_left(
    benchmarks: Benchmarks, settings: Settings
) -> None:
    pids = begun(benchmarks)
    benchmarks.cancel()
    until(lambda: all(gone(pid) for pid in pids))
    assert benchmarks.now().state == "cancelled" and "nothing was kept" in benchmarks.now().message
    assert [path.name for path in benchmarks.folder.iterdir()] == []
    assert settings.database.read_bytes() == b"live"
    benchmarks.cancel()  # again: nothing to do
    begun(benchmarks)  # and it can be started anew
    benchmarks.close()
    assert benchmarks.now().state == "cancelled"


def test_one_that_fails_says_why(benchmarks: Benchmarks) -> None:
    benchmarks.folder.mkdir(parents=True)
    (benchmarks.folder / "how").write_text("--fail")
    benchmarks.start(10_000)
    until(lambda: benchmarks.now().state == "failed")
    assert "there is no room for it" in benchmarks.now().message
    assert not (benchmarks.folder / ".running").exists()


def test_what_cannot_begin(benchmarks: Benchmarks, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadValue):
        benchmarks.start(12)
    with pytest.raises(OSError):
        Benchmarks(settings, (str(tmp_path / "nowhere"),)).start(10_000)
    much = shutil.disk_usage(tmp_path).free // 1_000_000 + 1
    full = settings.model_copy(update={"min_free_mb": much})
    with pytest.raises(DiskFull):
        Benchmarks(full).start(10_000)
    assert not (benchmarks.folder / ".running").exists()


def test_what_a_crash_left_is_removed_at_the_next_start(benchmarks: Benchmarks) -> None:
    left = benchmarks.folder / ".running" / "old"
    left.mkdir(parents=True)
    begun(benchmarks)
    assert not left.exists()
    benchmarks.close()


def test_a_result_that_is_broken_stands_in_nobodys_way(benchmarks: Benchmarks) -> None:
    benchmarks.folder.mkdir(parents=True)
    for number, text in enumerate(("", "[]", '{"cases": 1}', '{"cases": {}, "at": 1}')):
        (benchmarks.folder / f"probe-{number}-x.json").write_text(text)
    assert not [one for one in benchmarks.results() if one.own]


def test_the_probe_measures_and_leaves_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("MARQUEE_DATABASE", str(settings.database))
    benchmarks = Benchmarks(settings)
    benchmarks.start(10_000)
    until(lambda: benchmarks.now().state != "running", 120.0)
    assert benchmarks.now().state == "done", benchmarks.now().message
    (own,) = [one for one in benchmarks.results() if one.own]
    assert own.rows == 10_000 and own.versions["duckdb"] and own.commit is None
    cases = {case.name: case for case in own.cases}
    assert list(cases)[:3] == ["floor", "import", "again"] and "rollback" in cases
    assert all(case.seconds > 0 for case in own.cases) and cases["floor"].ratio == 1.0
    assert (cases["import"].ratio or 0) > 1.0
    assert not settings.database.exists() and [p.name for p in benchmarks.folder.iterdir()] == [
        next(benchmarks.folder.glob("probe-10000-*.json")).name
    ]
