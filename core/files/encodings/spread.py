"""Lines from all of a file by which its encoding is judged, without looking at every line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

CHUNK = 1 << 20
WHOLE = 256 << 10  # bytes of a file that is looked at whole
WINDOW = 2 << 10
WINDOWS = 96  # over the whole file
HEADING = 8 << 10  # bytes at the beginning that are looked at in any case
_HIGH = re.compile(rb"[\x80-\xff]")
_BREAK = re.compile(rb"[\x00-\x2f]")  # no part of a longer character in any encoding


def sample(path: Path, place: int) -> bytes:
    """All of a small file; of a larger one its beginning, windows, what is around `place`, and every
    byte beyond ASCII at least once."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= WHOLE:
            return file.read()
        file.seek(max(0, place - WINDOW))
        near = file.read(2 * WINDOW)
        pieces = [_around(near, min(place, WINDOW))]
        file.seek(0)
        pieces.extend(_pieces(file, max(1, WINDOWS * CHUNK // size)))
    return b"\n".join(pieces)


def _pieces(file: BinaryIO, windows: int) -> Iterator[bytes]:
    seen = np.zeros(256, bool)
    seen[:0x80] = True
    first, rest = True, b""
    while data := file.read(CHUNK):
        chunk, rest = _whole_words(rest + data)
        if first:
            yield chunk[: chunk.rfind(b"\n", 0, HEADING) + 1]
            first = False
        if chunk.isascii():
            continue
        found = np.bincount(np.frombuffer(chunk, np.uint8), minlength=256) > 0
        yield from _windows(chunk, windows)
        for byte in np.flatnonzero(found & ~seen):
            yield _around(chunk, chunk.index(bytes([byte])))
        seen |= found


def _whole_words(data: bytes) -> tuple[bytes, bytes]:
    """(up to the last word, the rest), so that no character is cut between two chunks."""
    breaks = [found.end() for found in _BREAK.finditer(data, max(0, len(data) - WINDOW))]
    end = breaks[-1] if breaks else len(data)
    return data[:end], data[end:]


def _windows(chunk: bytes, count: int) -> Iterator[bytes]:
    last = 0
    for number in range(count):
        found = _HIGH.search(chunk, max(last, number * len(chunk) // count))
        if found is None:
            return
        start = max(last, _line(chunk, found.start()))
        last = _end(chunk, start + WINDOW)
        yield chunk[start:last]


def _around(chunk: bytes, place: int) -> bytes:
    end = chunk.find(b"\n", place, place + WINDOW)
    return chunk[_line(chunk, place) : end if end > 0 else _end(chunk, place + 1)]


def _line(chunk: bytes, place: int) -> int:
    """Where the line begins, or a word that is not far before."""
    start = chunk.rfind(b"\n", max(0, place - WINDOW), place) + 1
    if start:
        return start
    words = [found.end() for found in _BREAK.finditer(chunk, max(0, place - WINDOW), place)]
    if words:
        return words[-1]
    return 0 if place <= WINDOW else place


def _end(chunk: bytes, place: int) -> int:
    """Where the line ends, or a word, from there on."""
    end = chunk.find(b"\n", place, place + WINDOW)
    found = _BREAK.search(chunk, place) if end < 0 else None
    return end if end >= 0 else found.start() if found else len(chunk)
