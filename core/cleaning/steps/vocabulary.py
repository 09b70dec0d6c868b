"""Known words to one spelling."""

from __future__ import annotations

from core.characters.words import sql as word_sql
from core.cleaning.kind import Kind, Values, needs_value, only, some
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    left = f", leaving {some(step.words)} open" if step.words else ""
    return f"{name} to one spelling ({step.value}){left}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The spelling of the word in `x`; as it is where it is unknown, or left open."""
    found = looked_up(step.value or "", x)
    if not step.words:
        return found
    return f"CASE WHEN list_contains({literal(list(step.words))}, {word_sql(x)}) THEN {x} ELSE {found} END"


def looked_up(vocabulary: str, x: str) -> str:
    """An enum lookup and a list position: no join, so the rows keep their order."""
    name = f"vocabulary_{vocabulary}"
    code = f"enum_code(TRY_CAST({word_sql(x)} AS staging.{name}))"
    return f"coalesce(getvariable('{name}')[{code} + 1], {x})"


KINDS = (
    Kind(
        "vocabulary",
        "known words to one spelling; unknown ones stay, and so do `words`, which this file leaves open",
        sentence,
        uses="value (its name), words",
        place=9,
        wrong=needs_value,
        refuses=only("a text field", "text"),
        sql=sql,
    ),
)
