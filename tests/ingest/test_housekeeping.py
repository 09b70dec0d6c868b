"""What nobody needs any more goes while a server runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from core import Workbench
from core.ingest import housekeeping
from core.settings import Settings

Csv = Callable[..., Path]


def test_a_server_sweeps_when_it_starts(settings: Settings) -> None:
    old = settings.data_dir / ".cache" / "left.txt"
    old.parent.mkdir(parents=True)
    old.write_text("left behind by a crash")
    long_ago = time.time() - 3 * settings.preview_days * 24 * 3_600
    os.utime(old, (long_ago, long_ago))
    with Workbench.open(settings=settings) as wb:
        wb.start()
        until = time.monotonic() + 20
        while old.exists():
            assert time.monotonic() < until, "nothing was swept"
            time.sleep(0.02)


def test_what_is_staged_stays_until_its_time(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.preview(csv_file("name", "Ada")).id
    assert housekeeping.sweep(wb.corridor).staged == 0 and wb.uploads.at_hand(upload)
    wb.corridor.settings.__dict__["preview_days"] = 1e-9
    time.sleep(0.01)
    assert housekeeping.sweep(wb.corridor).staged == 1 and not wb.uploads.at_hand(upload)
    assert wb.preview(upload).counts.new == 1, "it is made again from the raw file"
