"""How a word in Latin letters sounds, coarsely and in any language, and how far two such sounds are apart.

A word becomes a text of one letter a sound: capitals are sounds that English writes with two letters (S sh, Z zh, C ch, T th,
J dj, N ng), c is ts and x is kh. Vowels count little, what often changes from language to language
(b and v, l and r, j and y) counts half.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from core.names.tables import toml

Numbers = npt.NDArray[Any]
_NONE = "\0"  # behind the end of a shorter text
VOWELS = frozenset("aeiou")
_WEAK = frozenset("hyw")  # left out by many languages
_WEAKER = 0.65  # by how much a sound counts less that stands for a full one: h for kh
_SHORT = 2  # consonants: in a word with no more of them vowels count more


@cache
def _spellings() -> dict[str, list[tuple[str, str]]]:
    """Spellings and their sounds by first letter, the longest first."""
    table: dict[str, str] = toml("sounds")["letters"]
    found: dict[str, list[tuple[str, str]]] = {}
    for spelling in sorted(table, key=len, reverse=True):
        found.setdefault(spelling[0], []).append((spelling, table[spelling]))
    return found


@cache
def _near() -> dict[str, float]:
    """Two sounds to what it costs to take one for the other."""
    table: dict[str, float] = toml("sounds")["near"]
    return {**table, **{pair[::-1]: cost for pair, cost in table.items()}}


@lru_cache(maxsize=1 << 17)
def sound(latin: str) -> str:
    """The sounds of a word in folded Latin letters, doubled ones once; other characters are left out."""
    table = _spellings()
    found = before = ""
    place = 0
    while place < len(latin):
        for spelling, sounds in table.get(latin[place], ()):
            if latin.startswith(spelling, place):
                place += len(spelling)
                found += sounds[1:] if sounds[0] == before else sounds
                before = sounds[-1]
                break
        else:
            place += 1
    return found


@lru_cache(maxsize=1 << 17)
def skeleton(sounds: str) -> str:
    """The consonants alone, in classes that hold in all scripts: P T K S M L; vowels and h, y, w are left out."""
    classes = _classes()
    found = [classes[each] for each in sounds if each in classes]
    return "".join(c for place, c in enumerate(found) if not place or found[place - 1] != c)


@cache
def _classes() -> dict[str, str]:
    classes: dict[str, str] = toml("sounds")["classes"]
    return classes


def _weight(each: str) -> float:
    return 0.35 if each in VOWELS or each in _WEAK else 1.0


@lru_cache(maxsize=1 << 17)
def _weights(sounds: str) -> tuple[list[float], float, int]:
    """What each sound counts, all together, and how many consonants there are."""
    found = [_weight(each) for each in sounds]
    return found, sum(found), sum(each not in VOWELS for each in sounds)


def closest(these: tuple[str, ...], those: tuple[str, ...], least: float) -> float:
    """How alike the two most alike of several ways to speak two words are; 0 below `least`."""
    best = 0.0
    for a in these:
        for b in those:
            if a == b:
                return 1.0
            if _promising(a, b, max(best, least)):
                best = max(best, closeness(a, b))
    return best if best >= least else 0.0


def _promising(a: str, b: str, least: float) -> bool:
    """Whether two sounds can be as alike as that: by their lengths, and by their consonants."""
    long, short = _weights(a)[1], _weights(b)[1]
    if 2 * (abs(long - short) - _WEAKER) > (1 - least) * (long + short):
        return False
    one, two = skeleton(a), skeleton(b)
    most = max(len(one), len(two))
    return most < 2 or Levenshtein.distance(one, two) <= most // 2


def strangers(a: str, b: str) -> bool:
    """Whether two texts of sounds have several consonants each and none in common: *emli* and *henri* are near sound by
    sound, and nobody takes one for the other."""
    one, two = ({c for c in sounds if c not in VOWELS and c not in _WEAK} for sounds in (a, b))
    return min(len(one), len(two)) > 1 and one.isdisjoint(two)


@lru_cache(maxsize=1 << 17)
def closeness(a: str, b: str) -> float:
    """How alike two texts of sounds are: 1 the same, 0 nothing in common."""
    if a == b:
        return 1.0
    if not a or not b:
        return 0.0
    (weights_a, whole_a, hard_a), (weights_b, whole_b, hard_b) = _weights(a), _weights(b)
    vowel = 0.4 if min(hard_a, hard_b) <= _SHORT else 0.2
    apart = _distance(a, b, weights_a, weights_b, vowel)
    return max(0.0, 1.0 - 2 * apart / (whole_a + whole_b))


def closenesses(a: str, others: Sequence[str]) -> list[float]:
    """How alike a text of sounds is to each of these, as `closeness` says; a hundred at once, in a third of the time."""
    if not a or not others:
        return [closeness(a, b) for b in others]
    longest = max(1, max(map(len, others)))
    padded = "".join(b.ljust(longest, _NONE) for b in others).encode("latin-1")
    codes = np.frombuffer(padded, dtype=np.uint8).reshape(len(others), longest)
    weights, costs, vowels = _arrays()
    come = weights[codes]
    lengths = (codes != ord(_NONE)).sum(axis=1)
    gone, whole, hard = _weights(a)
    hards = lengths - vowels[codes].sum(axis=1)
    vowel = np.where(np.minimum(hards, hard) <= _SHORT, 0.4, 0.2)
    row = np.zeros((longest + 1, len(others)))  # a row of the table of distances for all of them
    row[1:] = np.cumsum(come, axis=1).T
    for sound_, lost in zip(a.encode("latin-1"), gone, strict=True):
        changed = costs[sound_][codes].T
        if vowels[sound_]:
            changed = np.where((vowels[codes].T == 1) & (changed > 0), vowel, changed)
        best = np.minimum(row[:-1] + changed, row[1:] + lost)
        row[0] += lost
        for place in range(longest):
            row[place + 1] = np.minimum(best[place], row[place] + come[:, place])
    apart = row[lengths, np.arange(len(others))]
    both = whole + come.sum(axis=1)
    return [float(each) for each in np.maximum(0.0, 1.0 - 2 * apart / both)]


@cache
def _arrays() -> tuple[Numbers, Numbers, Numbers]:
    """By sound: what it counts; by two sounds: what it costs to take one for the other; by sound: 1 for a vowel."""
    weights, vowels = np.zeros(256), np.zeros(256, dtype=np.int64)
    costs = np.full((256, 256), 1.2)
    np.fill_diagonal(costs, 0.0)
    for code in range(1, 256):
        weights[code] = _weight(chr(code))
        vowels[code] = chr(code) in VOWELS
    for pair, cost in _near().items():
        costs[ord(pair[0]), ord(pair[1])] = cost
    return weights, costs, vowels


def _distance(a: str, b: str, gone: list[float], come: list[float], vowel: float) -> float:
    near = _near()
    row = [0.0]
    for weight in come:
        row.append(row[-1] + weight)
    for x, lost in zip(a, gone, strict=True):
        before = row
        left = before[0] + lost
        row = [left]
        soft = x in VOWELS
        for place, y in enumerate(b):
            best = before[place]
            if x != y:
                best += vowel if soft and y in VOWELS else near.get(x + y, 1.2)
            if before[place + 1] + lost < best:
                best = before[place + 1] + lost
            if left + come[place] < best:
                best = left + come[place]
            row.append(best)
            left = best
    return row[-1]
