"""The order of the hits: what the engine found first is looked at once more, name by name.

A score is at most about 1 for a word: what the match is worth (`expand.WORTH`, the weights of the dataset), how much of
the name was typed, and whether in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.search.expand import WORTH
from core.search.found import Part, Why
from core.search.layout import Layout
from core.search.plan import Asked, Candidate
from core.search.why import Text, reasons, texts

WINDOW = 100  # candidates that are looked at once more
WHOLE = 0.25  # what a name is worth that was typed as a whole
ORDER = 0.05  # and in its order


@dataclass(frozen=True)
class Ranked:
    """A candidate with its score and the parts that add up to it."""

    candidate: Candidate
    score: float
    parts: tuple[Part, ...]


def ranked(layout: Layout, asked: Sequence[Asked], found: Sequence[Candidate]) -> list[Ranked]:
    """The candidates in the order in which they are shown."""
    made = [_ranked(layout, asked, each) for each in found]
    return sorted(made, key=lambda r: -r.score)


def _ranked(layout: Layout, asked: Sequence[Asked], candidate: Candidate) -> Ranked:
    parts = [Part("words", round(candidate.score, 4))]
    every = [text for text in texts(layout, candidate.shown) if text.field in layout.names]
    whole, order = _best_name(layout, asked, every)
    if whole:
        parts.append(Part("how much of the name", round(whole * WHOLE, 4)))
    if order:
        parts.append(Part("in the order of the name", ORDER))
    return Ranked(candidate, round(sum(part.value for part in parts), 4), tuple(parts))


def _best_name(layout: Layout, asked: Sequence[Asked], every: list[Text]) -> tuple[float, bool]:
    """Of the name that fits best: the share of its words that were typed, and whether in their order."""
    best = (0.0, False)
    for text in every:
        record = {text.field: [text.value]}
        found = [why for why in reasons(layout, asked, record) if why.field == text.field]
        if found:
            best = max(best, _share(found, text, len(asked)))
    return best


def _share(found: list[Why], text: Text, typed: int) -> tuple[float, bool]:
    covered: dict[int, float] = {}
    for why in found:
        for i, token in enumerate(text.tokens):
            if why.start <= token.start < why.end:
                covered[i] = max(covered.get(i, 0.0), WORTH[why.how])
    by_word: dict[str, int] = {}
    for why in found:
        by_word.setdefault(why.word, why.start)
    starts = list(by_word.values())
    share = sum(covered.values()) / max(len(text.tokens), typed)
    return share, len(starts) > 1 and starts == sorted(starts)
