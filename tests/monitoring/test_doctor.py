"""The doctor: beside a running app, on a database of its own, and where none can be opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import Workbench, __version__
from core.beside.host import Host
from core.cli.main import main
from core.monitoring.monitor import Monitor
from core.observe import metrics
from tests.monitoring.conftest import Clock


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def lending(wb: Workbench) -> Iterator[None]:
    """Commands work with this workbench, as beside an app."""
    host = Host(wb.settings.database, __version__, lambda who: wb.through("cli", who))
    host.start()
    try:
        yield
    finally:
        host.close()


def doctor(capfd: pytest.CaptureFixture[str], database: Path) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was found by part."""
    capfd.readouterr()
    code = main(["doctor", "--json", "--db", str(database)])
    found = json.loads(capfd.readouterr().out)
    parts = [one["part"] for one in found]
    assert len(parts) == len(set(parts)), parts
    return code, {one["part"]: one for one in found}


def test_beside_a_running_app_it_asks_and_takes_nothing(
    monitor: Monitor, wb: Workbench, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    metrics.gauge("marquee.audit.broken", 1)
    monitor.measures._due["audit"] = 1e18
    monitor.look()
    metrics.count("marquee.imports", 3, outcome="failed")
    ran = monitor.canary.last
    with lending(wb):
        code, found = doctor(capfd, wb.settings.database)
    assert code == 10
    assert {"worker", "clock", "search", "database", "contradictions"} <= found.keys()
    assert not found["audit_broken"]["ok"] and "audit_broken.md" in found["audit_broken"]["todo"]
    assert monitor.canary.last is ran and "probe" not in found
    clock.now += 15
    monitor.look()  # what was counted meanwhile is still there for it
    assert monitor._step["marquee.imports", ("failed",), ""] == 3


def test_on_a_database_of_its_own_it_looks_itself(
    wb: Workbench, capfd: pytest.CaptureFixture[str]
) -> None:
    wb.close()
    code, found = doctor(capfd, wb.settings.database)
    assert found["probe"]["ok"] and found["contradictions"]["ok"] and "worker" not in found
    assert (code == 0) == all(one["ok"] for one in found.values())


@pytest.mark.parametrize(
    "content", [None, b"no database", b"DUCK" * 5_000], ids=["none", "text", "odd"]
)
def test_what_is_wrong_with_the_database_is_one_of_its_findings(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    place = tmp_path / "db" / "m.duckdb"
    place.parent.mkdir()
    if content is not None:
        place.write_bytes(content)
    code, found = doctor(capfd, place)
    assert code == 10 and found["disk"]["ok"] and found["folders"]["ok"]
    assert not found["database"]["ok"] and "m.duckdb" in found["database"]["cause"]
    assert found["database"]["todo"]
    assert (place.read_bytes() if content is not None else place.exists()) == (content or False)


def test_folders_and_settings_are_looked_at_without_a_database(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "raw").write_text("in the way", "utf-8")
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path / "raw" / "files"))
    monkeypatch.setenv("MARQUEE_MIN_FREE_MB", "999999999999")
    code, found = doctor(capfd, tmp_path / "none.duckdb")
    assert code == 10 and "raw is a file" in found["folders"]["cause"]
    assert not found["disk"]["ok"] and not found["database"]["ok"]
    monkeypatch.setenv("MARQUEE_MIN_FREE_MB", "much")
    code, found = doctor(capfd, tmp_path / "none.duckdb")
    assert code == 10 and "MARQUEE_MIN_FREE_MB" in found["settings"]["cause"]
