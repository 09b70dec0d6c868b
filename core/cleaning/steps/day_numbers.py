"""35376 is a day: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == "off":
        return f"Numbers in {name} are no days"
    return f"Numbers in {name} are days counted from {step.value}, as spreadsheet programs do"


def choices() -> tuple[Choice, ...]:
    """The two ways of counting; or no days at all, where the reader took them for some."""
    return (
        Choice("1900", "Days counted from 1900 (Excel)"),
        Choice("1904", "Days counted from 1904 (old Excel for Mac)"),
        Choice("off", "No days", answer=False),
    )


KINDS = (
    Kind(
        "day_numbers",
        "35376 is a day as spreadsheet programs count them",
        sentence,
        uses="value (1900, 1904, off)",
        place=14,
        wrong=one_of("1900, 1904 or off", "1900", "1904", "off"),
        refuses=only("a date field", "date"),
        question=Question("day_numbers"),
        choices=choices,
    ),
)
