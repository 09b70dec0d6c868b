"""The stretches of bytes by which encodings are told apart: words with bytes that are not ASCII."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress

from core.files.encodings.decoding import is_utf8

# No byte below 0x40 is part of a longer character, save the digits in those of four bytes of
# GB 18030, so a word is cut at blanks, digits and most delimiters in every encoding.
_WORDS = re.compile(rb"(?:[\x40-\xff]|(?<=[\x81-\xfe])[0-9][\x81-\xfe][0-9])+")
_ASCII = re.compile(rb"[A-Za-z]{2,}")
LONGEST = 400  # bytes of a word; a longer one is cut
MOST = 12_000  # bytes of words that are UTF-8, and of those that are not
WORDS = 400  # of plain ASCII
NUMBER = "\t"  # beside a word: a blank, and a number
_Key = tuple[bytes, str, str]  # a word, and what is beside it


@dataclass(frozen=True)
class Segments:
    """Words that hold bytes beyond ASCII, the signs on both sides of each, and how often it is there.

    `ascii` are other words, which show the language.
    """

    words: tuple[bytes, ...]
    around: tuple[tuple[str, str], ...]
    counts: tuple[int, ...]
    ascii: tuple[str, ...]

    def split(self, of: Callable[[bytes], bool]) -> tuple[Segments, Segments]:
        """Those whose words are such, and the others."""
        kept = [of(word) for word in self.words]
        return self._only(kept), self._only([not each for each in kept])

    def _only(self, kept: list[bool]) -> Segments:
        return Segments(
            words=tuple(compress(self.words, kept)),
            around=tuple(compress(self.around, kept)),
            counts=tuple(compress(self.counts, kept)),
            ascii=self.ascii,
        )


def segments(data: bytes) -> Segments:
    """The words of a sample, each once."""
    found: Counter[_Key] = Counter()
    plain: Counter[bytes] = Counter()
    for match in _WORDS.finditer(data):
        word = match[0]
        if word.isascii():
            plain.update(_ASCII.findall(word))
        else:
            before, behind = match.start() - 1, match.end()
            key = _piece(word), _beside(data, before, -1), _beside(data, behind, 1)
            found[key] += 1
    kept = _spread(list(found))
    return Segments(
        words=tuple(word for word, _, _ in kept),
        around=tuple((before, behind) for _, before, behind in kept),
        counts=tuple(found[key] for key in kept),
        ascii=tuple(word.decode() for word in list(plain)[:WORDS]),
    )


def _piece(word: bytes) -> bytes:
    """A long word cut between two characters of UTF-8, or from where it is none."""
    if len(word) <= LONGEST:
        return word
    try:
        word.decode("utf-8")
    except UnicodeDecodeError as error:
        return word[error.start :][:LONGEST] if error.start >= LONGEST else word[:LONGEST]
    return word[:LONGEST].decode("utf-8", "ignore").encode("utf-8")


def _beside(data: bytes, place: int, step: int) -> str:
    """What stands beside a word: 0 for a digit, a tab for a blank with a digit behind it, or a blank."""
    near, far = (data[at : at + 1] if at >= 0 else b"" for at in (place, place + step))
    if near.isdigit():
        return "0"
    return NUMBER if near == b" " and far.isdigit() else " "


def _spread(keys: list[_Key]) -> list[_Key]:
    """As many as may be looked at, from the beginning to the end.

    Those that are UTF-8 and those that are not each for themselves: of a few among many others, all.
    """
    kept: list[_Key] = []
    for kind in (True, False):
        some = [key for key in keys if is_utf8(key[0]) == kind]
        kept += some[:: max(1, -(-sum(len(word) for word, _, _ in some) // MOST))]
    return kept
