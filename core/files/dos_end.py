"""Ctrl-Z (U+001A) at the end of a text: the end-of-file mark of DOS and CP/M, and no content.

Programs of that time padded the last block behind it, with more marks, zero bytes, blanks or line
ends. Ctrl-Z with any other text behind it is a character like others.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.files.cache import cache_key, derive

LOOK = 64 << 10  # bytes at the end in which the mark and its padding stand
COPY = 1 << 20
_END = re.compile(rb"\x1a[\x1a\0 \t\r\n]*\Z")
NOTE = (
    "The file ends with Ctrl-Z (byte 0x1A), the end-of-file mark of DOS; it was left out, with "
    "the padding behind it."
)


def without(text: Path, cache_dir: Path) -> tuple[Path, str]:
    """(the UTF-8 text without the mark, a note), or (the same file, '') when there is none."""
    size = _size(text)
    if size is None:
        return text, ""
    target = cache_dir / f"{cache_key(text, 'dos end')}.txt"
    return derive(target, lambda path: _copy(text, path, size)), NOTE


def stripped(data: bytes) -> bytes:
    """The bytes of a whole text without the mark and its padding."""
    return _END.sub(b"", data)


def _size(text: Path) -> int | None:
    """How many bytes stand before the mark; None without one."""
    with text.open("rb") as file:
        start = max(0, file.seek(0, 2) - LOOK)
        file.seek(start)
        found = _END.search(file.read())
    return start + found.start() if found else None


def _copy(text: Path, target: Path, size: int) -> None:
    with text.open("rb") as reader, target.open("wb") as writer:
        while size:
            chunk = reader.read(min(COPY, size))
            writer.write(chunk)
            size -= len(chunk)
