"""Where an index is: `<database>.search/<dataset>/<generation>/`, whose it is, and that one process has it.

A generation is searched when its `about.json` is there, which is written last: a half-written one has none and is
swept. A rebuild makes the next generation beside the one that is searched.
"""

from __future__ import annotations

import errno
import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from core.errors import SearchUnavailable, of_system

FORMAT = 1  # of the folder
ABOUT = "about.json"


@dataclass(frozen=True)
class About:
    """What an index says of itself: its format, whose it is, and of which layout."""

    format: int
    dataset: str
    layout: str
    database: str


class Folder:
    """The folder of one dataset's index."""

    def __init__(self, path: Path, about: About) -> None:
        self.path, self.about = path, about
        self._lock = FileLock(path / ".lock", blocking=False, thread_local=False)
        self.reason = ""  # why there is no index that can be used

    def hold(self) -> None:
        """Make sure that no other process works on it. Raises SearchUnavailable."""
        if self._lock.is_locked:
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise SearchUnavailable("another process works on the index", reason="held") from None
        except OSError as error:
            raise _unusable(error) from error

    def current(self) -> Path | None:
        """The newest generation that can be used, or None with a `reason`."""
        self.reason = "missing"
        for place in self._generations():
            said = _read_about(place)
            if said is None:
                continue  # half written, or being written
            self.reason = self._against(said)
            if not self.reason:
                return place
        return None

    def _against(self, said: About) -> str:
        if said.format > FORMAT:
            return "newer"
        if said.database != self.about.database or said.dataset != self.about.dataset:
            return "foreign"
        if (said.format, said.layout) != (FORMAT, self.about.layout):
            return "changed"
        return ""

    def _generations(self) -> list[Path]:
        with suppress(OSError):
            found = [p for p in self.path.iterdir() if p.is_dir() and p.name.startswith("g")]
            return sorted(found, key=lambda p: p.name, reverse=True)
        return []

    def begin(self) -> Path:
        """A new, empty generation; it is not searched before `publish`."""
        self.hold()
        newest = max(
            (int(p.name[1:9]) for p in self._generations() if p.name[1:9].isdigit()), default=0
        )
        made = self.path / f"g{newest + 1:08d}-{uuid4().hex[:8]}"
        try:
            made.mkdir(parents=True)
        except OSError as error:
            raise _unusable(error) from error
        return made

    def publish(self, place: Path) -> None:
        """Searches find this generation from now on."""
        partial = place / (ABOUT + ".partial")
        try:
            partial.write_text(json.dumps(asdict(self.about)), "utf-8")
            partial.replace(place / ABOUT)
        except OSError as error:
            raise _unusable(error) from error

    def sweep(self, keep: Path | None) -> None:
        """Remove every other generation, also half-written ones."""
        for place in self._generations():
            if place != keep:
                shutil.rmtree(place, ignore_errors=True)

    def size(self, place: Path) -> int:
        """Bytes of a generation."""
        total = 0
        with suppress(OSError):
            for path in place.iterdir():
                with suppress(OSError):
                    total += path.stat().st_size
        return total

    def release(self) -> None:
        """Let others work on it."""
        self._lock.release(force=True)


def _unusable(error: OSError) -> SearchUnavailable:
    """What the system refuses: the index is not there, and the records are."""
    reason = "full" if error.errno == errno.ENOSPC else "broken"
    return SearchUnavailable(of_system(error).detail, reason=reason)


def _read_about(place: Path) -> About | None:
    try:
        return About(**json.loads((place / ABOUT).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
