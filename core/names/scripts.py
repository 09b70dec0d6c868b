"""Which script a text is written in, by the four letters of ISO 15924."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import groupby

# First and last code point of what names are written in, in order. From Unicode's blocks.
_RANGES = (
    *((0x41, 0x5A, "Latn"), (0x61, 0x7A, "Latn"), (0xAA, 0xAA, "Latn"), (0xBA, 0xBA, "Latn")),
    *(
        (0xC0, 0x2AF, "Latn"),
        (0x370, 0x3FF, "Grek"),
        (0x400, 0x52F, "Cyrl"),
        (0x531, 0x58F, "Armn"),
    ),
    *(
        (0x591, 0x5F4, "Hebr"),
        (0x600, 0x6FF, "Arab"),
        (0x700, 0x74F, "Syrc"),
        (0x750, 0x77F, "Arab"),
    ),
    *(
        (0x780, 0x7BF, "Thaa"),
        (0x8A0, 0x8FF, "Arab"),
        (0x900, 0x97F, "Deva"),
        (0x980, 0x9FF, "Beng"),
    ),
    *(
        (0xA00, 0xA7F, "Guru"),
        (0xA80, 0xAFF, "Gujr"),
        (0xB00, 0xB7F, "Orya"),
        (0xB80, 0xBFF, "Taml"),
    ),
    *(
        (0xC00, 0xC7F, "Telu"),
        (0xC80, 0xCFF, "Knda"),
        (0xD00, 0xD7F, "Mlym"),
        (0xD80, 0xDFF, "Sinh"),
    ),
    *(
        (0xE00, 0xE7F, "Thai"),
        (0xE80, 0xEFF, "Laoo"),
        (0xF00, 0xFFF, "Tibt"),
        (0x1000, 0x109F, "Mymr"),
    ),
    *((0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"), (0x1200, 0x139F, "Ethi")),
    *((0x1780, 0x17FF, "Khmr"), (0x1800, 0x18AF, "Mong"), (0x1C80, 0x1C8F, "Cyrl")),
    *((0x1C90, 0x1CBF, "Geor"), (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek")),
    *((0x2C60, 0x2C7F, "Latn"), (0x2DE0, 0x2DFF, "Cyrl"), (0x2E80, 0x2FDF, "Hani")),
    *((0x3005, 0x3007, "Hani"), (0x3041, 0x309F, "Hira"), (0x30A1, 0x30FA, "Kana")),
    *((0x30FC, 0x30FF, "Kana"), (0x3105, 0x312F, "Bopo"), (0x3131, 0x318E, "Hang")),
    *((0x31F0, 0x31FF, "Kana"), (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani")),
    *((0xA640, 0xA69F, "Cyrl"), (0xA720, 0xA7FF, "Latn"), (0xA8E0, 0xA8FF, "Deva")),
    *((0xAB30, 0xAB6F, "Latn"), (0xAC00, 0xD7FB, "Hang"), (0xF900, 0xFAFF, "Hani")),
    *((0xFB00, 0xFB06, "Latn"), (0xFB1D, 0xFB4F, "Hebr"), (0xFB50, 0xFDFF, "Arab")),
    *((0xFE70, 0xFEFC, "Arab"), (0xFF21, 0xFF3A, "Latn"), (0xFF41, 0xFF5A, "Latn")),
    *((0xFF66, 0xFF9F, "Kana"), (0xFFA0, 0xFFDC, "Hang"), (0x20000, 0x323AF, "Hani")),
)
_FIRST = [first for first, _, _ in _RANGES]
COMMON = "Zyyy"  # digits, signs, and what stands in no script of the table
CJK = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})  # written without blanks between words


def of(char: str) -> str:
    """The script of one character: Latn, Hani, Cyrl ...; Zyyy for digits and signs."""
    code = ord(char)
    place = bisect_right(_FIRST, code) - 1
    if place >= 0 and code <= _RANGES[place][1]:
        return _RANGES[place][2]
    return COMMON


def script(token: str) -> str:
    """The script of most characters of a token (of its first 64). Kana wins over Han: what has both is Japanese."""
    return _script(token[:64])


@lru_cache(maxsize=1 << 16)
def _script(token: str) -> str:
    if token.isascii():
        return "Latn" if any(c.isalpha() for c in token) else COMMON
    if len(token) == 1:
        return of(token)
    counts: dict[str, int] = {}
    for char in token:
        found = of(char)
        if found != COMMON:
            counts[found] = counts.get(found, 0) + 1
    for kana in ("Hira", "Kana"):
        if kana in counts and "Hani" in counts:
            return kana
    return max(counts, key=lambda each: counts[each], default=COMMON)


def runs(token: str) -> list[str]:
    """The token cut where its script changes: 周杰伦Jay is two. Han and kana stay together."""
    if token.isascii():
        return [token]
    found: list[tuple[str, str]] = []
    for kind, chars in groupby(token, of):
        text = "".join(chars)
        kind = "Japn" if kind in ("Hani", "Hira", "Kana") else kind
        if found and (kind in (COMMON, found[-1][0]) or found[-1][0] == COMMON):
            found[-1] = (kind if found[-1][0] == COMMON else found[-1][0], found[-1][1] + text)
        else:
            found.append((kind, text))
    return [text for _, text in found]
