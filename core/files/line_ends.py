"""How the lines of a text end: LF, CRLF, CR, or several ways ("any")."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from core.files.table import Decision

SAMPLE = 4 << 20  # bytes
NEWLINE = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}  # any: every kind ends a line
_WITH_MARK = {"utf-8-sig": ("utf-8", 3), "utf-16": ("", 2), "utf-32": ("", 4)}


def decide_line_end(path: Path, wanted: str | None = None) -> Decision:
    """Look at the first lines of a UTF-8 text."""
    if wanted is not None:
        return Decision("line_end", wanted, "chosen by the user")
    with path.open("rb") as file:
        data = file.read(SAMPLE)
    both = data.count(b"\r\n")
    alone = {"CRLF": both, "LF": data.count(b"\n") - both, "CR": data.count(b"\r") - both}
    found = {name: count for name, count in alone.items() if count}
    if not found:
        return Decision("line_end", "any", "the file is one line")
    usual = max(found, key=lambda name: found[name])
    if len(found) == 1:
        return Decision("line_end", usual, f"all {found[usual]:,} lines looked at end in {usual}")
    counts = ", ".join(f"{count:,} in {name}" for name, count in found.items())
    return Decision("line_end", "any", f"lines end in several ways: {counts}", runner_up=usual)


def line_offsets(path: Path, encoding: str, line_end: str) -> Iterator[int]:
    """The byte offset of each line of a text file, in order. Raises LookupError for no codec."""
    codec, place = _WITH_MARK.get(encoding, (encoding, 0))
    codec = codec or _of_mark(path, encoding)
    codecs.lookup(codec)
    with path.open(encoding=codec, newline=NEWLINE.get(line_end, "")) as lines:
        for number, line in enumerate(lines):
            if number == 0 and place:
                line = line.removeprefix("\ufeff")
            yield place
            place += len(line.encode(codec))


def _of_mark(path: Path, encoding: str) -> str:
    """The codec without a mark that the file's byte order mark tells."""
    with path.open("rb") as file:
        little = file.read(2) == codecs.BOM_UTF16_LE  # UTF-32 in that order begins so, too
    return f"{encoding}-{'le' if little else 'be'}"
