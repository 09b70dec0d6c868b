"""1950.5: May 1950, as East Asia writes it, or the middle of the year, as a computer does."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

OPEN = r"\d{4}[.,][1-9]"  # a single digit may be either
_FRACTION = r"^(\d{4})[.,]\d+$"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == "year":
        return f"{name}: of years with decimals, such as 1950.5, the year counts"
    return f"{name}: what stands behind the point, as in 1950.5, is the month"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, without decimals where they are no month."""
    if step.value != "year":
        return x
    shape = literal(_FRACTION)
    return f"CASE WHEN regexp_matches({x}, {shape}) THEN regexp_replace({x}, {shape}, '\\1') ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """What the digit is."""
    return (
        Choice("month", "The number behind the point is the month"),
        Choice("year", "It is a part of the year: only the year counts"),
    )


KINDS = (
    Kind(
        "decimal_years",
        "1950.5 is May 1950, or a year with decimals",
        sentence,
        uses="value (month, year)",
        place=15,
        wrong=one_of("month or year", "month", "year"),
        refuses=only("a date field", "date"),
        sql=sql,
        question=Question("decimal_year", "which of the two it is"),
        choices=choices,
    ),
)
