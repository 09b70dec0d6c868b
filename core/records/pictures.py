"""Pictures of records, fetched by this server: a browser that shows one asks nobody else.

An address is fetched only because it is the value of a record. What comes is small, and one of a few formats by its own
bytes, whatever its name or its server says. It is kept in memory for a while, and so is that nothing came.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from core.datasets.model import Dataset
from core.errors import MarqueeError, NotFound
from core.fetching.fetch import fetching
from core.settings import Settings

LARGEST = 3_000_000  # bytes of one picture
KEPT = 48_000_000  # bytes of all that are kept
FRESH, FAILED = 3_600.0, 600.0  # seconds for which a picture is kept, and that there is none
SECONDS, IDLE_SECONDS = 8.0, 4.0  # for a whole picture, and without a byte
AT_ONCE = 4  # fetches
WAIT = 2.0  # seconds that one waits for another to end
_NAMED = re.compile(r"image|picture|photo|portrait|avatar|thumb", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """One picture: its bytes, and the format that they have."""

    content: bytes
    mime: str


def picture_field(dataset: Dataset) -> str | None:
    """The first field that holds addresses of pictures, by its name."""
    return next(
        (f.name for f in dataset.fields if f.format == "url" and _NAMED.search(f.name)), None
    )


def kind_of(content: bytes) -> str | None:
    """The format of a picture by its first bytes. Never SVG, which is a document with scripts."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return None


class Pictures:
    """Fetches and keeps them. Safe in several threads."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = settings.pictures
        limits = {"fetch_seconds": SECONDS, "fetch_patience": IDLE_SECONDS}
        self._settings = settings.model_copy(update=limits)
        self._kept: OrderedDict[str, tuple[float, Picture | None]] = OrderedDict()
        self._size = 0
        self._lock, self._turns = threading.Lock(), threading.Semaphore(AT_ONCE)

    def get(self, url: str) -> Picture:
        """The picture at an address. Raises NotFound when there is none, or none that may be shown."""
        if not self._allowed:
            raise NotFound("pictures are not fetched", hint="MARQUEE_PICTURES decides that.")
        known = self._known(url)
        if known is None:
            if not self._turns.acquire(timeout=WAIT):
                raise NotFound("too many pictures are being fetched", hint="Ask again.")
            try:
                known = self._known(url) or self._keep(url, self._fetch(url))
            finally:
                self._turns.release()
        if known[1] is None:
            raise NotFound("there is no picture at this address")
        return known[1]

    def forget(self) -> None:
        """Keep none of those that are kept."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _known(self, url: str) -> tuple[float, Picture | None] | None:
        with self._lock:
            found = self._kept.get(url)
            if found is None or found[0] < time.monotonic():
                return None
            self._kept.move_to_end(url)
            return found

    def _keep(self, url: str, picture: Picture | None) -> tuple[float, Picture | None]:
        made = (time.monotonic() + (FRESH if picture else FAILED), picture)
        with self._lock:
            self._size -= _size(url, self._kept.pop(url, None))
            self._kept[url] = made
            self._size += _size(url, made)
            while self._size > KEPT:
                gone, old = self._kept.popitem(last=False)
                self._size -= _size(gone, old)
        return made

    def _fetch(self, url: str) -> Picture | None:
        content = b""
        try:
            with fetching(url, self._settings) as answer:
                for piece in answer.pieces:
                    content += piece
                    if len(content) > LARGEST or not kind_of(content[:32]):
                        return None
        except MarqueeError:
            return None
        mime = kind_of(content)
        return Picture(content, mime) if mime else None


def _size(url: str, kept: tuple[float, Picture | None] | None) -> int:
    """Bytes of an entry, with some for itself."""
    if kept is None:
        return 0
    return len(url) + 200 + (len(kept[1].content) if kept[1] else 0)
