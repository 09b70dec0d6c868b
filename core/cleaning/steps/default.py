"""An empty cell becomes a text."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: fill empty cells with “{step.to}”"


def wrong(step: Values) -> str | None:
    """There must be a text to fill in."""
    return None if step.to else "default needs `to`"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or what stands for none."""
    return f"coalesce({x}, {literal(step.to)})"


KINDS = (
    Kind(
        "default",
        "an empty cell becomes `to`",
        sentence,
        uses="to",
        place=20,
        wrong=wrong,
        sql=sql,
    ),
)
