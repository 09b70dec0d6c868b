"""The short form of the disk's faults: a few fillings of a small disk, and coarse cuts of the WAL."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="small disks are mounted as on Linux"),
]
Held = Callable[..., None]


def test_a_damaged_log_or_raw_file_loses_nothing(held: Held) -> None:
    held("disk", "--only", "wal", "--only", "raw", "--step", "16384")


def test_a_full_disk_loses_nothing(held: Held) -> None:
    few = ("--left", "2", "--floors", "0", "--spills", "1", "--backups", "2")
    scenes = (f"--only={scene}" for scene in ("full", "read-only", "spill", "backups"))
    held("disk", *scenes, *few)


def test_a_disk_that_turns_read_only_loses_nothing(held: Held) -> None:
    held("disk", "--only", "turned")
