"""Room on the disk: checked before it is needed, and temporary files kept within what is free."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.errors import DiskFull
from core.settings import Settings


class Space:
    """The disk of one database."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path, self._settings = path, settings

    def check(self, needed: int, *, note: bool = False) -> None:
        """Raises DiskFull before the disk is full: a full disk can invalidate the whole instance."""
        free = shutil.disk_usage(self._path.parent).free
        floor = self._settings.min_free_mb * 1_000_000
        if note:  # how things ended is told with what is kept for that
            floor //= 4
        if free < needed + floor:
            raise DiskFull(
                f"{free // 1_000_000} MB are free where the database lives, and this needs "
                f"about {(needed + floor) // 1_000_000} MB"
            )

    def full(self) -> bool:
        """Whether not even a note can be written."""
        try:
            self.check(0, note=True)
        except DiskFull:
            return True
        return False

    def for_spill(self) -> int:
        """Megabytes that temporary files may take: up to the floor, and no further."""
        free = shutil.disk_usage(self._path.parent).free // 1_000_000
        return max(min(self._settings.max_temp_mb, free - self._settings.min_free_mb), 1)
