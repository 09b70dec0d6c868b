"""A real disk without room for the log: work goes on, what is lost is counted and said, and lines are whole afterwards."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.monitoring.monitor import Monitor
from core.observe import logs, metrics
from core.observe.writing import Writing
from core.settings import Settings
from tests.faults.small import can_mount, fill, small_disk

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not can_mount(), reason="a small disk can be mounted by root alone"),
]
log = logs.get("jobs")


@pytest.fixture
def monitor(wb: Workbench) -> Monitor:
    return wb.services.monitor


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", 3) as found:
        yield found


def lines(text: str) -> list[dict[str, Any]]:
    """Each of them must be one whole object."""
    return [json.loads(line) for line in text.splitlines()]


def dropped() -> float:
    return metrics.value("marquee.telemetry.dropped", what="log") or 0.0


@pytest.mark.parametrize("megabytes", [1, 20], ids=["while it is rotated", "in one file"])
def test_a_full_disk_of_the_log(
    settings: Settings, wb: Workbench, monitor: Monitor, disk: Path, megabytes: int, tmp_path: Path
) -> None:
    place = disk / "log" / "marquee.log"
    told = {"log_file": place, "log_file_mb": megabytes, "log_format": "json"}
    out = io.StringIO()
    writing = Writing(settings.model_copy(update=told), out)
    writing.begin()
    try:
        log.say("job.done", kind="before", rows=1)
        writing.flush(20)
        fill(disk, 0.0)
        for number in range(8_000):  # more than a megabyte
            log.say("job.done", kind="import", rows=number)
            if number % 500 == 0:
                writing.flush(20)
        writing.flush(20)
        assert dropped() > 1_000
        people = tmp_path / "people.csv"
        people.write_text("name\nAda\n", "utf-8")
        assert wb.import_file(people).status == "imported"
        monitor.look()
        writing.flush(20)
        assert any(line["event"] == "telemetry.dropped" for line in lines(out.getvalue()))
        (disk / "filler").unlink()
        before = dropped()
        log.say("job.done", kind="after", rows=1)
        writing.flush(20)
        assert dropped() == before
    finally:
        writing.end()
    kept = lines("".join(p.read_text("utf-8") for p in sorted(place.parent.iterdir())[::-1]))
    assert kept[0].get("kind") == "before" and kept[-1].get("kind") == "after"
