"""Two names compared word by word: which word of one is which word of the other, and what that says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from core.names import cjk
from core.names.agreement import SAME_PERSON, Agreement, How, Pair
from core.names.likeness import alike
from core.names.splitting import whole, words
from core.names.tables import toml
from core.names.word import Word

_COUNTS = {"name": 1.0, "initial": 0.4, "particle": 0.12, "title": 0.03, "suffix": 0.12}
_MISSING = 0.4  # what a word that only one name has counts of its own weight
_MISSING_SHORT = 0.65  # the same where names are of a few short syllables: China and Korea
_DOTS = re.compile("[·・‧•＝ ]")
_MOST = 8  # words of a name that are compared


@dataclass(frozen=True, slots=True)
class _Match:
    """Words of `a` and of `b` by their places, and how they agree."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    how: How
    weight: float


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
    missing = _MISSING_SHORT if strict else _MISSING
    return _weighed(one, two, _assigned(one, two, strict), missing)


def _native(name: str, words_: tuple[Word, ...]) -> bool:
    """Whether a name is one of China or Korea: no foreign one in their script, which is written with a dot or blank."""
    if words_[0].script == "Hang":
        return len(words_) < 3 and (" " not in name.strip() or cjk.family(words_[0].text))
    return words_[0].script == "Hani" and not _DOTS.search(name)


def _assigned(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[_Match]:
    """The matches, best first, each word in one of them."""
    choices = [m for m in _single(one, two, strict) if m.weight]
    if len(one) != len(two):
        choices += [m for m in _joined(one, two, strict) if m.weight]
    choices.sort(key=lambda m: (-m.weight, abs(m.a[0] - m.b[0])))
    found: list[_Match] = []
    used_a: set[int] = set()
    used_b: set[int] = set()
    for match in choices:
        if used_a.isdisjoint(match.a) and used_b.isdisjoint(match.b):
            found.append(match)
            used_a.update(match.a)
            used_b.update(match.b)
    return found


def _single(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[_Match]:
    return [
        _Match((i,), (j,), *_pair(x, y, strict))
        for i, x in enumerate(one)
        for j, y in enumerate(two)
    ]


def _pair(x: Word, y: Word, strict: bool) -> tuple[How, float]:
    if "initial" in (x.role, y.role):
        same = x.folded[:1] == y.folded[:1] and x.script == y.script
        if x.role == y.role:
            return ("same", 1.0) if same else ("contradicts", 0.0)
        return ("initial", 0.8) if same and "name" in (x.role, y.role) else ("contradicts", 0.0)
    if x.role != y.role and {x.role, y.role} & {"title", "suffix"}:
        return ("same", 0.9) if x.folded == y.folded else ("contradicts", 0.0)
    if x.role != y.role and x.folded != y.folded:  # a particle and a name
        return "contradicts", 0.0
    return alike(x.text, y.text, strict)


def _joined(one: tuple[Word, ...], two: tuple[Word, ...], strict: bool) -> list[_Match]:
    """Two words of one name as one word of the other: Jie Lun and Jielun, De Niro and Deniro."""
    found = []
    for (i, x), (k, y) in pairwise(enumerate(one)):
        for j, z in enumerate(two):
            if len(z.text) > 1 and x.script == y.script:
                how, weight = alike(x.text + y.text, z.text, strict)
                found.append(_Match((i, k), (j,), how, weight * 0.98))
    for (j, y), (k, z) in pairwise(enumerate(two)):
        for i, x in enumerate(one):
            if len(x.text) > 1 and y.script == z.script:
                how, weight = alike(x.text, y.text + z.text, strict)
                found.append(_Match((i,), (j, k), how, weight * 0.98))
    return found


def _weighed(
    one: tuple[Word, ...], two: tuple[Word, ...], matches: list[_Match], missing: float
) -> Agreement:
    pairs: list[tuple[int, Pair]] = []
    got = whole = 0.0
    for match in matches:
        counts = max(_count(one, match.a), _count(two, match.b))
        got += counts * match.weight
        whole += counts
        pair = Pair(_text(one, match.a), _text(two, match.b), match.how, round(match.weight, 3))
        pairs.append((match.a[0], pair))
    rest_a = [i for i in range(len(one)) if not any(i in m.a for m in matches)]
    rest_b = [j for j in range(len(two)) if not any(j in m.b for m in matches)]
    lost, others = _rest(one, two, rest_a, rest_b, missing)
    score = got / (whole + lost) if whole + lost else 0.0
    ordered = [m.b[0] for m in sorted(matches, key=lambda m: m.a)]
    turned = ordered != sorted(ordered)
    words_ = tuple(pair for _, pair in sorted([*pairs, *others], key=lambda p: p[0]))
    return Agreement(round(min(score, 1.0), 4), words_, turned)


def _count(words_: tuple[Word, ...], places: tuple[int, ...]) -> float:
    return max(_COUNTS[words_[place].role] for place in places)


def _text(words_: tuple[Word, ...], places: tuple[int, ...]) -> str:
    return " ".join(words_[place].text for place in places)


def _rest(
    one: tuple[Word, ...],
    two: tuple[Word, ...],
    rest_a: list[int],
    rest_b: list[int],
    missing: float,
) -> tuple[float, list[tuple[int, Pair]]]:
    """Words without a partner: what both have contradicts, what one has is missing."""
    found: list[tuple[int, Pair]] = []
    lost = 0.0
    left = list(rest_b)
    for i in rest_a:
        other = next((j for j in left if _against(one[i], two[j])), None)
        if other is None:
            lost += missing * _COUNTS[one[i].role]
            found.append((i, Pair(one[i].text, "", "missing", 0.0)))
        else:
            left.remove(other)
            lost += max(_COUNTS[one[i].role], _COUNTS[two[other].role])
            found.append((i, Pair(one[i].text, two[other].text, "contradicts", 0.0)))
    for j in left:
        lost += missing * _COUNTS[two[j].role]
        found.append((len(one) + j, Pair("", two[j].text, "missing", 0.0)))
    return lost, found


def _against(x: Word, y: Word) -> bool:
    """Whether two words that do not agree cannot both be left out: names and initials, or two generations."""
    if {x.role, y.role} <= {"name", "initial"}:
        return True
    if x.role == y.role == "suffix":
        kinds = [
            g for g in toml("words")["suffixes"]["generations"] if x.folded in g or y.folded in g
        ]
        return len(kinds) == 2
    return False
