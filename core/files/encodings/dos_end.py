"""Ctrl-Z (U+001A) at the end of a text: the end-of-file mark of DOS and CP/M, and no content.

Zero bytes alone are what an interrupted copy leaves. Programs of that time padded the last block behind it, with more marks, zero bytes, blanks or line
ends. Ctrl-Z with any other text behind it is a character like others.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.files.cache import cache_key, derive

LOOK = 64 << 10  # bytes at the end in which the mark and its padding stand
COPY = 1 << 20
_PADDING = b"\x1a\0 \t\r\n"
_MARK = re.compile(rb"\x1a|\0{4}")
NOTE = (
    "The file ends with Ctrl-Z (byte 0x1A), the end-of-file mark of DOS; it was left out, with "
    "the padding behind it."
)
ZEROS = "The file ends with zero bytes, as an interrupted copy leaves them; they were left out."


def without(text: Path, cache_dir: Path) -> tuple[Path, str]:
    """(the UTF-8 text without the mark, a note), or (the same file, '') when there is none."""
    size = _size(text)
    if size is None:
        return text, ""
    target = cache_dir / f"{cache_key(text, 'dos end')}.txt"
    with text.open("rb") as file:
        file.seek(size)
        said = NOTE if file.read(1) == b"\x1a" else ZEROS
    return derive(target, lambda path: _copy(text, path, size)), said


def stripped(data: bytes) -> bytes:
    """The bytes of a whole text without the mark and its padding."""
    end = _end(data)
    return data if end is None else data[:end]


def _end(data: bytes) -> int | None:
    """Where the mark stands that nothing but padding follows."""
    kept = len(data.rstrip(_PADDING))
    found = _MARK.search(data, kept)
    if found is None or found[0] == b"\x1a":
        return found.start() if found else None
    lines = b"\n" in data[:kept] or b"\r" in data[:kept] or not kept
    return found.start() if lines and b"\0" not in data[:kept] else None  # else it is no text


def _size(text: Path) -> int | None:
    """How many bytes stand before the mark; None without one."""
    with text.open("rb") as file:
        size, look = file.seek(0, 2), LOOK
        while True:
            start = max(0, size - look)
            file.seek(start)
            end = _end(file.read())
            if end is None or end > 0 or not start:
                return None if end is None else start + end
            look *= 4  # nothing but padding so far


def _copy(text: Path, target: Path, size: int) -> None:
    with text.open("rb") as reader, target.open("wb") as writer:
        while size:
            chunk = reader.read(min(COPY, size))
            writer.write(chunk)
            size -= len(chunk)
