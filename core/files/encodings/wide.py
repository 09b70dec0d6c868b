"""UTF-16 and UTF-32 without a byte order mark, and text of seven bits that switches alphabets."""

from __future__ import annotations

import re
import unicodedata

HEAD = 64 << 10  # bytes in which it shows
LEAST = 8
_PLAIN = bytes((*b"\t\r\n\x1a", *range(0x20, 0x7F)))
_STRANGE = {"Cc", "Cn", "Co", "Cs"}
_ESCAPES = (b"\x1b$", b"\x1b(")
_SEVEN_BITS = ("iso2022_jp", "iso2022_jp_ext", "iso2022_kr")
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")


def wide(head: bytes) -> str | None:
    """The codec of a text whose characters take two or four bytes each; None for others."""
    head = head[:HEAD]
    zeros = head.count(0)
    if len(head) < LEAST or not zeros:
        return None
    strange = len(head.translate(None, _PLAIN)) - zeros
    if zeros < 0.3 * len(head) and strange < 0.1 * (len(head) - zeros) and not _aligned(head):
        return None  # plain text in which a few zero bytes stand
    return _four(head) or _two(head)


def _aligned(head: bytes) -> bool:
    """Whether zeros stand at even or at odd places only, and beside the line ends: bytes of 周 are letters, too."""
    zeros = head[0::2].count(0), head[1::2].count(0)
    ends = max(head.count(b"\n\0"), head.count(b"\0\n"))
    return min(zeros) == 0 and ends > 1 and ends >= 0.8 * head.count(b"\n")


def _two(head: bytes) -> str | None:
    pairs = head[: len(head) // 2 * 2]
    zeros = pairs[1::2].count(0), pairs[0::2].count(0)
    for codec, right in (("utf-16-le", zeros[0]), ("utf-16-be", zeros[1])):
        # Line ends, digits and delimiters have a zero byte in every language, on the same side.
        if right >= 2 and right >= 0.8 * sum(zeros) and _sound(_decoded(pairs, codec)):
            return codec
    return None


def _four(head: bytes) -> str | None:
    for codec in ("utf-32-le", "utf-32-be"):
        if _sound(_decoded(head[: len(head) // 4 * 4], codec)):
            return codec
    return None


def _decoded(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        # Half of a pair may stand where the bytes were cut.
        return data[: error.start].decode(codec) if error.start >= len(data) - 4 else ""


def _sound(text: str) -> bool:
    """Whether this is text with lines: hardly a character that means nothing."""
    look = text[:4_000]
    if "\n" not in look and "\r" not in look:
        return False
    strange = sum(unicodedata.category(c) in _STRANGE and c not in "\t\r\n\x1a" for c in look)
    return strange < 0.02 * len(look)


def seven_bits(head: bytes) -> str | None:
    """The codec of a text of plain bytes in which others are packed: ISO 2022 or HZ."""
    if not head.isascii():
        return None
    if any(sign in head for sign in _ESCAPES):
        return next((codec for codec in _SEVEN_BITS if _changes(head, codec)), None)
    return "hz" if _HZ.search(head) and _changes(head, "hz") else None


def _changes(head: bytes, codec: str) -> bool:
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        return not whole.decode(codec).isascii()
    except UnicodeDecodeError:
        return False
