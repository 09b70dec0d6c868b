"""What the matches of two names' words, and the words without one, come to."""

from __future__ import annotations

from dataclasses import dataclass

from core.names.agreement import Agreement, How, Pair
from core.names.tables import toml
from core.names.word import Word

_COUNTS = {"name": 1.0, "initial": 0.4, "particle": 0.12, "title": 0.03, "suffix": 0.12}
# What a word that only one name has counts of its own weight: the first and the last are left out less often than
# those between them, and those of China and Korea, which are short syllables, mean more.
_MISSING, _MISSING_BETWEEN, _MISSING_SHORT = 0.5, 0.35, 0.7
_GENERATIONS = 1.0  # what it counts that one is junior, and the other senior


@dataclass(frozen=True, slots=True)
class Match:
    """Words of `a` and of `b` by their places, and how they agree."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    how: How
    weight: float


def weighed(
    one: tuple[Word, ...], two: tuple[Word, ...], matches: list[Match], short: bool
) -> Agreement:
    """The agreement of two names. `short`: one is a name of China or Korea."""
    pairs: list[tuple[int, Pair]] = []
    got = whole = 0.0
    for match in matches:
        counts = max(_count(one, match.a), _count(two, match.b))
        got += counts * match.weight
        whole += counts
        pair = Pair(_text(one, match.a), _text(two, match.b), match.how, round(match.weight, 3))
        pairs.append((match.a[0], pair))
    lost, others = _rest(one, two, matches, short)
    score = got / (whole + lost) if whole + lost else 0.0
    ordered = [m.b[0] for m in sorted(matches, key=lambda m: m.a)]
    words = tuple(pair for _, pair in sorted([*pairs, *others], key=lambda p: p[0]))
    return Agreement(round(min(score, 1.0), 4), words, ordered != sorted(ordered))


def _count(words: tuple[Word, ...], places: tuple[int, ...]) -> float:
    return max(_COUNTS[words[place].role] for place in places)


def _text(words: tuple[Word, ...], places: tuple[int, ...]) -> str:
    return " ".join(words[place].text for place in places)


def _rest(
    one: tuple[Word, ...], two: tuple[Word, ...], matches: list[Match], short: bool
) -> tuple[float, list[tuple[int, Pair]]]:
    """Words without a match: what both names have contradicts, what one has is missing."""
    found: list[tuple[int, Pair]] = []
    lost = 0.0
    left = [j for j in range(len(two)) if not any(j in m.b for m in matches)]
    for i in (i for i in range(len(one)) if not any(i in m.a for m in matches)):
        other = next((j for j in left if _against(one[i], two[j])), None)
        if other is None:
            lost += _missing(one, i, short)
            found.append((i, Pair(one[i].text, "", "missing", 0.0)))
        else:
            left.remove(other)
            counts = max(_COUNTS[one[i].role], _COUNTS[two[other].role])
            lost += _GENERATIONS if one[i].role == "suffix" else counts
            found.append((i, Pair(one[i].text, two[other].text, "contradicts", 0.0)))
    for j in left:
        lost += _missing(two, j, short)
        found.append((len(one) + j, Pair("", two[j].text, "missing", 0.0)))
    return lost, found


def _missing(words: tuple[Word, ...], place: int, short: bool) -> float:
    names = [n for n, word in enumerate(words) if word.role in ("name", "initial")]
    between = names and names[0] < place < names[-1]
    share = _MISSING_SHORT if short else _MISSING_BETWEEN if between else _MISSING
    return share * _COUNTS[words[place].role]


def _against(x: Word, y: Word) -> bool:
    """Whether two words that do not agree cannot both be left out: names and initials, or two generations."""
    if {x.role, y.role} <= {"name", "initial"}:
        return True
    if x.role == y.role == "suffix":
        said = toml("words")["suffixes"]["generations"]
        return sum(x.folded in each or y.folded in each for each in said) == 2
    return False
