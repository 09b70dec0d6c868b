"""22:00 UTC may be the midnight of a zone further east: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == "next_day":
        return (
            f"{name}: times such as 22:00 UTC are midnight further east, so the next day is meant"
        )
    return f"{name}: beside times such as 22:00 UTC the day is the one that is written"


def choices() -> tuple[Choice, ...]:
    """The day that may be meant."""
    return (
        Choice("next_day", "The next day is meant"),
        Choice("same_day", "The day that is written"),
    )


KINDS = (
    Kind(
        "late_times",
        "22:00 UTC is midnight further east, of the next day, or it is not",
        sentence,
        uses="value (next_day, same_day)",
        place=15,
        wrong=one_of("next_day or same_day", "next_day", "same_day"),
        refuses=only("a date field", "date"),
        question=Question("local_midnight", "which day is meant"),
        choices=choices,
    ),
)
