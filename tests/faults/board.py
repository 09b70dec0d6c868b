"""Where the app was when it died: a small file that its wrapper writes and the harness reads.

The file is mapped into both processes, so what was written is there after a kill -9. Each stage has a
counter (how many threads are inside) and the time that it took last; the harness writes its wishes
into the same file: where to die and how long after entering, and when to checkpoint.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

STAGES = (
    *("starting", "migrating", "receiving", "claiming", "reading", "staging"),
    *("checking", "committing", "checkpointing", "rolling back", "moving"),
)
_SIZE = 256
_WISH = 128  # one byte: stage + 1, then four: microseconds
_CHECKPOINT = 140


class Board:
    """The mapped file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    # -------------------------------------------------------------- the harness

    def clear(self) -> None:
        """Before a start: nobody is anywhere, nothing is wished. The times stay."""
        self._map[: len(STAGES)] = bytes(len(STAGES))
        self._map[_WISH : _CHECKPOINT + 1] = bytes(_CHECKPOINT + 1 - _WISH)

    def aim(self, stage: str, seconds: float) -> None:
        """Die so many seconds after the next entrance of a stage."""
        struct.pack_into("<I", self._map, _WISH + 1, int(seconds * 1e6))
        self._map[_WISH] = STAGES.index(stage) + 1

    def checkpoint(self) -> None:
        """Have the app checkpoint once."""
        self._map[_CHECKPOINT] = 1

    def inside(self) -> list[str]:
        """The stages that somebody is in."""
        return [stage for place, stage in enumerate(STAGES) if self._map[place]]

    def took(self, stage: str) -> float:
        """Seconds that a stage took last; 0 when it was never left."""
        return float(struct.unpack_from("<I", self._map, 64 + 4 * STAGES.index(stage))[0]) / 1e6

    # -------------------------------------------------------------- the wrapper

    def enter(self, stage: str) -> float | None:
        """One more inside. Gives the seconds to live when this is where to die."""
        place = STAGES.index(stage)
        self._map[place] = min(self._map[place] + 1, 255)
        if self._map[_WISH] != place + 1:
            return None
        self._map[_WISH] = 0
        return float(struct.unpack_from("<I", self._map, _WISH + 1)[0]) / 1e6

    def leave(self, stage: str, seconds: float) -> None:
        """One less inside, after so many seconds."""
        place = STAGES.index(stage)
        self._map[place] = max(self._map[place] - 1, 0)
        struct.pack_into("<I", self._map, 64 + 4 * place, min(int(seconds * 1e6), 2**32 - 1))

    def wants_checkpoint(self) -> bool:
        """Whether a checkpoint is wished; asked once."""
        wanted = self._map[_CHECKPOINT] == 1
        if wanted:
            self._map[_CHECKPOINT] = 0
        return wanted
