"""$5 is 5, 50 % is 50: core/cleaning/number_text.py takes it off."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value in ("%", "％"):
        return f"{name}: numbers without %: 50 % is {'0.5' if step.to else '50'}"
    return f"{name}: numbers without {step.value}{', as shares of one' if step.to else ''}"


KINDS = (
    Kind(
        "unit",
        "$5 is 5, 50 % is 50 (or 0.5, where `to` is 0.01)",
        sentence,
        uses="value, to",
        place=17,
        refuses=only("a number", "integer", "number"),
    ),
)
