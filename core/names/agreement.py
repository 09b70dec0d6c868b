"""How two names agree: word by word, as one figure, and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal[
    "same",
    "other script",
    "nickname",
    "initial",
    "one edit",
    "two edits",
    "sounds alike",
    "missing",
    "contradicts",
]

SAME_PERSON = 0.72  # a score from which two names are taken for names of one person

_SAYS = {
    "same": "“{a}” is in both",
    "other script": "“{a}” is “{b}” in another script",
    "nickname": "“{a}” and “{b}” are forms of one given name",
    "initial": "“{a}” and “{b}” have the same initial",
    "one edit": "“{a}” and “{b}” differ by one letter",
    "two edits": "“{a}” and “{b}” differ by two letters",
    "sounds alike": "“{a}” sounds like “{b}”",
    "contradicts": "“{a}” is not “{b}”",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A word (or two words taken as one) of each name, how they agree, and how much that counts: 0 to 1.

    The word that is missing is empty.
    """

    a: str
    b: str
    how: How
    weight: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two names agree. `turned`: whether the words stand in another order."""

    score: float
    words: tuple[Pair, ...]
    turned: bool = False

    @property
    def same_person(self) -> bool:
        """Whether the names are taken for names of one person."""
        return self.score >= SAME_PERSON

    @property
    def sentence(self) -> str:
        """What agrees and what does not, in English."""
        if not self.words:
            return "One of the names is empty."
        parts = [_says(pair) for pair in self.words]
        text = ", ".join(parts) + ("; the order is turned" if self.turned else "")
        return text[0].upper() + text[1:] + "."


def _says(pair: Pair) -> str:
    if pair.how == "missing":
        return f"“{pair.a or pair.b}” is only in the {'first' if pair.a else 'second'} name"
    return _SAYS[pair.how].format(a=pair.a, b=pair.b)
