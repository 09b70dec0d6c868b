"""Two names compared word by word: which word of one is which word of the other, and what that says."""

from __future__ import annotations

import re

from core.names import cjk
from core.names.agreement import SAME_PERSON, Agreement, How
from core.names.likeness import alike
from core.names.splitting import whole, words
from core.names.weighing import Match, weighed
from core.names.word import Word

_DOTS = re.compile("[·・‧•＝ ]")
_NEARLY = 0.9
_JOINED = 0.98  # what an agreement counts for which words have to be joined
_MOST = 8  # words of a name that are compared


def compare(a: str, b: str) -> Agreement:
    """How two names agree. Symmetric but for the sentence, which speaks of the first and the second."""
    best = _compared(a, words(a), b, words(b))
    if best.score < SAME_PERSON and not (a.isascii() and b.isascii()):
        others = [(x, y) for x in _cuts(a) for y in _cuts(b)][1:]
        for x, y in others:
            best = max(best, _compared(a, x, b, y), key=lambda found: found.score)
    return best


def _cuts(name: str) -> list[tuple[Word, ...]]:
    """The words of a name, and what they are when an unspaced one is cut at other places."""
    usual = words(name)
    if len(usual) > 2 or not usual or usual[0].script not in ("Hani", "Hang"):
        return [usual]
    return [usual, *(tuple(map(whole, each)) for each in cjk.otherwise(name.strip()))]


def _compared(a: str, one: tuple[Word, ...], b: str, two: tuple[Word, ...]) -> Agreement:
    one, two = one[:_MOST], two[:_MOST]
    if not one or not two:
        return Agreement(0.0, ())
    strict = _native(a, one) or _native(b, two)
    return weighed(one, two, _assigned(one, two, strict), strict)


def _native(name: str, words_: tuple[Word, ...]) -> bool:
    """Whether a name is one of China or Korea: no foreign one in their script, which is written with a dot or blank."""
    if words_[0].script == "Hang":
        return len(words_) < 3 and (" " not in name.strip() or cjk.family(words_[0].text))
    return words_[0].script == "Hani" and not _DOTS.search(name)


def _assigned(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[Match]:
    """The matches, best first, each word in one of them."""
    choices = [m for m in _single(one, two, strict) if m.weight]
    if len(one) != len(two):
        choices += [m for m in _joined(one, two, strict) if m.weight]
    choices.sort(key=lambda m: (-m.weight, abs(m.a[0] - m.b[0])))
    found: list[Match] = []
    used_a: set[int] = set()
    used_b: set[int] = set()
    for match in choices:
        if used_a.isdisjoint(match.a) and used_b.isdisjoint(match.b):
            found.append(match)
            used_a.update(match.a)
            used_b.update(match.b)
    return found


def _single(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[Match]:
    return [
        Match((i,), (j,), *_pair(x, y, strict))
        for i, x in enumerate(one)
        for j, y in enumerate(two)
    ]


def _pair(x: Word, y: Word, strict: bool) -> tuple[How, float]:
    if "initial" in (x.role, y.role):
        same = x.folded[:1] == y.folded[:1] and x.script == y.script
        if x.role == y.role:
            return ("same", 1.0) if same else ("contradicts", 0.0)
        return ("initial", 0.7) if same and "name" in (x.role, y.role) else ("contradicts", 0.0)
    if x.role != y.role and {x.role, y.role} & {"title", "suffix"}:
        how, weight = alike(x.text, y.text, strict)  # Mahatma is a title here and a name there
        return (how, 0.9) if weight > _NEARLY else ("contradicts", 0.0)
    if x.role != y.role and x.folded != y.folded:  # a particle and a name
        return "contradicts", 0.0
    return alike(x.text, y.text, strict)


def _joined(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[Match]:
    """Two or three words of one name as one of the other: Jie Lun and Jielun, De Niro and Deniro."""
    found = []
    for places, text in _runs(one):
        for j, other in enumerate(two):
            if len(other.text) > 1:
                how, weight = alike(text, other.text, strict)
                found.append(Match(places, (j,), how, weight * _JOINED))
    for places, text in _runs(two):
        for i, other in enumerate(one):
            if len(other.text) > 1:
                how, weight = alike(other.text, text, strict)
                found.append(Match((i,), places, how, weight * _JOINED))
    return found


def _runs(words_: tuple[Word, ...]) -> list[tuple[tuple[int, ...], str]]:
    """Neighbouring words of one script as one text, with their places."""
    found = []
    for length in (2, 3):
        for first in range(len(words_) - length + 1):
            run = words_[first : first + length]
            if len({word.script for word in run}) == 1:
                found.append((tuple(range(first, first + length)), "".join(w.text for w in run)))
    return found
