"""The short forms: real processes, killed, starved and stopped. The long ones: docs/reliability.md."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.__main__ import main

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="signals, limits and /proc of Linux"),
]


def test_kill(tmp_path: Path) -> None:
    assert main(["kill", "--runs", "12", "--seed", "7", "--fork", "--folder", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    "scene",
    ["descriptors", "memory", "sigterm", "sigstop", "zombie", "clock", "second", "leftovers"],
)
def test_limits(scene: str) -> None:
    assert main(["limits", "--only", scene]) == 0


def test_soak(tmp_path: Path) -> None:
    assert main(["soak", "--minutes", "0.3", "--folder", str(tmp_path)]) == 0
