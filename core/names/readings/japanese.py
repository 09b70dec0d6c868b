"""Japanese words in Latin letters: kana as it is written, kanji by their readings in names."""

from __future__ import annotations

from functools import lru_cache

from core.names.readings import kana, kanji

_MOST = 14


@lru_cache(maxsize=1 << 12)  # forms and keys of a name ask one after the other
def read(word: str) -> tuple[str, ...]:
    """Latin spellings of a word in kanji, kana or both, the likeliest reading first."""
    if not any("\u3400" <= c <= "\u9fff" or c == "々" for c in word):
        return kana.read(word)
    spellings = [kana.read(reading) for reading in kanji.read(word)]
    first = [each[0] for each in spellings if each]
    return tuple(dict.fromkeys([*first, *(s for each in spellings for s in each[:3])]))[:_MOST]


def known(word: str) -> bool:
    """Whether the word is a family or given name of Japan, and longer than one kanji."""
    return len(word) > 1 and (word in kanji.families() or word in kanji.given())
