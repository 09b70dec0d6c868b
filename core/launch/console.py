"""What the start scripts print. Standard library only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def say(text: str) -> None:
    print(text, flush=True)


def timed(text: str, work: Callable[[], None]) -> None:
    """Run `work`; print a line before it and its seconds after it."""
    print(f"  {text} ...", end="", flush=True)
    start = time.monotonic()
    try:
        work()
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", flush=True)


def fail(text: str, code: int) -> int:
    """Print why it ends, and give the exit code."""
    print(text, file=sys.stderr, flush=True)
    return code
