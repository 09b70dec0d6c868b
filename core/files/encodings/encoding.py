"""Which encoding a text file is in: BOM, UTF-16 without one, strict UTF-8, then evidence.

Strict UTF-8 is checked over the whole file, not a sample: one foreign byte at the end would
otherwise appear only in the middle of an import.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from core.files.encodings import legacy, mojibake
from core.files.encodings.decoding import (
    BROKEN,
    CHUNK,
    SIGNS,
    count_lines,
    is_utf8,
    known,
    mixed,
    unreadable,
)
from core.files.encodings.segments import Segments, segments
from core.files.encodings.spread import sample
from core.files.encodings.wide import seven_bits, wide
from core.files.table import Decision

SAMPLE = 256 << 10
FEW = 24  # bytes beyond ASCII that may be UTF-8 by chance
CERTAIN = 9.0  # how far ahead of other readings those few must be as UTF-8
CHANCE = 3.5  # how far behind them UTF-8 is still taken, since most files are in it
_PLAIN = bytes(range(0x80))
_LETTER = re.compile(rb"[A-Za-z]")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decide_encoding(path: Path, override: str | None = None) -> Decision:
    """The encoding of the whole file."""
    if override is not None:
        return Decision("encoding", known(override), "chosen by the user")
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            bad = first_bad_utf8(path) if codec == "utf-8-sig" else None
            if bad is not None:
                return _foreign(path, bad, marked=True)
            return Decision("encoding", codec, f"the file begins with the mark of {codec.upper()}")
    plain = _wide(head) or _seven_bits(head)
    if plain:
        return plain
    bad = first_bad_utf8(path)
    return _utf8(head) if bad is None else _foreign(path, bad)


def at_first_sight(path: Path, override: str | None) -> Decision | None:
    """UTF-8 without a mark, when the beginning of a larger file is; None: more must be looked at."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if override is not None or len(head) < SAMPLE or head.startswith(tuple(b for b, _ in _BOMS)):
        return None
    if _wide(head) or _seven_bits(head) or not is_utf8(head[: head.rfind(b"\n") + 1]):
        return None
    return _utf8(head, whole=False)


def _wide(head: bytes) -> Decision | None:
    codec = wide(head)
    why = "zero bytes stand where {} has them, without a mark"
    return Decision("encoding", codec, why.format(codec.upper())) if codec else None


def _seven_bits(head: bytes) -> Decision | None:
    codec = seven_bits(head)
    if codec is None:
        return None
    what = "pairs of ~{ and ~}" if codec == "hz" else "escape sequences"
    return Decision(
        *("encoding", codec, f"all bytes are plain ASCII, and {what} switch to another alphabet"),
        sure=codec != "hz",
        runner_up="utf-8",
    )


def _utf8(head: bytes, whole: bool = True) -> Decision:
    if head.isascii() and whole:
        return Decision("encoding", "utf-8", "all bytes are plain ASCII")
    signs = mojibake.signs(head.decode("utf-8", "ignore"))
    if signs:
        return Decision("encoding", SIGNS, signs, sure=False, runner_up="utf-8")
    found = Decision("encoding", "utf-8", "all bytes are valid UTF-8")
    return _by_chance(head, found) if whole else found


def _by_chance(head: bytes, found: Decision) -> Decision:
    """A few bytes can be valid UTF-8 and yet two letters of another encoding."""
    if len(head.translate(None, _PLAIN)) > FEW:
        return found
    words = segments(head)
    if any(_LETTER.search(word) for word in words.words):
        return found  # a sign of two bytes hardly stands within a word of plain letters
    other = legacy.by_words(words)
    ahead = legacy.as_utf8(words) - other.score
    if ahead >= CERTAIN:
        return found
    why = f"{found.evidence}, but they are few"
    if ahead >= -CHANCE:
        return replace(found, evidence=why, sure=False, runner_up=other.codec)
    return Decision("encoding", other.codec, f"{why}; {other.why}", False, "utf-8")


def mark(path: Path) -> Decision:
    """Whether the file begins with a byte order mark."""
    with path.open("rb") as file:
        head = file.read(4)
    found = next((codec for bom, codec in _BOMS if head.startswith(bom)), None)
    if found is None:
        return Decision("bom", False, "the file does not begin with a byte order mark")
    return Decision("bom", True, f"the file begins with the mark of {found.upper()}")


# ------------------------------------------------------------------ strict UTF-8


def first_bad_utf8(path: Path) -> int | None:
    """Offset of the first byte that is not UTF-8, or None when all is well."""
    place, rest = 0, b""
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            data = rest + chunk
            # A line end is never part of a longer character, so lines can be looked at alone.
            cut = data.rfind(b"\n") + 1 if chunk else len(data)
            if not _valid(data[:cut]):
                return place + _bad_place(data[:cut])
            place, rest = place + cut, data[cut:]
            if not chunk:
                return None


def _valid(data: bytes) -> bool:
    """Whether it is UTF-8; Arrow looks at it twice as fast as a codec, and makes no text of it."""
    if data.isascii():
        return True
    ends = pa.array([0, len(data)], pa.int64()).buffers()[1]
    binary = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        binary.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _bad_place(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


# ------------------------------------------------------------------ not UTF-8


def _foreign(path: Path, bad: int, marked: bool = False) -> Decision:
    """The encoding of a file that is not UTF-8 throughout; `marked`: though it begins with its mark."""
    words = segments(sample(path, bad))
    good, others = words.split(is_utf8)
    verdict = legacy.by_words(others if others.words else words)
    rather = legacy.rather_utf8(good, verdict.codec) if good.words else 0.0
    if marked or rather >= CERTAIN:
        return _mixed(path, others, verdict)
    if good.words:
        verdict = legacy.by_words(words)
        verdict = replace(verdict, sure=verdict.sure and rather <= 0)
    why = f"byte {bad:,} is not UTF-8; {verdict.why}"
    decision = Decision("encoding", verdict.codec, why, verdict.sure, verdict.runner_up)
    return _complete(path, decision)


def _mixed(path: Path, others: Segments, verdict: legacy.Verdict) -> Decision:
    """UTF-8 with some lines of another encoding, or with characters that were cut."""
    good, bad, first = count_lines(path)
    what = "1 line" if bad == 1 else f"{bad:,} lines"
    why = f"{what} of {good + bad:,} with such characters cannot be UTF-8, the first is line {first:,}"
    if legacy.as_utf8(others, cut=True) > verdict.score:
        said = f"{why}; characters were cut there and became U+FFFD"
        return Decision("encoding", BROKEN, said, False, mixed(verdict.codec))
    return Decision("encoding", mixed(verdict.codec), f"{why}; {verdict.why}", False, verdict.codec)


def _complete(path: Path, decision: Decision) -> Decision:
    """The same, with what the encoding cannot read in all of the file."""
    count, first = unreadable(path, str(decision.value))
    if not count:
        return decision
    what = "1 place" if count == 1 else f"{count:,} places"
    why = f"{what} cannot be read so and became U+FFFD, the first near byte {first:,}"
    return replace(decision, evidence=f"{decision.evidence}; {why}", sure=False)
