"""Listopada: November in Polish, and October in Croatian."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

SHAPE = r"(?i)\blistopada?\b"
_MONTHS = {"november": "November", "october": "October"}


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Listopad in {name} is {_MONTHS[step.value or '']}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, with the month in English."""
    month = _MONTHS[step.value or ""]
    return f"CASE WHEN contains(lower({x}), 'listopad') THEN regexp_replace({x}, {literal(SHAPE)}, '{month}') ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """The two months."""
    return (
        Choice("november", "November (Polish, Czech)"),
        Choice("october", "October (Croatian)"),
    )


KINDS = (
    Kind(
        "listopad",
        "listopada is November (Polish) or October (Croatian)",
        sentence,
        uses="value (november, october)",
        place=15,
        wrong=one_of("november or october", *_MONTHS),
        refuses=only("a date field", "date"),
        sql=sql,
        question=Question("listopad", "which month it is"),
        choices=choices,
    ),
)
