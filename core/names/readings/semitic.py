"""Arabic, Persian and Hebrew in Latin letters. Their vowels are mostly not written: what comes out is a skeleton with the
vowels that are, before it the spellings of a name that the table knows.
"""

from __future__ import annotations

from functools import cache

from core.names.folding import fold
from core.names.tables import toml

_VOWELS = frozenset("aeiou")


@cache
def _known(script: str) -> dict[str, list[str]]:
    table = toml("spellings")["arabic" if script == "Arab" else "hebrew"]
    return {fold(name): spelled.split() for name, spelled in table.items()}


@cache
def _letters(name: str) -> dict[str, str]:
    usual: dict[str, str] = toml("letters")[name]
    custom: dict[str, str] = toml("letters")[f"{name}_custom"]
    return usual | {"custom" + letter: latin for letter, latin in custom.items()}


def read(word: str, script: str) -> list[str]:
    """Latin spellings of a folded word, the known ones first; the last is the skeleton."""
    found = list(_known(script).get(word, ()))
    if script == "Arab" and word.startswith("ال") and len(word) > 4:
        bare = read(word[2:], script)
        return list(
            dict.fromkeys([*found, *(f"al{each}" for each in bare[:2]), f"el{bare[0]}", *bare])
        )
    name = "arabic" if script == "Arab" else "hebrew"
    found += [_written(word, name, custom=False), _written(word, name, custom=True)]
    found.append("".join(_letters(name).get(c, "") for c in word))
    return [each for each in dict.fromkeys(found) if each]


def _written(word: str, name: str, custom: bool) -> str:
    """With w and y as vowels between consonants, and an a between two consonants that have none."""
    letters = _letters(name)
    found = ""
    for place, char in enumerate(word):
        latin = (
            letters.get("custom" + char, letters.get(char, "")) if custom else letters.get(char, "")
        )
        inner = 0 < place
        if char in "وו" and inner and _consonant(word, place - 1):
            latin = "ou" if custom and name == "arabic" else "o" if name == "hebrew" else "u"
        elif char in "يי" and inner and _consonant(word, place - 1):
            latin = "i"
        elif latin and found and latin[0] not in _VOWELS and found[-1] not in _VOWELS:
            found += "a"
        found += latin
    return found


def _consonant(word: str, place: int) -> bool:
    return word[place] not in "اوي" and word[place] not in "וי"
