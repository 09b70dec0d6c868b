"""A cell that is one of these words becomes empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from core.cleaning import nothing
from core.cleaning.kind import Kind, Values, some
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Treat {some(step.words)} as empty in {name}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or NULL; a list for every field does not know the words that mean something in this one."""
    return _without(x, step.words, values if step.field is None else ())


def _without(x: str, words: Iterable[str], values: Collection[str]) -> str:
    """The text in `x`, or NULL where it is one of the words and none of `values` (in small letters).

    An empty text always is.
    """
    found = nothing.is_word(x, words)
    if values:
        kept = f"list_contains({literal(sorted(values))}, lower({x}))"
        found = f"CASE WHEN {found} THEN NOT {kept} ELSE false END"
    return f"CASE WHEN {x} = '' OR ({found}) THEN NULL ELSE {x} END"


KINDS = (
    Kind(
        "empty_words",
        "a cell that is one of these words becomes empty",
        sentence,
        uses="words",
        place=5,
        every=True,
        sql=sql,
    ),
)
