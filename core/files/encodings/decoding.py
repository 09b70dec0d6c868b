"""Bytes of any encoding to UTF-8, in bounded memory; also of texts in which two are mixed."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from core.errors import BrokenFile
from core.files.encodings import mojibake

CHUNK = 1 << 20
# Names that are no codecs: UTF-8 in which some words are in another encoding, or cut, and UTF-8 in
# which signs of Windows were written as control characters.
_MIXED = re.compile(r"utf-8 with ([\w-]+) lines")
SIGNS = "utf-8 with cp1252 signs"
BROKEN = "utf-8 with broken characters"
_WORD = re.compile(rb"[\x40-\xff]*[\x80-\xff][\x40-\xff]*")
Decode = Callable[[bytes, bool], str]


def mixed(codec: str) -> str:
    """The name of UTF-8 with lines of another encoding."""
    return f"utf-8 with {codec} lines"


def is_mixed(name: object) -> bool:
    """Whether this names UTF-8 with something else in it, which is no codec."""
    return name in (SIGNS, BROKEN) or _MIXED.fullmatch(str(name)) is not None


def codec_in(name: str) -> str:
    """The codec that a name stands for, or the one that is mixed into UTF-8."""
    if name in (SIGNS, BROKEN):
        return "utf-8"
    found = _MIXED.fullmatch(name)
    return found[1] if found else name


def known(name: str) -> str:
    """The name as it is written in decisions. Raises LookupError."""
    return name if is_mixed(name) else codecs.lookup(name).name


def to_utf8(
    source: Path, target: Path, encoding: str, repair: bool = False, strict: bool = True
) -> None:
    """Write `source` again as UTF-8 without a mark, in bounded memory, line ends untouched.

    With `repair`, text that was decoded wrongly before is mended. Bytes that the encoding does not
    have become U+FFFD, unless it is `strict`: then the first of them raises BrokenFile.
    """
    decode = _decoder(encoding, "strict" if strict else "replace")
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


def _decoder(encoding: str, errors: str) -> Decode:
    found = _MIXED.fullmatch(encoding)
    if found:
        return _by_lines(found[1])
    if encoding == BROKEN:
        return codecs.getincrementaldecoder("utf-8")("replace").decode
    if encoding == "cp1258":
        return _composed(codecs.getincrementaldecoder(encoding)(errors).decode)
    if encoding != SIGNS:
        return codecs.getincrementaldecoder(encoding)(errors).decode
    utf8 = codecs.getincrementaldecoder("utf-8")(errors).decode
    return lambda chunk, final: mojibake.with_signs(utf8(chunk, final))


def _composed(decode: Decode) -> Decode:
    """Letters with their tones as one character, which that encoding has to write as two."""
    rest = ""

    def composed(chunk: bytes, final: bool) -> str:
        nonlocal rest
        text = rest + decode(chunk, final)
        cut = len(text) if final else text.rfind("\n") + 1
        text, rest = text[:cut], text[cut:]
        return unicodedata.normalize("NFC", text)

    return composed


def _by_lines(codec: str) -> Decode:
    rest = b""

    def decode(chunk: bytes, final: bool) -> str:
        nonlocal rest
        data, rest = rest + chunk, b""
        if not final:
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            data, rest = data[:cut], data[cut:]
        return "".join(_lines(data, codec))

    return decode


def _lines(data: bytes, codec: str) -> list[str]:
    """The text of whole lines. What is UTF-8 is taken in one piece, up to the next line that is not."""
    pieces, place = [], 0
    while place < len(data):
        bad = _first_bad(data, place)
        if bad is None:
            pieces.append(data[place:].decode("utf-8"))
            break
        start = max(data.rfind(b"\n", place, bad), data.rfind(b"\r", place, bad), place - 1) + 1
        ends = [end for end in (data.find(b"\n", bad), data.find(b"\r", bad)) if end >= 0]
        end = min(ends, default=len(data) - 1) + 1
        pieces += [data[place:start].decode("utf-8"), _line(data[start:end], codec)]
        place = end
    return pieces


def _first_bad(data: bytes, place: int) -> int | None:
    size = (
        1 << 10
    )  # in growing pieces, so that many such lines do not copy the rest again and again
    while place < len(data):
        cut = data.find(b"\n", place + size) + 1 or len(data)
        try:
            data[place:cut].decode("utf-8")
        except UnicodeDecodeError as error:
            return place + error.start
        place, size = cut, size * 2
    return None


def _line(line: bytes, codec: str) -> str:
    """A line that is not UTF-8. Where it has as many words of UTF-8 as others, each for itself."""
    words = _WORD.findall(line)
    good = sum(is_utf8(word) for word in words)
    if 2 * good < len(words):
        return line.decode(codec, "replace")
    text, place = "", 0
    for match in _WORD.finditer(line):
        word = match[0]
        text += line[place : match.start()].decode("ascii")
        text += word.decode("utf-8" if is_utf8(word) else codec, "replace")
        place = match.end()
    return text + line[place:].decode("ascii")


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def unreadable(path: Path, codec: str) -> tuple[int, int]:
    """How many places of a file the codec has no character for, and the byte of the first (or -1)."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    count, first, place = 0, -1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            found = decoder.decode(chunk, not chunk).count("\ufffd")
            if found and first < 0:
                first = place + _place(chunk, codec)
            count, place = count + found, place + len(chunk)
            if not chunk:
                return count, first


def _place(chunk: bytes, codec: str) -> int:
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(chunk, False)
    except UnicodeDecodeError as error:
        return error.start
    return 0


def count_lines(path: Path) -> tuple[int, int, int]:
    """Lines with characters beyond ASCII that are UTF-8, those that are not, and the first of these."""
    good = bad = number = first = 0
    rest = b""
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            data = rest + chunk
            cut = data.rfind(b"\n") + 1 if chunk else len(data)
            lines, rest = data[:cut].splitlines(), data[cut:]
            foreign = [
                n for n, line in enumerate(lines) if not line.isascii() and not is_utf8(line)
            ]
            if foreign and not first:
                first = number + foreign[0] + 1
            bad += len(foreign)
            good += sum(not line.isascii() for line in lines) - len(foreign)
            number += len(lines)
            if not chunk:
                return good, bad, first
