"""(1,234.50) and 1,234.50- are below zero, as accounts write it: core/cleaning/number_text.py reads them."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == "minus":
        return f"{name}: (5) and 5- are −5"
    return f"{name}: (5) is 5"


def choices() -> tuple[Choice, ...]:
    """What the brackets may mean."""
    return Choice("minus", "Below zero: (5) is −5"), Choice("plain", "Nothing: (5) is 5")


KINDS = (
    Kind(
        "negatives",
        "(5) and 5- are −5, as accounts write it, or (5) is 5",
        sentence,
        uses="value (minus, plain)",
        place=17,
        wrong=one_of("minus or plain", "minus", "plain"),
        refuses=only("a number", "integer", "number"),
        question=Question("negatives", "whether brackets mean below zero"),
        choices=choices,
    ),
)
