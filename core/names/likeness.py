"""How two single words agree."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from core.names.agreement import How
from core.names.folding import fold, simplified
from core.names.nicknames import given, nicknames
from core.names.romanising import read
from core.names.scripts import script
from core.names.sounds import closest
from core.names.spoken import spoken

_ONE, _TWO = 4, 8  # letters from which one, two slips may be in a word
_ALIKE = 0.8  # closeness of sounds from which words of one script sound alike
_TWO_NAMES = 0.35  # what two given names count that differ by so little
_STRICT = 0.86  # the same for names of China and Korea, which have few sounds
_OTHER = 0.66  # the same across scripts, in which more changes


@lru_cache(maxsize=1 << 17)
def alike(a: str, b: str, strict: bool = False) -> tuple[How, float]:
    """How two words (as written) agree, and how much that counts: 0 to 1.

    `strict`: readings of two scripts have to be nearly the same, since the names are no foreign ones in either.
    """
    if fold(a) == fold(b):
        return "same", 1.0
    kinds = script(a), script(b)
    if kinds == ("Latn", "Latn"):
        return _latin(a, b)
    if kinds == ("Hani", "Hani") and simplified(a) == simplified(b):
        return "same", 1.0
    if kinds[0] == kinds[1]:
        return _one_script(fold(a), fold(b))
    return _scripts(a, b, strict)


def _latin(a: str, b: str) -> tuple[How, float]:
    one, two = read(a), read(b)
    if set(one) & set(two):
        return "same", 0.98
    if two[0] in nicknames(one[0]):
        return "nickname", 0.9
    how, weight = _slips(one[0], two[0]) or _sounding(a, b)
    if weight > _TWO_NAMES and _two_names(one[0], two[0]):
        if set(spoken(a)).isdisjoint(spoken(b)):
            return how, _TWO_NAMES
    return how, weight


def _two_names(a: str, b: str) -> bool:
    """Whether what looks like a slip is another name: John and Joan, Robert and Roberta, Mario and Maria."""
    if given(a) and (given(b) or b == f"{a}a") or given(b) and a == f"{b}a":
        return True
    return a[:-1] == b[:-1] and {a[-1], b[-1]} == {"o", "a"}


def _one_script(a: str, b: str) -> tuple[How, float]:
    if b in nicknames(a):
        return "nickname", 0.9
    found = _slips(a, b)
    return found or ("contradicts", 0.0)


def _slips(a: str, b: str) -> tuple[How, float] | None:
    shorter = min(len(a), len(b))
    edits = OSA.distance(a, b, score_cutoff=2)
    if edits == 1 and shorter >= _ONE:
        return "one edit", 0.92 if shorter >= 6 else 0.85
    if edits == 2 and shorter >= _TWO:
        return "two edits", 0.8
    return None


def _sounding(a: str, b: str) -> tuple[How, float]:
    if min(len(a), len(b)) < 3:
        return "contradicts", 0.0
    close = closest(spoken(a), spoken(b), _ALIKE)
    if close:
        return "sounds alike", round(0.9 * close, 3)
    return "contradicts", 0.0


def _scripts(a: str, b: str, strict: bool) -> tuple[How, float]:
    one, two = read(a), read(b)
    if not one or not two:
        return "contradicts", 0.0
    if set(one) & set(two):
        return "other script", 0.97
    close = closest(spoken(a), spoken(b), _OTHER)
    if close >= (_STRICT if strict else _OTHER):
        return "other script", round(0.97 - 0.9 * (1 - close), 3)
    if any(y in nicknames(x) for x in one[:2] for y in two[:2]):
        return "nickname", 0.85
    if close:  # near, but not near enough to be taken for the same
        return "other script", round(0.5 * close, 3)
    return "contradicts", 0.0
