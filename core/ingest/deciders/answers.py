"""What somebody can say where a file leaves a question open: each answer is one step of the recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.cleaning.step import Step
from core.dates.calendars import CALENDARS

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


def answers(rule: str) -> tuple[Answer, ...]:
    """The answers to a rule that asks; none for the others."""
    this = date.today().year
    century = this // 100 * 100
    known = {
        "name_order": (
            Answer("Turn “Last, First” round", "turn", None),
            Answer("Leave them as they are", "turn", "off"),
        ),
        "date_order": (
            Answer("Day first (31/12/1990)", "date_order", "dmy"),
            Answer("Month first (12/31/1990)", "date_order", "mdy"),
            Answer("Year first (90/12/31)", "date_order", "ymd"),
        ),
        "century": tuple(
            Answer(f"{a} to {b}", "two_digit_years", f"{a}-{b}")
            for a, b in (
                (this - 99, this),
                (century - 100, century - 1),
                (century, century + 99),
                (century - 200, century - 101),
            )
        ),
        "calendar": tuple(Answer(label, "calendar", name) for name, label in CALENDARS.items()),
        "day_numbers": (
            Answer("Days counted from 1900 (Excel)", "day_numbers", "1900"),
            Answer("Days counted from 1904 (old Excel for Mac)", "day_numbers", "1904"),
        ),
        "decimal_sign": (
            Answer("The point: 1,234.5", "decimal_sign", "."),
            Answer("The comma: 1.234,5", "decimal_sign", ","),
        ),
    }
    return known.get(rule, ())


QUESTIONS = ("name_order", "date_order", "century", "calendar", "day_numbers", "decimal_sign")
_OFF = {"day_numbers": ("off",), "no_dates": ("off",)}  # a step that undoes what was decided


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
    values: list[str | None] = [
        a.value for rule in QUESTIONS for a in answers(rule) if a.op == step.op
    ]
    values += _OFF.get(step.op, ())
    if not values or not step.reason:
        return None
    place = values.index(step.value) + 1 if step.value in values else 0
    value = values[place % len(values)]
    return step.model_copy(update={"value": value, "reason": SAID}) if value != step.value else None
