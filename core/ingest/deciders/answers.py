"""What somebody can say where a file leaves a question open: each answer is one step of the recipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.cleaning.kind import Kind
from core.cleaning.registry import KINDS
from core.cleaning.step import Step

SAID = "you said so"
MEANINGS = "meanings"  # asked word by word: a word of several meanings


@dataclass(frozen=True)
class Answer:
    """A button: its words, and the step that it adds."""

    label: str
    op: str
    value: str | None
    to: str | None = None

    def step(self, field: str) -> Step:
        """The step for a field."""
        said = {"op": self.op, "field": field, "value": self.value, "to": self.to, "reason": SAID}
        return Step.model_validate(said)


def asking(rule: str) -> Kind | None:
    """The kind of step that settles what this rule asks; None for a rule that asks nothing."""
    if rule == MEANINGS:
        return KINDS["replace"]
    return next((k for k in KINDS.values() if rule in _rules(k)), None)


def _rules(kind: Kind) -> tuple[str, ...]:
    return (kind.question.rule, *kind.question.also) if kind.question else ()


def answers(rule: str, words: Iterable[tuple[str | None, str | None]] = ()) -> tuple[Answer, ...]:
    """The answers to a rule that asks; none for the others.

    `words` are what was found, each with what it may mean, a pair for every meaning.
    """
    if rule == MEANINGS:
        return tuple(Answer(f"“{w}” is {to}", "replace", w, to) for w, to in words if w and to)
    kind = asking(rule)
    if kind is None:
        return ()
    return tuple(
        Answer(c.label, kind.op, c.value) for c in kind.choices() if c.answer and c.offered
    )


QUESTIONS = (MEANINGS, *(rule for kind in KINDS.values() for rule in _rules(kind)))


def as_dicts(answers_: Iterable[Answer], field: str | None) -> list[dict[str, Any]]:
    """The answers for a door: label, and the step as JSON."""
    if field is None:
        return []
    return [
        {"label": a.label, "step": a.step(field).model_dump(exclude_defaults=True)}
        for a in answers_
    ]


def answered(recipe: Sequence[Step], step: Step) -> list[Step]:
    """The recipe with the step in place of what it said before about the same."""
    return [*(s for s in recipe if _about(s) != _about(step)), step]


def _about(step: Step) -> tuple[str | None, ...]:
    """What a step says something about: of a word that is replaced, the word."""
    return step.op, step.field, step.value if step.op == "replace" else None


def other(step: Step) -> Step | None:
    """The next answer to what a decided step says, for the button beside it; None when there is no other."""
    values = [choice.value for choice in KINDS[step.op].choices() if choice.offered]
    if not values or not step.reason:
        return None
    place = values.index(step.value) + 1 if step.value in values else 0
    value = values[place % len(values)]
    return step.model_copy(update={"value": value, "reason": SAID}) if value != step.value else None


def swapped(recipe: Sequence[Step], step: Step) -> list[Step] | None:
    """The recipe with the next answer to a decided step, or with the step turned round; None where there is neither."""
    if (another := other(step)) is not None:
        return answered(recipe, another)
    turned = KINDS[step.op].turned
    value = turned(step) if turned else None
    if value is None:
        return None
    return [s.model_copy(update={"value": value}) if s == step else s for s in recipe]
