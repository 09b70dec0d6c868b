"""Recall and rank of the labelled questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.searching.labels import Label
from core import Workbench

TOP = 10
# What is to be reached, by kind: recall among the first ten.
TARGETS = {
    **{"misspelled": 0.90, "nicknames": 0.95, "beginnings": 0.95},
    **{"ru": 0.93, "ja": 0.85, "ko": 0.80, "zh": 0.78, "ar": 0.75},
}


@dataclass(frozen=True)
class Quality:
    """Of one kind and half: how many questions, the share found among the first ten, and the mean of 1 / rank."""

    kind: str
    half: str
    questions: int
    recall: float
    rank: float


def ranks(wb: Workbench, labels: Iterable[Label]) -> dict[Label, int]:
    """The place at which the one who is meant was found; 0 when not among the first ten."""
    found = {}
    for label in labels:
        names = [hit.record["name"] for hit in wb.search(label.asked, limit=TOP)]
        found[label] = names.index(label.name) + 1 if label.name in names else 0
    return found


def table(found: dict[Label, int]) -> list[Quality]:
    """By kind and half."""
    made = []
    for kind in dict.fromkeys(label.kind for label in found):
        for half in sorted({label.half for label in found}, reverse=True):
            places = [n for label, n in found.items() if (label.kind, label.half) == (kind, half)]
            if places:
                hit = sum(1 for n in places if n) / len(places)
                rank = sum(1 / n for n in places if n) / len(places)
                made.append(Quality(kind, half, len(places), round(hit, 3), round(rank, 3)))
    return made


def show(found: dict[Label, int], say: Callable[[str], None], each: bool) -> bool:
    """Print it; says whether every target is reached in the half that is kept out."""
    say(f"{'kind':<12} {'half':<9} {'questions':>9} {'R@10':>6} {'MRR':>6} {'target':>7}")
    reached = True
    for line in table(found):
        target = TARGETS.get(line.kind)
        say(
            f"{line.kind:<12} {line.half:<9} {line.questions:>9,} {line.recall:>6.3f} {line.rank:>6.3f}"
            f" {target or '':>7}"
        )
        if target and line.half == "kept out" and line.recall < target:
            reached = False
    if each:
        for label, place in found.items():
            if not place:
                say(f"not found: {label.kind:<11} {label.half:<9} {label.asked}  ({label.name})")
    return reached
