"""The 1st of January where only the year was known: 1835-01-01 is 1835, or that day."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

_SHAPE = r"^(?:(\d{4})[-/.]0?1[-/.]0?1(?:[T ].*)?|0?1[-/.]0?1[-/.](\d{4})(?: .*)?)$"  # 1835-01-01, 1.1.1835


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    meaning = "stands for the year alone" if step.value == "year" else "is that day"
    return f"{name}: the 1st of January {meaning}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or its year."""
    return f"regexp_replace({x}, {literal(_SHAPE)}, '\\1\\2')" if step.value == "year" else x


def choices() -> tuple[Choice, ...]:
    """What it may mean."""
    return Choice("year", "Keep the year alone"), Choice("day", "They were born on that day")


KINDS = (
    Kind(
        "january_first",
        "1835-01-01 is the year 1835, or that day",
        sentence,
        uses="value (year, day)",
        place=15,
        wrong=one_of("year or day", "year", "day"),
        refuses=only("a date field", "date"),
        sql=sql,
        question=Question("january_first", "whether the day is known"),
        choices=choices,
    ),
)
