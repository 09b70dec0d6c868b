"""The order of the hits: what the engine found first is looked at once more, name by name.

A score is at most about 1 for a word: what the match is worth (`expand.WORTH`, the weights of the dataset), how much of
the name was typed, and whether in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.names import sounds
from core.search.expand import WORTH
from core.search.layout import Layout
from core.search.plan import Candidate
from core.search.results import Part
from core.search.why import Text, Wanted, texts

WINDOW = 100  # candidates that are looked at once more
FEW = 40  # while somebody types
WHOLE = 0.25  # what a name is worth that was typed as a whole
ORDER = 0.05  # and in its order
SOUND = 0.4  # what a word is worth that the name has only by its sound, at most


@dataclass(frozen=True)
class Ranked:
    """A candidate with its score and the parts that add up to it."""

    candidate: Candidate
    score: float
    parts: tuple[Part, ...]


def ranked(layout: Layout, words: Sequence[Wanted], found: Sequence[Candidate]) -> list[Ranked]:
    """The candidates in the order in which they are shown."""
    made = [_ranked(layout, words, each) for each in found]
    return sorted(made, key=lambda r: -r.score)


def _ranked(layout: Layout, words: Sequence[Wanted], candidate: Candidate) -> Ranked:
    parts = [Part("words", round(candidate.score, 4))]
    names = texts(layout, candidate.shown, names=True)
    whole, order, sound = max((_typed(words, name) for name in names), default=(0.0, False, 0.0))
    if whole:
        parts.append(Part("how much of the name", round(whole * WHOLE, 4)))
    if order:
        parts.append(Part("in the order of the name", ORDER))
    if sound:
        parts.append(Part("sounds a little alike", round(sound, 4)))
    return Ranked(candidate, round(sum(part.value for part in parts), 4), tuple(parts))


def _typed(words: Sequence[Wanted], name: Text) -> tuple[float, bool, float]:
    """How much of a name was typed, whether in its order, and what the words that it lacks sound like in it."""
    sound = 0.0
    covered: dict[int, float] = {}
    starts = []
    for word in words:
        found = word.best(name)
        if found is None:
            if not word.asked.text.isascii():
                sound = max(sound, SOUND * _close(word, name))
            continue
        worth = WORTH[word.asked.options[found[0]].how]
        starts.append(found[1][0][0])
        for start, end, _ in found[1]:
            for i, token in enumerate(name.tokens):
                if start <= token.start < end:
                    covered[i] = max(covered.get(i, 0.0), worth)
    share = sum(covered.values()) / max(len(name.tokens), len(words), 1)
    return share, len(starts) > 1 and starts == sorted(starts), sound


def _close(word: Wanted, name: Text) -> float:
    """How close the word comes to one of a name by its sound."""
    said = [sounds.sound(token.text) for token in name.tokens if token.text.isascii()]
    return max((sounds.closeness(a, b) for a in word.sounds for b in said), default=0.0)
