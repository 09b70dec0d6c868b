"""What somebody can say where a file leaves a question open: each answer is one step of the recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.cleaning.kind import Kind
from core.cleaning.registry import KINDS
from core.cleaning.step import Step

SAID = "you said so"


@dataclass(frozen=True)
class Answer:
    """A button: its words, and the step that it adds."""

    label: str
    op: str
    value: str | None

    def step(self, field: str) -> Step:
        """The step for a field."""
        return Step.model_validate(
            {"op": self.op, "field": field, "value": self.value, "reason": SAID}
        )


def asking(rule: str) -> Kind | None:
    """The kind of step that settles what this rule asks; None for a rule that asks nothing."""
    return next((k for k in KINDS.values() if k.question and k.question.rule == rule), None)


def answers(rule: str) -> tuple[Answer, ...]:
    """The answers to a rule that asks; none for the others."""
    kind = asking(rule)
    if kind is None:
        return ()
    return tuple(Answer(c.label, kind.op, c.value) for c in kind.choices() if c.answer)


QUESTIONS = tuple(kind.question.rule for kind in KINDS.values() if kind.question)


def as_dicts(rule: str, field: str | None) -> list[dict[str, Any]]:
    """The answers for a door: label, and the step as JSON."""
    if field is None:
        return []
    return [
        {"label": a.label, "step": a.step(field).model_dump(exclude_defaults=True)}
        for a in answers(rule)
    ]


def answered(recipe: Sequence[Step], step: Step) -> list[Step]:
    """The recipe with the step in place of what it said before about the same."""
    kept = [s for s in recipe if not (s.op == step.op and s.field == step.field)]
    return [*kept, step]


def other(step: Step) -> Step | None:
    """The next answer to what a decided step says, for the button beside it; None when there is no other."""
    values = [choice.value for choice in KINDS[step.op].choices()]
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
