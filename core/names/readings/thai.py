"""Thai in Latin letters, roughly: vowels go behind their consonant, silent letters are left out."""

from __future__ import annotations

import re
from functools import cache

from core.names.tables import toml

_SILENT = re.compile(
    "[\u0e01-\u0e2e][\u0e34-\u0e39]?\u0e4c"
)  # with the mark of a letter that is not spoken
_TONES = re.compile("[\u0e47\u0e48-\u0e4e]")
_PREPOSED = re.compile("([เแโใไ])([ก-ฮ])(?=([รลว])?)")
_SCARCE = str.maketrans({"ร": "n", "ล": "n", "ญ": "n", "ณ": "n"})


@cache
def _letters() -> dict[str, str]:
    return {**toml("letters")["thai_first"], **toml("letters")["thai_vowels"]}


def read(word: str) -> list[str]:
    """Latin spellings of a word in Thai: thaksin, chinawat."""
    plain = _TONES.sub("", _SILENT.sub("", word)).replace("รร", "ั")
    turned = _PREPOSED.sub(r"\2\1", plain)
    letters = _letters()
    found = ""
    for place, char in enumerate(turned):
        latin = letters.get(char, "")
        if char == "ย" and found[-1:] == "a":
            latin = "i"
        elif char == "ว" and found[-1:] not in (*"aeiou", ""):
            latin = "ua" if turned[place + 1 : place + 2] not in _vowels() else "w"
        elif "ก" <= char <= "ฮ" and place and _bare(turned, place):
            latin = "a" + latin if found and found[-1] not in "aeiou" else latin
        found += latin
    others = [
        found.replace("kh", "k").replace("ph", "p").replace("th", "t"),
        found.replace("w", "v"),
    ]
    return [each for each in dict.fromkeys([found, *others]) if each]


@cache
def _vowels() -> frozenset[str]:
    return frozenset(toml("letters")["thai_vowels"])


def _bare(text: str, place: int) -> bool:
    """Whether the consonant before has no vowel."""
    return "ก" <= text[place - 1] <= "ฮ"
