"""Known words to one spelling."""

from __future__ import annotations

from core.characters.words import sql as word_sql
from core.cleaning.kind import Kind, Values, needs_value, only
from core.datasets.model import Field


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name} to one spelling ({step.value})"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """An enum lookup and a list position: no join, so the rows keep their order."""
    name = f"vocabulary_{step.value}"
    code = f"enum_code(TRY_CAST({word_sql(x)} AS staging.{name}))"
    return f"coalesce(getvariable('{name}')[{code} + 1], {x})"


KINDS = (
    Kind(
        "vocabulary",
        "known words to one spelling; unknown ones stay",
        sentence,
        uses="value (its name)",
        place=9,
        wrong=needs_value,
        refuses=only("a text field", "text"),
        sql=sql,
    ),
)
