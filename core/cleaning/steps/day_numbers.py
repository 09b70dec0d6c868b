"""35376 is a day: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, one_of, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == "off":
        return f"Numbers in {name} are no days"
    return f"Numbers in {name} are days counted from {step.value}, as spreadsheet programs do"


KINDS = (
    Kind(
        "day_numbers",
        "35376 is a day as spreadsheet programs count them",
        sentence,
        uses="value (1900, 1904, off)",
        place=14,
        wrong=one_of("1900, 1904 or off", "1900", "1904", "off"),
        refuses=only("a date field", "date"),
    ),
)
