"""Which encoding a text file is in: BOM, UTF-16 without one, strict UTF-8, then evidence.

Strict UTF-8 is checked over the whole file, not a sample: one foreign byte at the end would
otherwise appear only in the middle of an import.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from core.errors import BrokenFile
from core.files import mojibake
from core.files.legacy import by_characters, decodes
from core.files.table import Decision

CHUNK = 1 << 20
SAMPLE = 256 << 10
WIDE = 64 << 10  # bytes in which UTF-16 shows
# Names that are no codecs: UTF-8 in which some lines are in another encoding, and UTF-8 in which
# signs of Windows were written as control characters. See `_decoder`.
_MIXED = re.compile(r"utf-8 with ([\w-]+) lines")
SIGNS = "utf-8 with cp1252 signs"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Decode = Callable[[bytes, bool], str]


def decide_encoding(path: Path, override: str | None = None) -> Decision:
    """The encoding of the whole file."""
    if override is not None:
        return Decision("encoding", _known(override), "chosen by the user")
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            bad = first_bad_utf8(path) if codec == "utf-8-sig" else None
            if bad is not None:
                return _mixed(_around(path, bad), "it begins as UTF-8, and some lines are not")
            return Decision("encoding", codec, f"the file begins with the mark of {codec.upper()}")
    wide = _wide(head[:WIDE])
    if wide:
        return Decision("encoding", wide, "every other byte is zero, as in UTF-16 without a mark")
    bad = first_bad_utf8(path)
    return _utf8(head) if bad is None else _legacy(path, head, bad)


def at_first_sight(path: Path, override: str | None) -> Decision | None:
    """UTF-8 without a mark, when the beginning of a larger file is; None: more must be looked at."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if override is not None or len(head) < SAMPLE or head.startswith(tuple(b for b, _ in _BOMS)):
        return None
    if _wide(head[:WIDE]) or not _is_utf8(head[: head.rfind(b"\n") + 1]):
        return None
    return _utf8(head, whole=False)


def _utf8(head: bytes, whole: bool = True) -> Decision:
    if head.isascii() and whole:
        return Decision("encoding", "utf-8", "all bytes are plain ASCII")
    signs = mojibake.signs(head.decode("utf-8", "ignore"))
    if signs:
        return Decision("encoding", SIGNS, signs, sure=False, runner_up="utf-8")
    return Decision("encoding", "utf-8", "all bytes are valid UTF-8")


def mark(path: Path) -> Decision:
    """Whether the file begins with a byte order mark."""
    with path.open("rb") as file:
        head = file.read(4)
    found = next((codec for bom, codec in _BOMS if head.startswith(bom)), None)
    if found is None:
        return Decision("bom", False, "the file does not begin with a byte order mark")
    return Decision("bom", True, f"the file begins with the mark of {found.upper()}")


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


def to_utf8(source: Path, target: Path, encoding: str, repair: bool = False) -> None:
    """Write `source` again as UTF-8 without a mark, in bounded memory, line ends untouched.

    With `repair`, text that was decoded wrongly before is mended. Raises BrokenFile at the first
    byte that the encoding does not have.
    """
    decode = _decoder(encoding)
    with source.open("rb") as reader, target.open("wb") as writer:
        first, place, rest = True, 0, ""
        while True:
            chunk = reader.read(CHUNK)
            try:
                text = decode(chunk, not chunk)
            except UnicodeError as error:  # UTF-16 and UTF-32 without a mark have no place
                place += getattr(error, "start", 0)
                raise BrokenFile(
                    f"a byte near {place:,} does not exist in {encoding}",
                    hint="Choose another encoding.",
                    offset=place,
                ) from error
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            if repair:
                text, rest = mojibake.repair_lines(rest + text, final=not chunk)
            writer.write(text.encode("utf-8", "replace"))
            if not chunk:
                return
            place += len(chunk)


def _decoder(encoding: str) -> Decode:
    mixed = _MIXED.fullmatch(encoding)
    if mixed:
        return _by_lines(mixed[1])
    if encoding != SIGNS:
        return codecs.getincrementaldecoder(encoding)("strict").decode
    utf8 = codecs.getincrementaldecoder("utf-8")("strict").decode
    return lambda chunk, final: mojibake.with_signs(utf8(chunk, final))


def _by_lines(codec: str) -> Decode:
    rest = b""

    def line(data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            return "".join(bytes([b]).decode(codec, "ignore") or chr(b) for b in data)

    def decode(chunk: bytes, final: bool) -> str:
        nonlocal rest
        data, rest = rest + chunk, b""
        if not final:
            cut = data.rfind(b"\n") + 1
            data, rest = data[:cut], data[cut:]
        return "".join(map(line, data.splitlines(keepends=True)))

    return decode


def is_mixed(name: object) -> bool:
    """Whether this names UTF-8 with something else in it, which is no codec."""
    return name == SIGNS or _MIXED.fullmatch(str(name)) is not None


def _known(name: str) -> str:
    return name if is_mixed(name) else codecs.lookup(name).name


def _wide(head: bytes) -> str | None:
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    for zeros, others, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.3 and others < 0.02 and decodes(head[: pairs * 2], codec):
            return codec
    return _wide_cjk(head, pairs)


def _wide_cjk(head: bytes, pairs: int) -> str | None:
    # Text in Chinese has few zero bytes, but its commas and line ends have one.
    for codec, comma, end in (
        ("utf-16-le", b",\0", b"\n\0"),
        ("utf-16-be", b"\0,", b"\0\n"),
    ):
        units = [head[i : i + 2] for i in range(0, pairs * 2, 2)]
        if units.count(end) and units.count(comma) >= 2 and decodes(head[: pairs * 2], codec):
            return codec
    return None


def _legacy(path: Path, head: bytes, bad: int) -> Decision:
    sample = head if bad < len(head) else _around(path, bad)
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    good = sum(_is_utf8(line) for line in lines[:-1])
    where = f"byte {bad:,} is not UTF-8"
    if good and good >= 0.5 * len(lines) or bad >= len(head) and not head.isascii():
        return _mixed(sample, f"{where}, but most other lines are")
    codec, why = by_characters(sample)
    return Decision("encoding", codec, f"{where}; {why}", sure=False, runner_up="latin-1")


def _mixed(sample: bytes, why: str) -> Decision:
    """UTF-8 with some lines of another encoding, which those lines tell."""
    foreign = [line for line in sample.split(b"\n") if not _is_utf8(line)]
    codec, _ = by_characters(b"\n".join(foreign[1:-1] or foreign))
    count = f"{len(foreign):,} lines looked at" if len(foreign) > 1 else "one line looked at"
    return Decision(
        "encoding", f"utf-8 with {codec} lines", f"{why}; {count} fit {codec}", False, codec
    )


def _around(path: Path, place: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, place - SAMPLE // 2))
        return file.read(SAMPLE)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
