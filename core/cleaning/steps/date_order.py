"""How 03/04/1990 is read: core/cleaning/readings.py tells the reader of dates."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only

_ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first", "ydm": "year, day, month"}


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Read {name} as {_ORDERS[step.value or '']}"


def choices() -> tuple[Choice, ...]:
    """The orders, with an example each."""
    return (
        Choice("dmy", "Day first (31/12/1990)"),
        Choice("mdy", "Month first (12/31/1990)"),
        Choice("ymd", "Year first (90/12/31)"),
        # Only a header says so; as an answer to "which comes first" it would mislead.
        Choice("ydm", "Year, day, month (1990-31-12)", offered=False),
    )


KINDS = (
    Kind(
        "date_order",
        "how 03/04/1990 is read; ymd: 79/1/18 is in 1979; ydm: 1990-02-01 is in January",
        sentence,
        uses="value (dmy, mdy, ymd, ydm)",
        place=11,
        wrong=one_of("dmy, mdy, ymd or ydm", *_ORDERS),
        refuses=only("a date field", "date"),
        question=Question("date_order", "which comes first", also=("other_order",)),
        choices=choices,
    ),
)
