"""Texts as words: the same cut and the same fold for records and for queries.

A word is a run of letters, digits and marks; an apostrophe within belongs to it and is left out. Each sign of a
script without blanks (ideographs, kana, Thai ...) is a token of its own: a run of them is looked for as a phrase, so
that no language has to be known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from core.characters import signs
from core.characters.forms import python, runs
from core.names.folding import simplified

LONGEST = 60  # characters of a word; more are cut off
# Ideographs, kana, bopomofo; Thai, Lao, Khmer, Burmese.
_UNSPACED = [
    *((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA)),
    *((0x30FC, 0x312F), (0x31A0, 0x31FF), (0x3400, 0x4DBF)),
    *((0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF)),
    *signs.UNSPACED,
]
_ACCENT = 200  # combining classes from here on are marks over or under a letter, not part of it


class Token(NamedTuple):
    """A word or a sign of a text: folded, and where it stands. `sign`: of a script without blanks."""

    text: str
    start: int
    end: int
    sign: bool = False


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    marks = python(runs(c for c in signs.everywhere() if unicodedata.category(c)[0] == "M"))
    unspaced = python(_UNSPACED)
    apostrophes = "".join(map(re.escape, sorted(signs.APOSTROPHES)))
    letter = rf"(?:(?![{unspaced}_])[\w{marks}])"
    return re.compile(
        rf"(?P<sign>[{unspaced}][{marks}]*)|{letter}+(?:[{apostrophes}]{letter}+)*[+#]*"
    )


_SIMPLE = re.compile(r"[a-z0-9 ]+\Z")


def tokens(text: str) -> Iterator[Token]:
    """The words and signs of a text, in its order."""
    for found in _pattern().finditer(text):
        sign = found["sign"] is not None
        folded = fold(_plain(found[0]) if sign else found[0])
        if folded:
            yield Token(folded, found.start(), found.end(), sign)


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    """The folded words and signs of a short text."""
    low = text.lower()
    if _SIMPLE.match(low):
        return tuple(low.split())
    return tuple(token.text for token in tokens(text))


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """A word without case, accents, width, apostrophes, and what cannot be seen."""
    if word.isascii():
        return word.lower().replace("'", "").replace("`", "")[:LONGEST]
    plain = unicodedata.normalize("NFKC", word).lower().translate(_table())
    parts = unicodedata.normalize("NFD", plain)
    bare = "".join(c for c in parts if unicodedata.combining(c) < _ACCENT and c not in signs.VOWELS)
    return unicodedata.normalize("NFC", bare).translate(_table())[:LONGEST]


@lru_cache(maxsize=50_000)
def _plain(sign: str) -> str:
    """An ideograph as it is written in China: both ways of writing find each other."""
    return simplified(sign)


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    table = {c: to for c, to in signs.base().items() if not c.isascii()}
    return str.maketrans({**table, **dict.fromkeys(signs.APOSTROPHES, "")})


def is_sign(word: str) -> bool:
    """Whether a token is a sign of a script without blanks."""
    return len(word) <= 2 and any(first <= ord(word[0]) <= last for first, last in _UNSPACED)
