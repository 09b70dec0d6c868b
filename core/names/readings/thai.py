"""Thai in Latin letters, roughly as the Royal Thai General System writes it: vowels go behind their consonant,
silent letters are left out, a consonant that ends a syllable has another sound than one that begins it.
"""

from __future__ import annotations

import re
from functools import cache

from core.names.tables import toml

_SILENT = re.compile(
    "[\u0e01-\u0e2e][\u0e34-\u0e39]?\u0e4c"
)  # with the mark of a letter that is not spoken
_TONES = re.compile("[\u0e47\u0e48-\u0e4e]")
_BEFORE = re.compile(
    "([เแโใไ])([ก-ฮ])(?:([รลว])(?=[ก-ฮ]))?"
)  # vowels that stand before their consonant
_LIQUID = frozenset("รลว")
_CLUSTERS = frozenset("กขคตทปผพสศจซ")  # what they follow without a vowel between
_LATIN_VOWELS = frozenset("aeiou")


@cache
def _table(name: str) -> dict[str, str]:
    table: dict[str, str] = toml("letters")[f"thai_{name}"]
    return table


def read(word: str) -> list[str]:
    """Latin spellings of a word in Thai: thaksin, taksin."""
    plain = _TONES.sub("", _SILENT.sub("", word)).replace("รร", "ั")
    turned = _BEFORE.sub(lambda m: m[2] + (m[3] or "") + m[1], plain)
    found = "".join(_pieces(turned))
    simple = found.replace("kh", "k").replace("ph", "p").replace("th", "t")
    others = [simple, found.replace("w", "v"), re.sub("^ch", "sh", found)]
    return [each for each in dict.fromkeys([found, *others]) if each]


def _pieces(text: str) -> list[str]:
    first, last, vowels = _table("first"), _table("last"), _table("vowels")
    found: list[str] = []
    open_, closed = False, False  # whether a syllable has its vowel; whether it has ended
    for place, char in enumerate(text):
        after = text[place + 1 : place + 2]
        if char in vowels:
            found.append(vowels[char])
            open_, closed = True, False
        elif char not in first:
            continue
        elif after in vowels or char in _CLUSTERS and _liquid(text, place + 1):
            found.append(first[char])
            open_, closed = False, False
        elif open_:
            found.append(last.get(char, ""))
            open_, closed = False, True
        elif found and not closed and found[-1][-1:] not in _LATIN_VOWELS:
            found += ["o", last.get(char, "")]  # two consonants without a vowel: khon
            closed = True
        elif not closed or after:
            begins = (
                text[place + 2 : place + 3] in vowels
            )  # the next syllable, after this one of ours
            found.append(first[char] + ("a" if after and (closed or begins) else ""))
            closed = False
    return found


def _liquid(text: str, place: int) -> bool:
    """Whether r, l or w and a vowel follow, so that two consonants are spoken together."""
    return text[place : place + 1] in _LIQUID and text[place + 1 : place + 2] in _table("vowels")
