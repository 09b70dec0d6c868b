"""How a word in Latin letters sounds, coarsely and in any language, and how far two such sounds are apart.

A word becomes a text of one letter a sound: capitals are sounds that English writes with two letters (S sh, Z zh, C ch,
J dj, N ng), c is ts and x is kh. Vowels count little, what often changes from language to language
(b and v, l and r, j and y) counts half.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from core.names.tables import toml

VOWELS = frozenset("aeiou")
_WEAK = frozenset("hyw")  # left out by many languages
_SHORT = 2  # consonants: in a word with no more of them vowels count more


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = toml("sounds")["letters"]
    longest = sorted(table, key=len, reverse=True)
    return re.compile("|".join(longest)), table


@cache
def _near() -> dict[str, float]:
    """Two sounds to what it costs to take one for the other."""
    table: dict[str, float] = toml("sounds")["near"]
    return {**table, **{pair[::-1]: cost for pair, cost in table.items()}}


@lru_cache(maxsize=1 << 17)
def sound(latin: str) -> str:
    """The sounds of a word in folded Latin letters, doubled ones once; other characters are left out."""
    pattern, table = _spellings()
    before = ""
    found = []
    for match in pattern.finditer(latin):
        for each in table[match.group()]:
            if each != before:
                found.append(each)
            before = each
    return "".join(found)


def skeleton(sounds: str) -> str:
    """The consonants alone, in classes that hold in all scripts: P T K S M L; vowels and h, y, w are left out."""
    classes = toml("sounds")["classes"]
    found = [classes[each] for each in sounds if each in classes]
    return "".join(c for place, c in enumerate(found) if not place or found[place - 1] != c)


def _weight(each: str) -> float:
    return 0.35 if each in VOWELS or each in _WEAK else 1.0


@lru_cache(maxsize=1 << 17)
def closeness(a: str, b: str) -> float:
    """How alike two texts of sounds are: 1 the same, 0 nothing in common."""
    if a == b:
        return 1.0
    whole = sum(map(_weight, a)) + sum(map(_weight, b))
    if not a or not b:
        return 0.0
    short = min(sum(c not in VOWELS for c in a), sum(c not in VOWELS for c in b)) <= _SHORT
    return max(0.0, 1.0 - 2 * _distance(a, b, 0.4 if short else 0.2) / whole)


def _distance(a: str, b: str, vowel: float) -> float:
    near = _near()
    row = [0.0]
    weights = [_weight(y) for y in b]
    for weight in weights:
        row.append(row[-1] + weight)
    for x in a:
        before, gone = row, _weight(x)
        left = before[0] + gone
        row = [left]
        for place, y in enumerate(b):
            if x == y:
                best = before[place]
            elif x in VOWELS and y in VOWELS:
                best = before[place] + vowel
            else:
                best = before[place] + near.get(x + y, 1.2)
            if before[place + 1] + gone < best:
                best = before[place + 1] + gone
            if left + weights[place] < best:
                best = left + weights[place]
            row.append(best)
            left = best
    return row[-1]
