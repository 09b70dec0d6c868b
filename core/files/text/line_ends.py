"""How the lines of a text end: LF, CRLF, CR, or several ways ("any")."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.files.encodings.decoding import is_mixed
from core.files.table import Decision

SAMPLE = 4 << 20  # bytes
NEWLINE = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}  # any: every kind ends a line
_QUOTED = re.compile(rb'"[^"\r\n]*"')
_SIGNS = (b",", b";", b"\t", b"|")
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
    if usual != "CR" and "CR" in found and not _breaks(data):
        kept = "LF" if found.get("LF") else "CRLF"
        why = f"{found['CR']:,} CR stand in the middle of cells; lines end {counts}"
        return Decision("line_end", kept, why, False, "any")
    return Decision("line_end", "any", f"lines end in several ways: {counts}", runner_up=usual)


def _breaks(data: bytes) -> bool:
    """Whether CR alone ends lines here: what stands on both sides has as many delimiters as a line."""
    lines = _QUOTED.sub(b"", data.replace(b"\r\n", b"\n")).split(b"\n")
    plain = [line for line in lines if b"\r" not in line][:1_000]
    sign = max(_SIGNS, key=lambda mark: sum(line.count(mark) > 0 for line in plain), default=b",")
    usual = Counter(line.count(sign) for line in plain if line).most_common(1)
    if not usual or not usual[0][0]:
        return True
    pieces = [piece for line in lines if b"\r" in line for piece in line.split(b"\r")]
    return sum(piece.count(sign) == usual[0][0] for piece in pieces) > len(pieces) / 2


def line_offsets(path: Path, encoding: str, line_end: str) -> Iterator[int]:
    """The byte offset of each line of a text file, in order. Raises LookupError for no codec."""
    codec, place = _WITH_MARK.get(encoding, (encoding, 0))
    if codec == "utf-8" or is_mixed(encoding) or _like_ascii(codec):
        codec = "latin-1"  # a line end is one byte, and no part of any other character
    codec = codec or _of_mark(path, encoding)
    codecs.lookup(codec)
    with path.open(encoding=codec, newline=NEWLINE.get(line_end, "")) as lines:
        for number, line in enumerate(lines):
            if number == 0 and place:
                line = line[place:] if codec == "latin-1" else line.removeprefix("\ufeff")
            yield place
            place += len(line.encode(codec))


def _like_ascii(codec: str) -> bool:
    return bool(codec) and "a,\r\n".encode(codec) == b"a,\r\n"


def _of_mark(path: Path, encoding: str) -> str:
    """The codec without a mark that the file's byte order mark tells."""
    with path.open("rb") as file:
        little = file.read(2) == codecs.BOM_UTF16_LE  # UTF-32 in that order begins so, too
    return f"{encoding}-{'le' if little else 'be'}"
