"""What is swept up while a server runs: previews that nobody imported, derived files, and leftovers of a crash.

All of it is a cache, or half of something that no door accepted: the raw files and the plans make it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.files import cache, hidden, store
from core.ingest.corridor import Corridor
from core.observe import logs

log = logs.get("housekeeping")
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
            hidden.cache_dir(corridor.settings), 2 * kept
        ),  # staged rows may be read from them
    )


def pause(corridor: Corridor) -> int:
    """Seconds between two times: an hour, or less where previews are kept for less."""
    return max(1, int(min(HOUR, corridor.settings.preview_days * DAY / 4)))


def tidy(corridor: Corridor) -> None:
    """Sweep, and write down what was removed. A task of the clock."""
    swept = sweep(corridor)
    if swept != Swept(0, 0, 0):
        log.say("housekeeping.swept", **vars(swept))
