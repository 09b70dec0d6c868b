"""Of which calendar years without an era are: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.dates.calendars import CALENDARS, OPEN, UNKNOWN

_VALUES = (*CALENDARS, OPEN, UNKNOWN)


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value in (OPEN, UNKNOWN):
        return f"Leave it open which calendar {name} is in"
    if step.value == "astronomical":
        return f"Years with a minus in {name} count a year 0: -0099 is 100 BC"
    return f"Years without an era in {name} are of the {CALENDARS[step.value or '']} calendar"


KINDS = (
    Kind(
        "calendar",
        "of years without an era: buddhist, roc, hijri, persian; astronomical ones have a year 0",
        sentence,
        uses="value (its name)",
        place=13,
        wrong=one_of("one of " + ", ".join(_VALUES), *_VALUES),
        refuses=only("a date field", "date"),
        question=Question("calendar", also=("old_years",)),
        choices=lambda: tuple(Choice(name, label) for name, label in CALENDARS.items()),
    ),
)
