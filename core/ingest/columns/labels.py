"""What the header of a column says about the field it may belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from core.datasets import meaning
from core.datasets.meaning import Sense
from core.datasets.model import Dataset, Field
from core.datasets.shapes import fold, words

ALIKE = 85.0  # percent; shorter labels than SHORT are never compared this way
SHORT = 5
NO_SLIPS = ("label",)  # of a record, or the name of a thing; labels are tags


@dataclass(frozen=True)
class Named:
    """How far the header alone speaks for a field. `firm`: it names the field itself, so the
    column stays with it even when the values do not fit (the user shall see them as problems)."""

    score: float
    reason: str
    firm: bool = False
    exact: bool = False  # a name of the field, word by word
    half: frozenset[str] = (
        frozenset()
    )  # a name of the field, where the header has more words than it


class Labels:
    """All names, titles and synonyms of a dataset, folded once."""

    def __init__(self, dataset: Dataset, senses: Mapping[str, Sense]) -> None:
        self.senses = senses
        self.exact: dict[str, dict[str, Named]] = {}
        self.owner: dict[str, list[str]] = {}  # folded label -> fields
        self.shown: dict[str, str] = {}
        self.parts: list[tuple[frozenset[str], str, str]] = []  # words, field, label
        self.key = dataset.key.fields
        for field in dataset.fields:
            own = fold(field.name)
            for label in (field.name, field.title, *field.synonyms):
                self._add(field, own, label)

    def _add(self, field: Field, own: str, label: str) -> None:
        folded = fold(label)
        if not folded:
            return
        if label == field.name:
            named = Named(1.0, "same name", firm=True, exact=True)
        elif label == field.title or folded == own:
            named = Named(0.99, f"same as the title “{field.title}”", firm=True, exact=True)
        else:
            firm = len(own) > 3 and own in folded
            score = self._closeness(field, label)
            named = Named(score, f"known synonym of {field.label}", firm=firm, exact=True)
        known = self.exact.setdefault(folded, {})
        known.setdefault(field.name, named)
        owners = self.owner.setdefault(folded, [])
        if field.name not in owners:
            owners.append(field.name)
        self.shown.setdefault(folded, label)
        self.parts.append((frozenset(words(label)), field.name, label))

    def _closeness(self, field: Field, label: str) -> float:
        """Of two synonyms the one wins that says what the field itself says: citizenship, not country."""
        found, own = meaning.of(label), self.senses[field.name].own
        return 0.95 if not own or own & {found.what, *found.about} else 0.93

    def match(self, column: str) -> dict[str, Named]:
        """Field name -> how far the header speaks for it."""
        folded = fold(column)
        found = dict(self.exact.get(folded, {}))
        for label, score in self._alike(folded):
            named = Named(0.9 * score / 100, f"{score:.0f} % alike “{self.shown[label]}”")
            for field in self.owner[label]:
                if field not in found or found[field].score < named.score:
                    found[field] = named
        for field, sense in self.senses.items():
            if sense.named(meaning.of_path(column)) and field not in self.exact.get(folded, {}):
                found[field] = Named(0.88, "says the same in other words")
        head, dot, tail = column.rpartition(".")
        for field, named in self.exact.get(fold(tail), {}).items() if head and dot else ():
            # Somebody else may have a name too (mother.name): the key is never taken by its tail.
            if field not in found and field not in self.key:
                found[field] = Named(0.7, f"{named.reason}, after the last dot")
        parts = set(words(column))
        if len(parts) > 1:
            for label_words, field, text in self.parts:
                if field not in found and label_words < parts:
                    found[field] = Named(0.45, f"holds the words “{text}”", half=label_words)
        return found

    def _alike(self, folded: str) -> list[tuple[str, float]]:
        if len(folded) < SHORT or len(folded) > 100 or folded in NO_SLIPS:
            return []
        # line1 and line2, mother's name and other names: nearly the same text, never the same thing.
        # A slip of the pen seldom hits the first letter.
        digits = [c for c in folded if c.isdigit()]
        near = process.extract(
            folded, self.owner.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        )
        return [
            (label, score)
            for label, score, _ in near
            if len(label) >= SHORT
            and label != folded
            and label[0] == folded[0]
            and [c for c in label if c.isdigit()] == digits
        ]
