"""The short form of the races, with the real app and with threads."""

from __future__ import annotations

import sys

import pytest

from tests.faults import __main__ as faults

pytestmark = pytest.mark.integration


@pytest.mark.skipif(sys.platform == "win32", reason="the app is ended by signals")
def test_nobody_sees_a_between_and_nothing_is_imported_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = faults.main(["races", "--minutes", "0.25", "--rounds", "1"])
    assert code == 0, capsys.readouterr().out
