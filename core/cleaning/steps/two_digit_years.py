"""The years that 68 and 12 stand for: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

import re
from datetime import date

from core.cleaning.kind import Choice, Kind, Question, Values, needs_value, only

OPEN = "open"
_YEARS = re.compile(r"(\d{4})-(\d{4})")


def window(value: str | None) -> tuple[int, int] | None:
    """The first and the last year that a value names."""
    years = _YEARS.fullmatch(value or "")
    return (int(years[1]), int(years[2])) if years else None


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == OPEN:
        return f"Leave it open of which century years of two digits in {name} are"
    years = (step.value or "").replace("-", " to ")
    return f"Years of two digits in {name} are those from {years}"


def wrong(step: Values) -> str | None:
    """The value must be two years, at most a hundred years of them."""
    years = window(step.value)
    if not step.value or step.value == OPEN or (years and 0 <= years[1] - years[0] <= 99):
        return needs_value(step)
    return "two_digit_years is the first and the last year of at most a hundred, such as 1927-2026"


def choices() -> tuple[Choice, ...]:
    """The hundred years up to this one, and the last, the present and the earlier century."""
    this = date.today().year
    century = this // 100 * 100
    spans = (
        (this - 99, this),
        (century - 100, century - 1),
        (century, century + 99),
        (century - 200, century - 101),
    )
    return tuple(Choice(f"{first}-{last}", f"{first} to {last}") for first, last in spans)


KINDS = (
    Kind(
        "two_digit_years",
        "the years that 68 and 12 stand for",
        sentence,
        uses="value (1927-2026, open)",
        place=12,
        wrong=wrong,
        refuses=only("a date field", "date"),
        question=Question("century"),
        choices=choices,
    ),
)
