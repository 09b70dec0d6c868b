"""The short form of the disk's faults: a few fillings of a small disk, and coarse cuts of the WAL."""

from __future__ import annotations

import sys

import pytest

from tests.faults import __main__ as faults

pytestmark = pytest.mark.integration


@pytest.mark.skipif(sys.platform != "linux", reason="small disks are mounted as on Linux")
def test_a_full_or_damaged_disk_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["disk", "--left", "2", "--floors", "0", "--step", "16384"]
    code = faults.main([*few, "--spills", "1", "--backups", "2"])
    assert code == 0, capsys.readouterr().out
