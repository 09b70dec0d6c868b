"""Seconds, processor time and bytes written of this process. Standard library alone: peers use it, too."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any


class Clock:
    """What passed since it was made: on the wall, of the processor (all threads, and children that
    ended), and the bytes handed to the disk by both, where the system tells."""

    def __init__(self) -> None:
        self.wall, self.cpu, self.written = time.perf_counter(), _cpu(), _written()

    def read(self) -> dict[str, Any]:
        """{seconds, cpu_seconds, written_mb} as the start of a case's answer."""
        found = {
            "seconds": time.perf_counter() - self.wall,
            "cpu_seconds": _cpu() - self.cpu,
        }
        written = _written()
        if written is not None and self.written is not None:
            found["written_mb"] = (written - self.written) / 1e6
        return found


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _written() -> int | None:
    # Linux adds a child's account to its parent's when the child has ended.
    try:
        lines = Path("/proc/self/io").read_text("ascii").splitlines()
    except OSError:
        return None
    return next(
        (int(v) for n, _, v in (x.partition(": ") for x in lines) if n == "write_bytes"), None
    )
