"""Which encoding a text file is in: BOM, UTF-16 without one, strict UTF-8, then evidence.

Strict UTF-8 is checked over the whole file, not a sample: one foreign byte at the end would
otherwise appear only in the middle of an import.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from core.errors import BrokenFile
from core.files.table import Decision

CHUNK = 8 << 20
SAMPLE = 256 << 10
MIXED = "utf-8 with cp1252 lines"  # not a codec: `decode_mixed` below

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_WESTERN = ["cp1252", "cp1250", "cp1254", "cp1257"]
_ALPHABETS = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp866", "cp1252", "cp1250"]


@dataclass(frozen=True)
class _DoubleByte:
    """A two-byte encoding, and where its everyday characters are (lead and trail byte ranges)."""

    codec: str
    lead: tuple[int, int]
    trail: tuple[int, int]


# In each of these, common characters come first: level 1 of GB2312, Big5 and JIS, hangul in KS X.
_DOUBLE = (
    _DoubleByte("gb18030", (0xB0, 0xD7), (0xA1, 0xFE)),
    _DoubleByte("big5", (0xA4, 0xC6), (0x40, 0xFE)),
    _DoubleByte("shift_jis", (0x82, 0x97), (0x40, 0xFC)),
    _DoubleByte("euc_kr", (0xB0, 0xC8), (0xA1, 0xFE)),
)


def decide_encoding(path: Path, override: str | None = None) -> Decision:
    """The encoding of the whole file."""
    if override is not None:
        return Decision("encoding", _known(override), "chosen by the user")
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            if codec == "utf-8-sig" and first_bad_utf8(path) is not None:
                return Decision(
                    "encoding", MIXED, "it begins as UTF-8, and some lines are not", False
                )
            return Decision("encoding", codec, f"the file begins with the mark of {codec.upper()}")
    wide = _wide(head)
    if wide:
        return Decision("encoding", wide, "every other byte is zero, as in UTF-16 without a mark")
    bad = first_bad_utf8(path)
    if bad is None:
        why = "all bytes are plain ASCII" if head.isascii() else "all bytes are valid UTF-8"
        return Decision("encoding", "utf-8", why)
    return _legacy(path, head, bad)


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
    decode = codecs.getincrementaldecoder("utf-8")("strict").decode
    place = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                return max(0, place + error.start)
            if not chunk:
                return None
            place += len(chunk)


def to_utf8(source: Path, target: Path, encoding: str) -> None:
    """Write `source` again as UTF-8 without a mark, in bounded memory, line ends untouched.

    Raises BrokenFile at the first byte that the encoding does not have.
    """
    decode = _decoder(encoding)
    with source.open("rb") as reader, target.open("wb") as writer:
        first, place = True, 0
        while True:
            chunk = reader.read(CHUNK)
            try:
                text = decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                raise BrokenFile(
                    f"a byte near {place + error.start:,} does not exist in {encoding}",
                    hint="Choose another encoding.",
                    offset=place + error.start,
                ) from error
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            writer.write(text.encode("utf-8", "replace"))
            if not chunk:
                return
            place += len(chunk)


def _decoder(encoding: str) -> Callable[[bytes, bool], str]:
    if encoding != MIXED:
        return codecs.getincrementaldecoder(encoding)("strict").decode
    rest = b""

    def decode(chunk: bytes, final: bool) -> str:
        nonlocal rest
        data, rest = rest + chunk, b""
        if not final:
            cut = data.rfind(b"\n") + 1
            data, rest = data[:cut], data[cut:]
        return "".join(map(_decode_line, data.splitlines(keepends=True)))

    return decode


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in line)


def _known(name: str) -> str:
    return name if name == MIXED else codecs.lookup(name).name


def _wide(head: bytes) -> str | None:
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    for zeros, others, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.3 and others < 0.02 and _decodes(head[: pairs * 2], codec):
            return codec
    return _wide_cjk(head, pairs)


def _wide_cjk(head: bytes, pairs: int) -> str | None:
    # Text in Chinese has few zero bytes, but its commas and line ends have one.
    for codec, comma, end in (
        ("utf-16-le", b",\0", b"\n\0"),
        ("utf-16-be", b"\0,", b"\0\n"),
    ):
        units = [head[i : i + 2] for i in range(0, pairs * 2, 2)]
        if units.count(end) and units.count(comma) >= 2 and _decodes(head[: pairs * 2], codec):
            return codec
    return None


def _decodes(data: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(data, False)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(path: Path, head: bytes, bad: int) -> Decision:
    sample = head if bad < len(head) else _around(path, bad)
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    good = sum(_is_utf8(line) for line in lines[:-1])
    where = f"byte {bad:,} is not UTF-8"
    if good and good >= 0.5 * len(lines) or bad >= len(head) and not head.isascii():
        return Decision(
            "encoding", MIXED, f"{where}, but most other lines are; those not are cp1252", False
        )
    runs = _HIGH.findall(sample)
    codec, why = _by_characters(sample, runs)
    return Decision("encoding", codec, f"{where}; {why}", sure=False, runner_up="latin-1")


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


def _by_characters(sample: bytes, runs: list[bytes]) -> tuple[str, str]:
    alone = sum(len(run) == 1 for run in runs) / len(runs) if runs else 1.0
    shares = [(_everyday(sample, kind), kind.codec) for kind in _DOUBLE]
    # Hangul lies in fewer rows than Chinese does: text that fits there is not there by chance.
    share, codec = max((s + 0.02 * (c == "euc_kr" and s > 0.6), c) for s, c in shares)
    odd = sum(len(run) % 2 for run in runs)
    # Two-byte text has no lonely high byte followed by a blank, comma or line end.
    if share >= 0.6 and (odd == 0 or codec in ("big5", "shift_jis")):
        return codec, f"{min(share, 1):.0%} of its characters are everyday ones in {codec}"
    if alone > 0.5 and _words(sample, "cp1252"):
        found = "cp1252"
    else:
        family = _WESTERN if alone > 0.5 else _ALPHABETS
        guess = from_bytes(sample[:65_536], cp_isolation=[*family, "latin_1"]).best()
        found = guess.encoding if guess is not None else family[0]
    if found == "latin_1" or not _decodes(sample, found):
        found = "cp1252" if _decodes(sample, "cp1252") else "latin-1"
    return found, f"its letters fit {found} best"


def _words(sample: bytes, codec: str) -> bool:
    """Whether the high characters inside words are letters, and not signs such as superscripts."""
    text = sample.decode(codec, "replace")
    inside = re.findall(r"(?<=[a-z])[^\x00-\x7f](?=[a-z])", text)
    letters = sum(char.isalpha() or char in "\u2019\xad" for char in inside)
    return bool(letters >= 0.9 * len(inside))


def _everyday(sample: bytes, kind: _DoubleByte) -> float:
    """Share of the two-byte characters that are everyday ones; 0 when it cannot be this codec."""
    if not _decodes(sample, kind.codec) and not _decodes(sample[1:], kind.codec):
        return 0.0
    total = usual = place = 0
    while place < len(sample) - 1:
        if sample[place] < 0x80:
            place += 1
            continue
        lead, trail = sample[place], sample[place + 1]
        total += 1
        usual += kind.lead[0] <= lead <= kind.lead[1] and kind.trail[0] <= trail <= kind.trail[1]
        place += 2
    return usual / total if total else 0.0
