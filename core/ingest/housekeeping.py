"""What is swept up while a server runs: previews that nobody imported, derived files, and leftovers of a crash.

All of it is a cache, or half of something that no door accepted: the raw files and the plans make it again.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from core.files import cache, store
from core.ingest.corridor import Corridor

log = logging.getLogger("marquee.housekeeping")
HOUR = 3_600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Swept:
    """How many were removed: uploads cut off by a crash, derived files, staged uploads."""

    received: int
    derived: int
    staged: int


def sweep(corridor: Corridor) -> Swept:
    """Once."""
    kept = corridor.settings.preview_days * DAY
    return Swept(
        received=store.sweep(corridor.folder),
        staged=corridor.shelf.sweep(kept),
        derived=cache.sweep(
            corridor.folder / ".cache", 2 * kept
        ),  # staged rows may be read from them
    )


class Housekeeper:
    """Sweeps at the start and again and again, in a thread of its own."""

    def __init__(self, corridor: Corridor) -> None:
        self.corridor = corridor
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="marquee-housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _loop(self) -> None:
        pause = min(HOUR, self.corridor.settings.preview_days * DAY / 4)
        while True:
            try:
                swept = sweep(self.corridor)
                if swept != Swept(0, 0, 0):
                    log.info("swept up: %s", swept)
            except Exception:  # the disk may refuse; the next time may do better
                log.exception("not everything could be swept up")
            if self._stop.wait(pause):
                return
