"""From a typed word to the words of the index that it may mean, each with what it is worth.

Typed words are widened in steps, and the next step is taken only when the one before found too little:

1. `PLAIN`: the word itself, words that begin with it, other scripts, nicknames, initials, joined and split words;
2. `TYPOS`: words one edit away from four letters on, two from eight; none for words with digits;
3. `ALIKE`: words that look or sound alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.search import forms
from core.search.found import How
from core.search.layout import EDGE, Layout
from core.search.plan import Asked, Match, Option
from core.search.query import Clause
from core.search.tokens import is_sign, words
from core.search.vocabulary import Vocabulary

Step = Literal[1, 2, 3]
PLAIN: Step = 1
TYPOS: Step = 2
ALIKE: Step = 3

# What each kind of match is worth; the same word is 1. Ranking multiplies it with the weight of the field.
WORTH: dict[How, float] = {
    "same": 1.0,
    "other script": 0.9,
    "beginning": 0.8,
    "joined": 0.85,
    "nickname": 0.8,
    "one edit": 0.7,
    "two edits": 0.5,
    "sounds alike": 0.4,
    "initial": 0.3,
}
BEGINNINGS, NEAR, LIKE = 40, 40, 25  # words at most of one kind
SHORT_TYPO, LONG_TYPO = 4, 8  # letters from which one and two edits are allowed


@dataclass(frozen=True)
class Expander:
    """Widens the clauses of one dataset. `names` are the words of names, `others` those of short other fields."""

    layout: Layout
    names: Vocabulary
    others: Vocabulary

    def asked(self, clauses: Sequence[Clause], step: Step) -> tuple[Asked, ...]:
        """Each clause with its options."""
        plain = [words(clause.text) for clause in clauses]
        found = []
        for i, clause in enumerate(clauses):
            options = self._options(clause, plain[i], step)
            if len(clauses) == 1:  # a letter alone tells nothing
                options = [o for o in options if o.how != "initial" or len(plain[i][0]) <= 3]
            if clause.kind == "word" and not clause.excluded and clause.field is None:
                for j in (i - 1, i + 1):
                    options += self._joined(clauses, plain, i, j, step)
            found.append(Asked(clause.text, _best(options), clause.excluded))
        return tuple(found)

    def _options(self, clause: Clause, typed: tuple[str, ...], step: Step) -> list[Option]:
        if not typed:
            return []
        if clause.kind == "phrase" or len(typed) > 1 or is_sign(typed[0]):
            return self._phrase(clause.field, typed)
        if clause.excluded:
            return self._exactly(clause.field, typed)
        if clause.field is not None and clause.field not in self.layout.names:
            return self._other(clause.field, typed[0], step)
        options = self._name(typed[0], step, clause.field)
        if clause.field is None:
            for field in self.layout.texts:
                options += self._other(field, typed[0], step)
        return options

    # -------------------------------------------------------------- as typed

    def _exactly(self, field: str | None, typed: tuple[str, ...]) -> list[Option]:
        fields = [f"t_{field}"] if field else ["names", *(f"t_{f}" for f in self.layout.texts)]
        return [Option((Match(f, typed),), self._weight(f)) for f in fields]

    def _phrase(self, field: str | None, typed: tuple[str, ...]) -> list[Option]:
        options = self._exactly(field, typed)
        if field is None:
            for spelled in forms.latin("".join(typed)):
                options.append(self._as_name((spelled,), "other script"))
        return options

    def _weight(self, field: str) -> float:
        """What a word is worth in a field of the index; the best field is worth 1."""
        most = max(self.layout.weights.values(), default=1.0)
        if field in ("names", "prefix"):
            return (
                max((self.layout.weights.get(n, 0.0) for n in self.layout.names), default=0) / most
            )
        return self.layout.weights.get(field.removeprefix("t_"), 0.1) / most

    # -------------------------------------------------------------- names

    def _as_name(
        self, typed: tuple[str, ...], how: How, factor: float = 1.0, field: str = "names"
    ) -> Option:
        return Option((Match(field, typed),), WORTH[how] * factor * self._weight("names"), how)

    def _name(self, word: str, step: Step, only: str | None) -> list[Option]:
        field = f"t_{only}" if only else "names"
        options = [self._as_name((word,), "same", 1.0, field)]
        for spelled in forms.latin(word):
            options.append(self._as_name((spelled,), "other script", 1.0, field))
            options += self._edited(spelled, step, 0.9, field)
        for other in forms.nicknames(word):
            options.append(self._as_name((other,), "nickname", 1.0, field))
        options += self._beginnings(word, field)
        if not only:
            options += self._initials(word) + self._split(word)
        return options + self._edited(word, step, 1.0, field)

    def _beginnings(self, word: str, field: str) -> list[Option]:
        how: How = "initial" if len(word) == 1 else "beginning"
        if len(word) <= EDGE and field == "names":
            return [self._as_name((word,), how, 1.0, "prefix")]
        found = self.names.starting(word, BEGINNINGS)
        return [
            self._as_name((w,), "beginning", 0.8 + 0.2 * len(word) / len(w), field) for w in found
        ]

    def _initials(self, word: str) -> list[Option]:
        """`joanne` for a record with `j`; `jk` for one with `j` and `k`, or names that begin so."""
        if len(word) < 2 or not word.isalpha():
            return []
        options = [self._as_name((word[0],), "initial")]
        if len(word) <= 3 and self.names.count(word) < 3:
            matches = tuple(Match("prefix", (letter,)) for letter in word)
            options.append(Option(matches, 0.8 * self._weight("names"), "initial"))
        return options

    def _split(self, word: str) -> list[Option]:
        """Two names that were written as one word."""
        if len(word) < 5 or word in self.names:
            return []
        options = []
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            if first in self.names and second in self.names:
                matches = (Match("names", (first,)), Match("names", (second,)))
                options.append(Option(matches, WORTH["joined"] * self._weight("names"), "joined"))
        return options

    def _joined(
        self, clauses: Sequence[Clause], typed: list[tuple[str, ...]], i: int, j: int, step: Step
    ) -> list[Option]:
        """One name that was written as two words: this one and its neighbour."""
        if (
            not 0 <= j < len(clauses)
            or clauses[j].excluded
            or clauses[j].field
            or len(typed[j]) != 1
        ):
            return []
        if clauses[j].kind != "word" or len(typed[i]) != 1 or is_sign(typed[i][0] or " "):
            return []
        first, second = (typed[i][0], typed[j][0]) if i < j else (typed[j][0], typed[i][0])
        whole = first + second
        options = [self._as_name((whole,), "joined")] if whole in self.names else []
        return options + self._edited(whole, step, WORTH["joined"], "names")

    def _edited(self, word: str, step: Step, factor: float, field: str) -> list[Option]:
        edits = allowed(word)
        if step < TYPOS or not edits:
            return []
        found = self.names.near(word, edits, NEAR)
        return [
            self._as_name((n.word,), "one edit" if n.edits == 1 else "two edits", factor, field)
            for n in found
        ]

    # -------------------------------------------------------------- other fields

    def _other(self, field: str, word: str, step: Step) -> list[Option]:
        weight = self._weight(f"t_{field}")
        options = [Option((Match(f"t_{field}", (word,)),), weight)]
        definition = self.layout.dataset.field(field)
        if not definition.multiline and len(word) > 1:
            for other in self.others.starting(word, 10):
                match = Match(f"t_{field}", (other,))
                options.append(Option((match,), weight * WORTH["beginning"], "beginning"))
            if step >= TYPOS and allowed(word) and not definition.choices:
                for near in self.others.near(word, allowed(word), 5):
                    match = Match(f"t_{field}", (near.word,))
                    how: How = "one edit" if near.edits == 1 else "two edits"
                    options.append(Option((match,), weight * WORTH[how], how))
        return options


def allowed(word: str) -> int:
    """How many edits may be between a typed word and one of the index."""
    if len(word) < SHORT_TYPO or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) < LONG_TYPO else 2


def _best(options: list[Option]) -> tuple[Option, ...]:
    """Every match once, with the meaning that is worth most."""
    found: dict[tuple[Match, ...], Option] = {}
    for option in options:
        there = found.get(option.matches)
        if there is None or option.weight > there.weight:
            found[option.matches] = option
    return tuple(sorted(found.values(), key=lambda o: -o.weight))
