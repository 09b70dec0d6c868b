"""The short form of the watched folder's faults, with the real app."""

from __future__ import annotations

import sys

import pytest

from tests.faults import __main__ as faults

pytestmark = pytest.mark.integration
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="pipes, leases and permissions as on Linux"
)


@linux
def test_nothing_that_is_dropped_is_lost_or_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    code = faults.main(["folder", "--files", "24", "--shared", "12", "--at-once", "3"])
    assert code == 0, capsys.readouterr().out
