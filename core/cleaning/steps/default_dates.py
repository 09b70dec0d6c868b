"""1900-01-01, 0001-01-01 and what else programs write where they know no date: empty, or a date."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

# In their common styles; core/cleaning/date_doubts.py has the same as values.
_SHAPE = (
    r"(?:0001|1601|1753|1900)[-/.]0?1[-/.]0?1(?:[T ].*)?|0?1[-/.]0?1[-/.](?:0001|1601|1753|1900)(?: .*)?"
    r"|1899[-/.]12[-/.]3[01](?:[T ].*)?|(?:3[01][-/.]12|12[-/.]3[01])[-/.]1899(?: .*)?|1604[-/.].*|.*[-/.]1604(?: .*)?"
)


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    meaning = "mean no date" if step.value == "empty" else "are dates"
    return f"{name}: 1900-01-01 and the like, which programs write for no date, {meaning}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or NULL where programs write it for no date."""
    if step.value != "empty":
        return x
    return f"CASE WHEN regexp_full_match({x}, {literal(_SHAPE)}) THEN NULL ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """What they may mean."""
    return Choice("empty", "They mean no date"), Choice("dates", "They are dates")


KINDS = (
    Kind(
        "default_dates",
        "1900-01-01, 0001-01-01, 1604-05-03 and the like become empty, or are dates",
        sentence,
        uses="value (empty, dates)",
        place=15,
        wrong=one_of("empty or dates", "empty", "dates"),
        refuses=only("a date field", "date"),
        sql=sql,
        question=Question("default_date", "whether they are dates"),
        choices=choices,
    ),
)
