"""From a typed word to the words of the index that it may mean, each with what it is worth.

Typed words are widened in steps, and the next step is taken only when the one before found too little:

1. `PLAIN`: the word itself, words that begin with it, other scripts, nicknames, initials, joined and split words;
2. `TYPOS`: words one edit away from four letters on, two from eight; none for words with digits;
3. `ALIKE`: words that look or sound alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.names.sounds import sound, strangers
from core.search import forms
from core.search.layout import EDGE, Layout
from core.search.plan import Asked, Match, Option
from core.search.query import Clause
from core.search.results import How
from core.search.tokens import is_sign, words
from core.search.vocabulary import Vocabulary

Step = Literal[1, 2, 3]
PLAIN: Step = 1
TYPOS: Step = 2
ALIKE: Step = 3
STEPS: tuple[Step, ...] = (PLAIN, TYPOS, ALIKE)

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
EDITS: dict[int, How] = {1: "one edit", 2: "two edits"}
BEGINNINGS, NEAR, LIKE = 40, 40, 60  # words at most of one kind
# Closeness of sounds from which two words may be one; across scripts much changes.
CLOSE: dict[How, float] = {"sounds alike": 0.65, "other script": 0.45}
SHORT_TYPO, LONG_TYPO = 4, 8  # letters from which one and two edits are allowed


@dataclass(frozen=True)
class Expander:
    """Widens the clauses of one dataset. `names` are the words of names, `others` those of other fields that are short."""

    layout: Layout
    names: Vocabulary
    others: Vocabulary
    fields: Mapping[str, tuple[str, ...]]  # those that have a word of `others`

    def asked(self, clauses: Sequence[Clause], step: Step) -> tuple[Asked, ...]:
        """Each clause with its options."""
        plain = [words(clause.text) for clause in clauses]
        found = []
        for i, clause in enumerate(clauses):
            options = self._options(clause, plain[i], step, len(clauses) == 1)
            if len(clauses) == 1:  # a letter alone tells nothing
                options = [o for o in options if o.how != "initial" or len(plain[i][0]) <= 3]
            if clause.kind == "word" and not clause.excluded and clause.field is None:
                for j in (i - 1, i + 1):
                    options += self._joined(clauses, plain, i, j, step)
            found.append(Asked(clause.text, _best(options), clause.excluded))
        return _together(clauses, found)

    def _options(
        self, clause: Clause, typed: tuple[str, ...], step: Step, alone: bool
    ) -> list[Option]:
        if not typed:
            return []
        if clause.kind == "phrase" or len(typed) > 1 or is_sign(typed[0]):
            return self._phrase(clause, typed, step, alone)
        if clause.excluded:
            return self._exactly(clause.field, typed)
        if clause.field is not None and clause.field not in self.layout.names:
            return self._other(typed[0], step, clause.field)
        options = self._name(clause.text, typed[0], step, clause.field, alone)
        return options + self._other(typed[0], step) if clause.field is None else options

    # -------------------------------------------------------------- as typed

    def _exactly(self, field: str | None, typed: tuple[str, ...]) -> list[Option]:
        fields = [f"t_{field}"] if field else ["names", *(f"t_{f}" for f in self.layout.texts)]
        return [Option((Match(f, typed),), self._weight(f)) for f in fields]

    def _phrase(
        self, clause: Clause, typed: tuple[str, ...], step: Step, alone: bool
    ) -> list[Option]:
        """Words or signs that stand together; a name in signs also by its readings."""
        options = self._exactly(clause.field, typed)
        if clause.kind == "word" and not clause.excluded and self._named(clause.field):
            options += self._read(clause.text, step, clause.field, alone)
        return options

    def _named(self, field: str | None) -> bool:
        return field is None or field in self.layout.names

    def _weight(self, field: str) -> float:
        """What a word is worth in a field of the index; the best field is worth 1."""
        return self.layout.shares.get(field, self.layout.least)

    # -------------------------------------------------------------- names

    def _as_name(
        self, typed: tuple[str, ...], how: How, factor: float = 1.0, field: str = "names"
    ) -> Option:
        return Option((Match(field, typed),), WORTH[how] * factor * self._weight("names"), how)

    def _name(
        self, text: str, word: str, step: Step, only: str | None, alone: bool
    ) -> list[Option]:
        field = f"t_{only}" if only else "names"
        options = [self._as_name((word,), "same", 1.0, field)]
        for other in forms.nicknames(word):
            options.append(self._as_name((other,), "nickname", 1.0, field))
        options += self._beginnings(word, field) + self._edited(word, step, 1.0, field)
        if not only:
            options += self._initials(word) + self._split(word)
        if not text.isascii():
            options += self._read(text, step, only, alone)
        elif step >= ALIKE:
            options += self._alike((word,), "sounds alike", field)
        return options

    def _read(self, text: str, step: Step, only: str | None, alone: bool) -> list[Option]:
        """A word of another script by its readings: in one word; cut into several when it stands alone."""
        field, all_ = f"t_{only}" if only else "names", forms.readings(text)
        options = self._spelled([r[0] for r in all_ if len(r) == 1], step, field)
        for count in {len(r) for r in all_ if len(r) > 1}:
            places = zip(*(r for r in all_ if len(r) == count), strict=True)
            if alone:  # a word of several is not cut once more
                parts = tuple(
                    Asked(text, _best(self._spelled(list(dict.fromkeys(p)), PLAIN, field)))
                    for p in places
                )
                weight = WORTH["other script"] * self._weight("names")
                options.append(Option((), weight, "other script", parts))
            whole = ["".join(r) for r in all_ if len(r) == count]
            options += self._spelled(whole, step, field)
        return options

    def _spelled(self, spellings: list[str], step: Step, field: str) -> list[Option]:
        options = []
        for i, spelled in enumerate(spellings):
            factor = 1 - 0.02 * i
            options.append(self._as_name((spelled,), "other script", factor, field))
            options += self._edited(spelled, step, 0.9 * factor, field, "other script")
        if step >= ALIKE:
            options += self._alike(tuple(spellings[:4]), "other script", field)
        return options

    def _alike(self, spellings: tuple[str, ...], how: How, field: str) -> list[Option]:
        best: dict[str, float] = {}
        for spelled in spellings:
            for other, close in self.names.alike(spelled, CLOSE[how], LIKE):
                if how == "sounds alike" and strangers(sound(spelled), sound(other)):
                    continue
                best[other] = max(best.get(other, 0.0), close)
        found = sorted(best.items(), key=lambda pair: -pair[1])[:LIKE]
        worth = WORTH["sounds alike"] / WORTH[how]
        return [self._as_name((w,), how, 1.5 * worth * close**2, field) for w, close in found]

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

    def _edited(
        self, word: str, step: Step, factor: float, field: str, how: How | None = None
    ) -> list[Option]:
        edits = allowed(word)
        if step < TYPOS or not edits:
            return []
        options = []
        for near in self.names.near(word, edits, NEAR):
            edited = EDITS[near.edits]
            worth = factor * WORTH[edited] / WORTH[how or edited]
            options.append(self._as_name((near.word,), how or edited, worth, field))
        return options

    # -------------------------------------------------------------- other fields

    def _other(self, word: str, step: Step, only: str | None = None) -> list[Option]:
        """A word of other fields; of short ones also its beginning, and with typos."""
        fields = (only,) if only else self.layout.texts
        options = [self._in(field, word, "same") for field in fields]
        if len(word) > 1:
            for other in self.others.starting(word, 10):
                options += self._where(other, "beginning", only)
            if step >= TYPOS and allowed(word):
                for near in self.others.near(word, allowed(word), 5):
                    options += self._where(near.word, EDITS[near.edits], only)
        return options

    def _where(self, word: str, how: How, only: str | None) -> list[Option]:
        fields = self.fields.get(word, ())
        if how != "beginning":  # a choice is known by all who choose it
            fields = tuple(f for f in fields if not self.layout.dataset.field(f).choices)
        return [self._in(f, word, how) for f in fields if only in (None, f)]

    def _in(self, field: str, word: str, how: How) -> Option:
        match = Match(f"t_{field}", (word,))
        return Option((match,), WORTH[how] * self._weight(match.field), how)


def _together(clauses: Sequence[Clause], asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Clauses of which one is enough, as one that has the options of all."""
    groups: dict[object, list[Asked]] = {}
    for i, (clause, each) in enumerate(zip(clauses, asked, strict=True)):
        groups.setdefault(("one", i) if clause.either is None else clause.either, []).append(each)
    return tuple(
        (
            held[0]
            if len(held) == 1
            else Asked(
                " OR ".join(each.text for each in held),
                _best([option for each in held for option in each.options]),
            )
        )
        for held in groups.values()
    )


def allowed(word: str) -> int:
    """How many edits may be between a typed word and one of the index."""
    if len(word) < SHORT_TYPO or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) < LONG_TYPO else 2


def _best(options: list[Option]) -> tuple[Option, ...]:
    """Every match once, with the meaning that is worth most."""
    found: dict[object, Option] = {}
    for option in options:
        key = option.parts or option.matches
        there = found.get(key)
        if there is None or option.weight > there.weight:
            found[key] = option
    return tuple(sorted(found.values(), key=lambda o: -o.weight))
