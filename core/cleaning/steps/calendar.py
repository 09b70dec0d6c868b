"""Of which calendar years without an era are: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, one_of, only
from core.dates.calendars import CALENDARS

_OPEN = "open"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == _OPEN:
        return f"Leave it open which calendar {name} is in"
    return f"Years without an era in {name} are of the {CALENDARS[step.value or '']} calendar"


KINDS = (
    Kind(
        "calendar",
        "of years without an era: buddhist, roc, hijri, persian",
        sentence,
        uses="value (its name)",
        place=13,
        wrong=one_of("one of " + ", ".join([*CALENDARS, _OPEN]), *CALENDARS, _OPEN),
        refuses=only("a date field", "date"),
    ),
)
