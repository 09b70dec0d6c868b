"""Takes off what an export puts before texts like formulas."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values
from core.datasets.model import Field
from core.formulas import restored_sql


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Take off the apostrophe that Marquee puts before texts like formulas in {name}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` as it was before it was exported."""
    return restored_sql(x)


KINDS = (
    Kind(
        "apostrophes",
        "takes off what an export puts before texts like formulas",
        sentence,
        place=23,
        every=True,
        sql=sql,
    ),
)
