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
