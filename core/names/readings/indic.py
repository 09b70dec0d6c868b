"""Devanagari in Latin letters, with the short a where it is spoken."""

from __future__ import annotations

import unicodedata
from functools import cache

from core.names.tables import toml

_NUKTA, _VIRAMA = "\u093c", "\u094d"
_SHORT = "short a"  # the vowel of a consonant without a sign, which is not always spoken
_NASAL = frozenset("\u0901\u0902")


@cache
def _letters() -> tuple[dict[str, str], dict[str, str]]:
    consonants = {
        unicodedata.normalize("NFD", c): to for c, to in toml("letters")["devanagari"].items()
    }
    return consonants, toml("letters")["devanagari_vowels"]


def read(word: str) -> list[str]:
    """Latin spellings of a word in Devanagari: lata, mangeshkar."""
    pieces = _pieces(unicodedata.normalize("NFD", word))
    spoken = _without_silent(pieces)
    found = [spoken, _text(pieces)]
    found += [spoken.replace("v", "w"), spoken.replace("sh", "s").replace("chh", "ch")]
    return [each for each in dict.fromkeys(found) if each]


def _pieces(word: str) -> list[tuple[str, str]]:
    """Consonant and vowel of each letter; a consonant without a sign has the short a."""
    consonants, vowels = _letters()
    found: list[tuple[str, str]] = []
    for place, char in enumerate(word):
        nukta = word[place + 1 : place + 2] == _NUKTA
        if char in consonants:
            letter = consonants[char]
            found.append((consonants.get(char + _NUKTA, letter) if nukta else letter, _SHORT))
        elif char == _VIRAMA and found:
            found[-1] = (found[-1][0], "")
        elif char in _NASAL:
            found.append(("n", ""))
        elif char in vowels:
            sign = "\u093e" <= char <= "\u094c"
            if sign and found:
                found[-1] = (found[-1][0], vowels[char])
            else:
                found.append(("", vowels[char]))
    return found


def _without_silent(pieces: list[tuple[str, str]]) -> str:
    """The short a is silent at the end, and between two syllables that have a vowel of their own."""
    found = list(pieces)
    if len(found) > 1 and found[-1][1] == _SHORT and found[-1][0]:
        found[-1] = (found[-1][0], "")
    for place in range(len(found) - 2, 0, -1):
        latin, vowel = found[place]
        before, after = found[place - 1], found[place + 1]
        if vowel == _SHORT and latin and before[1] and all(after):
            found[place] = (latin, "")
    return _text(found)


def _text(pieces: list[tuple[str, str]]) -> str:
    return "".join(latin + ("a" if vowel == _SHORT else vowel) for latin, vowel in pieces)
