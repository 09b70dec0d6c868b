"""What the tray above every page says of a running job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pages._palette import palette


def job(share: float, seconds: float, **more: Any) -> Any:
    began = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
    base = {"id": "1", "kind": "backup", "upload_id": None, "stage": "copying the files"}
    return SimpleNamespace(**base, options={}, rate=0.0, share=share, started_at=began, **more)


@pytest.mark.parametrize(
    ("share", "seconds", "told"),
    [
        (0.0, 5, "Copying the files that are new"),
        (0.5, 60, "Copying the files that are new · 50% · 60 s left"),
        (0.1, 60, "Copying the files that are new · 10% · 9 min left"),
        (1.0, 60, "Copying the files that are new"),
    ],
)
def test_a_job_is_told_with_its_time_left(share: float, seconds: float, told: str) -> None:
    found = palette._told(job(share, seconds))
    assert (found["label"], found["share"]) == ("Backup", share)
    assert found["told"].replace("59 s", "60 s").replace("8 min", "9 min") == told
