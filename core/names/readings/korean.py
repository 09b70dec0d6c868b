"""Hangul in Latin letters: Revised Romanization, McCune-Reischauer, and how people spell their own names."""

from __future__ import annotations

from functools import cache
from itertools import islice, product
from typing import Any

from core.names.tables import respelled, toml

_FIRST, _VOWELS, _LAST = 19, 21, 28
_MOST = 10


@cache
def _table() -> dict[str, Any]:
    return toml("korean")


@cache
def _letters(name: str) -> tuple[str, ...]:
    return tuple(letter.strip("-") for letter in _table()["letters"][name].split())


def read(word: str) -> list[str]:
    """Latin spellings of a word in Hangul; a family name as most write it first (kim, gim)."""
    syllables = [c for c in word if "가" <= c <= "힣"]
    if not syllables:
        return []
    found: list[str] = _table()["families"].get(word, "").split()
    revised = _system(syllables, "revised")
    found += [*_usual(syllables), revised, _system(syllables, "mccune")]
    if len(syllables) > 1 and "eu" in revised:
        found.insert(2, respelled(revised, "abroad"))
    return list(dict.fromkeys(found))[: _MOST + len(syllables)]


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - ord("가")
    return code // (_VOWELS * _LAST), code // _LAST % _VOWELS, code % _LAST


def _system(syllables: list[str], system: str) -> str:
    """The whole word in one system, with the changes where two syllables meet that names show."""
    first, vowels, last = (_letters(f"{system}_{part}") for part in ("first", "vowels", "last"))
    found = ""
    for syllable in syllables:
        begin, middle, end = _parts(syllable)
        voiced = system == "mccune" and found[-1:] in (*"aeiounlm", "g") and begin in (0, 3, 7, 12)
        found += {0: "g", 3: "d", 7: "b", 12: "j"}[begin] if voiced else first[begin]
        found += vowels[middle] + last[end]
    return found


def _usual(syllables: list[str]) -> list[str]:
    """By the spellings that syllables have in people's names; the ones that most use first."""
    revised = [_system([each], "revised") for each in syllables]
    table: dict[str, str] = _table()["syllables"]
    choices = [[*table.get(s, "").split(), r] for s, r in zip(syllables, revised, strict=True)]
    if len(syllables) > 4:
        return ["".join(each[0] for each in choices)]
    ranked = islice(product(*(list(enumerate(each))[:3] for each in choices)), 81)
    best = sorted(ranked, key=lambda combination: sum(place for place, _ in combination))
    return ["".join(text for _, text in combination) for combination in best[:_MOST]]
