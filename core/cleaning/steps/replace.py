"""A cell that is exactly one text becomes another."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, needs_value
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: “{step.value}” becomes {f'“{step.to}”' if step.to else 'empty'}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or the other one."""
    return f"CASE WHEN {x} = {literal(step.value)} THEN {literal(step.to or None)} ELSE {x} END"


KINDS = (
    Kind(
        "replace",
        "a cell that is exactly `value` becomes `to` (or empty)",
        sentence,
        uses="value, to",
        place=18,
        wrong=needs_value,
        sql=sql,
    ),
)
