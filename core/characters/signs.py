"""Sets of characters, and what single characters are replaced by. From Python's own Unicode, by rules.

Nothing is computed when the module is loaded: a process that folds nothing pays nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2800\u3164\uffa0" + "".join(
    chr(c) for c in (0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"

JOINERS = "\u200c\u200d"
NARROW_SPACE = "\u200b"  # zero width; between words where a script writes no blanks
MONGOLIAN = "\u180b\u180c\u180d\u180e\u180f"
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
TAGS = (0xE0001, *range(0xE0020, 0xE0080))


def _chars(*parts: int | Iterable[int]) -> frozenset[str]:
    codes = (c for part in parts for c in ([part] if isinstance(part, int) else part))
    return frozenset(map(chr, codes))


# Never seen, in any script: marks of direction, soft hyphens, word joiners, byte order marks, controls, no characters.
NEVER_SEEN = _chars(
    *(0xAD, 0x34F, 0x61C, 0x17B4, 0x17B5, 0x200E, 0x200F, 0xFEFF),
    *(range(0x202A, 0x202F), range(0x2060, 0x2070), range(0xFFF0, 0xFFFC)),
    *(range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B), range(0xFDD0, 0xFDF0)),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
    *(range(0x01, 0x09), range(0x0E, 0x1C), range(0x7F, 0x85), range(0x86, 0xA0)),
)
# Seen by what they do to their neighbours, in some scripts and in emoji.
SOMETIMES_SEEN = frozenset(JOINERS + NARROW_SPACE + MONGOLIAN) | _chars(SELECTORS, TAGS)
FILLERS = frozenset("\u115f\u1160")  # stand for the missing part of an old Hangul syllable
TATWEEL = "\u0640"  # makes an Arabic word longer on paper
# Vowels and signs for reading aloud of Arabic and Hebrew: most texts leave them out.
VOWELS = _chars(
    *(range(0x64B, 0x653), 0x670, range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7)
)
# One letter of two keyboards (Arabic and Persian), or with a sign that most writers leave out.
ALIKE = {
    **{"ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "أ": "ا", "إ": "ا", "ٱ": "ا"},
    **{"ё": "е", "Ё": "е"},
}

# Scripts whose letters change with what they are joined to, or need a joiner to be written at all.
JOINED = (
    *((0x600, 0x8FF), (0x900, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0x200C, 0x200C)),
    *((0xA800, 0xA8FF), (0xA930, 0xAADF), (0xABC0, 0xABFF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    *((0x10A00, 0x10EFF), (0x10F00, 0x11FFF), (0x1E900, 0x1E95F)),
)
# Scripts without blanks between words.
UNSPACED = ((0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF))

APOSTROPHES = frozenset(
    "'`\xb4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u055a\u05f3\u07f4\u1fbd\u1fbf"
    "\u2018\u2019\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40"
)
_WAVES = "\u301c\u3030"
_MINUS = "\u02d7\u2043\u2212"

# Letters whose base no rule tells; those "with stroke", "with hook" and the like are told by their names.
_LETTERS = {
    **{"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n", "ı": "i", "ȷ": "j", "ĸ": "k"},
    **{"ǥ": "g", "ʒ": "z", "ꭤ": "a"},
}
_VARIANT = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH ")

# Radicals that stand for ideographs, as PDF files give them; Unicode decomposes only those of Kangxi.
RADICALS = dict(
    zip(
        "⺁⺟⺠⻁⻄⻅⻆⻉⻋⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂母民虎西见角贝车镸长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)

# Where characters are that mean another one. Ideographs, Hangul syllables and private ones never do.
PLACES = (
    *((0x00, 0x3400), (0xA000, 0xAC00), (0xF900, 0x12000), (0x16000, 0x17000), (0x18D00, 0x20000)),
    *((0x2F800, 0x2FA20), (0xE0000, 0xE0200)),
)
_KEPT = frozenset({"<fraction>"})


def everywhere() -> Iterable[str]:
    """The characters that may mean another one."""
    return (chr(c) for first, last in PLACES for c in range(first, last))


@lru_cache(maxsize=1)
def hyphens() -> frozenset[str]:
    """Hyphens, dashes and the minus sign."""
    dashes = {c for c in everywhere() if unicodedata.category(c) == "Pd"}
    return frozenset(dashes | set(_MINUS)) - set(_WAVES)


@lru_cache(maxsize=1)
def ideographs() -> dict[str, str]:
    """Radicals of Kangxi and others to the ideographs that they stand for."""
    kangxi = [*map(chr, range(0x2F00, 0x2FD6)), "\u2e9f", "\u2ef3"]
    return {**RADICALS, **{c: unicodedata.normalize("NFKC", c) for c in kangxi}}


@lru_cache(maxsize=1)
def misread() -> dict[str, str]:
    """Control characters that no text means to the signs that Windows has in their places, as HTML reads them.

    U+0092 is what O’Neal has in a file that was taken for Latin-1. Where Windows has none, a character was lost.
    U+0085 is a line end.
    """
    codes = (c for c in range(0x80, 0xA0) if c != 0x85)
    return {chr(c): bytes([c]).decode("cp1252", "replace") for c in codes}


@lru_cache(maxsize=1)
def narrow() -> dict[str, str]:
    """Letters, digits and signs of full and half width to the plain ones, and digits of every script.

    What carries meaning of its own stays: superscripts, fractions, numbers in circles, ligatures.
    """
    wide = map(chr, (*range(0xFF01, 0xFFA0), *range(0xFFE0, 0xFFE7)))
    found = {c: unicodedata.normalize("NFKC", c) for c in wide}
    found["\uffe3"] = "\xaf"  # its own decomposition is a mark on a blank
    for c in map(chr, range(0x80, 0xFF00)):
        if unicodedata.category(c) == "Nd":
            found[c] = str(unicodedata.decimal(c))
    found |= fonts()
    # The hyphens that are typed for a minus; a longer dash may stand between two values.
    return {**found, **dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-")}


@lru_cache(maxsize=1)
def fonts() -> dict[str, str]:
    """Letters and digits in the fonts of mathematics, which are typed for show, to the plain ones."""
    letters = {c: unicodedata.normalize("NFKC", c) for c in everywhere()}
    return {
        c: to
        for c, to in letters.items()
        if to.isascii() and to.isalnum() and unicodedata.decomposition(c).startswith("<font>")
    }


@lru_cache(maxsize=1)
def base() -> dict[str, str]:
    """What each character is compared as: no case, no width, no accents of Latin and Greek."""
    once = {c: b for c in everywhere() if (b := _base(c)) != c}
    return {c: "".join(once.get(part, part) for part in b) for c, b in once.items()}


def _base(c: str) -> str:
    if c in BLANKS:
        return " "
    if c in NEVER_SEEN or c in SOMETIMES_SEEN or c in FILLERS or c in VOWELS or c == TATWEEL:
        return ""
    if c in ALIKE:
        return ALIKE[c]
    if c in APOSTROPHES:
        return "'"
    if c in hyphens():
        return "-"
    if c in RADICALS:
        return RADICALS[c]
    kind = unicodedata.category(c)
    if kind == "Nd":
        return str(unicodedata.decimal(c))
    if kind not in ("Lu", "Ll", "Lt") and not unicodedata.decomposition(c) and c.casefold() == c:
        return c
    return unicodedata.normalize("NFC", "".join(_folded(part) for part in _plain(c)))


def _plain(c: str) -> str:
    """NFKC, where that is another way to write the same and not another value."""
    kind = unicodedata.decomposition(c).split(" ")[0]
    if _hangul(c):
        return _hangul_letter(c)
    if kind in _KEPT or unicodedata.category(c) == "No" and kind == "<super>" or c in "™℠":
        return c
    plain = unicodedata.normalize("NFKC", c)
    return c if plain.startswith(" ") else plain


def _hangul(c: str) -> bool:
    return "\u3131" <= c <= "\u318e" or "\uffa1" <= c <= "\uffdc"


def _hangul_letter(c: str) -> str:
    # Letters that stand alone stay so: they are no parts of syllables.
    narrow_of = unicodedata.decomposition(c)
    return chr(int(narrow_of.split(" ")[1], 16)) if c > "\uff00" and narrow_of else c


def _folded(c: str) -> str:
    if c in APOSTROPHES:
        return "'"
    if c in hyphens():
        return "-"
    parts = unicodedata.normalize("NFD", c)
    if western(parts[0]):
        parts = "".join(p for p in parts if unicodedata.category(p)[0] != "M")
    low = parts.casefold().replace("i\u0307", "i")
    if low != c and low != parts:
        return "".join(_folded(p) for p in low)
    return "".join(_letter(p) for p in low)


def _letter(c: str) -> str:
    if c in _LETTERS or c.isascii():
        return _LETTERS.get(c, c)
    named = _VARIANT.match(unicodedata.name(c, ""))
    return named[1].lower() if named else c


def western(c: str) -> bool:
    """A letter of Latin or Greek: their marks are accents."""
    return unicodedata.name(c, "").startswith(("LATIN ", "GREEK ")) and c.isalpha()


@lru_cache(maxsize=1)
def westerns() -> frozenset[str]:
    """All letters of Latin and Greek."""
    return frozenset(c for c in everywhere() if c.isalpha() and western(c))
