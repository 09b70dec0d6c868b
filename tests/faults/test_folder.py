"""The short form of the watched folder's faults, with the real app."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.integration
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="pipes, leases and permissions as on Linux"
)
Held = Callable[..., None]


@linux
def test_nothing_that_is_dropped_is_lost_or_doubled(held: Held) -> None:
    scenes = (f"--only={scene}" for scene in ("odd", "forbidden", "elsewhere", "many", "two"))
    held("folder", *scenes, "--files", "24", "--shared", "12", "--at-once", "3")


@linux
def test_two_databases_at_the_same_path_share_the_folder(held: Held) -> None:
    held("folder", "--only", "same", "--shared", "12")
