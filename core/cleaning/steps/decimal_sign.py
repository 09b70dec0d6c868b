"""Which sign of 1.234,5 parts the decimals: core/cleaning/number_text.py reads it so."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: the {'point' if step.value == '.' else 'comma'} parts the decimals"


def wrong(step: Values) -> str | None:
    """The value must be one of the two signs."""
    return None if step.value in (".", ",") else "decimal_sign is a point or a comma"


def choices() -> tuple[Choice, ...]:
    """The two signs, with an example each."""
    return Choice(".", "The point: 1,234.5"), Choice(",", "The comma: 1.234,5")


KINDS = (
    Kind(
        "decimal_sign",
        "which sign of 1.234,5 parts the decimals",
        sentence,
        uses="value (. or ,)",
        place=16,
        wrong=wrong,
        refuses=only("a number", "integer", "number"),
        question=Question("decimal_sign"),
        choices=choices,
    ),
)
