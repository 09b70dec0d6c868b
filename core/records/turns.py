"""Searches take turns: each uses every core for a while, and many at once would leave nothing for the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Busy

LONGEST_WAIT = 60.0  # seconds
_TURN = threading.BoundedSemaphore(1)


@contextmanager
def turn() -> Iterator[None]:
    """Alone among the searches of this process. Raises Busy after a minute of waiting."""
    if not _TURN.acquire(timeout=LONGEST_WAIT):
        raise Busy(f"other searches took more than {LONGEST_WAIT:.0f} seconds")
    try:
        yield
    finally:
        _TURN.release()
