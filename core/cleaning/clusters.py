"""Spellings that probably mean the same, found among the values of a column: as OpenRefine does, by key or by nearness."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from rapidfuzz import fuzz, process

from core.errors import InputError
from core.names.folding import fold
from core.names.sounds import sound

Method = Literal["fingerprint", "ngram", "phonetic", "nearest"]
METHODS: tuple[str, ...] = get_args(Method)
MOST = 20_000  # different values by key
MOST_NEAR = 3_000  # different values by nearness, each with each
NEAR = 85  # how alike two texts are, of 100
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Cluster:
    """Spellings with how many rows have them, the most frequent first, which is also what they would become."""

    values: tuple[tuple[str, int], ...]

    @property
    def to(self) -> str:
        """The most frequent spelling."""
        return self.values[0][0]

    @property
    def all_rows(self) -> int:
        """How many rows have one of them."""
        return sum(count for _, count in self.values)

    @property
    def rows(self) -> int:
        """How many rows would change."""
        return sum(count for _, count in self.values[1:])


def clusters(counts: Mapping[str, int], method: str) -> list[Cluster]:
    """Clusters of two and more spellings, those with the most rows first. Raises InputError for another method."""
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}", hint=f"There are: {', '.join(METHODS)}.")
    groups = _near(counts) if method == "nearest" else _by_key(counts, _KEYS[method])
    found = [
        Cluster(tuple(sorted(((v, counts[v]) for v in group), key=lambda p: (-p[1], p[0]))))
        for group in groups
        if len(group) > 1
    ]
    return sorted(found, key=lambda c: (-c.rows, c.to))


def _words(text: str) -> list[str]:
    return sorted({*_WORD.findall(fold(text))})


def _fingerprint(text: str) -> str:
    return " ".join(_words(text))


def _ngram(text: str) -> str:
    letters = re.sub(r"\W", "", fold(text))
    pairs = {letters[i : i + 2] for i in range(max(len(letters) - 1, 1))}
    return "".join(sorted(pairs))


def _phonetic(text: str) -> str:
    sounds = [sound(word) for word in _words(text)]
    return " ".join(sounds) if all(sounds) else ""


_KEYS: dict[str, Callable[[str], str]] = {
    "fingerprint": _fingerprint,
    "ngram": _ngram,
    "phonetic": _phonetic,
}


def _by_key(counts: Mapping[str, int], key: Callable[[str], str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for value in list(counts)[:MOST]:
        if made := key(value):
            groups.setdefault(made, []).append(value)
    return list(groups.values())


def _near(counts: Mapping[str, int]) -> list[list[str]]:
    """Each value goes to the most frequent one that is near enough; so chains of small steps do not join what is far apart."""
    values = sorted(counts, key=lambda v: -counts[v])[:MOST_NEAR]
    folded = [fold(v) for v in values]
    leaders: dict[int, list[str]] = {}
    for number, text in enumerate(folded):
        there = {i: folded[i] for i in leaders}
        best = (
            process.extractOne(text, there, scorer=fuzz.ratio, score_cutoff=NEAR) if there else None
        )
        leaders.setdefault(best[2] if best else number, []).append(values[number])
    return list(leaders.values())
