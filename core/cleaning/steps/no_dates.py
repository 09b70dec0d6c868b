"""0/0/00, 0000-00-00 and the like become empty."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Values, only
from core.datasets.model import Field
from core.dates.words import NO_DATE
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    meaning = "stay as they are" if step.value == "off" else "mean no date"
    return f"{name}: 0/0/00, 0000-00-00 and the like {meaning}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or NULL where programs write it for no date."""
    if step.value == "off":
        return x
    return f"CASE WHEN regexp_full_match({x}, {literal(NO_DATE)}) THEN NULL ELSE {x} END"


KINDS = (
    Kind(
        "no_dates",
        "0/0/00, 0000-00-00 and the like become empty",
        sentence,
        uses="value (off, or none)",
        place=15,
        refuses=only("a date field", "date"),
        sql=sql,
        choices=lambda: (Choice("off", "They stay as they are", answer=False),),
    ),
)
