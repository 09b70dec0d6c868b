"""INTJ-A and INTJ (Architect) are INTJ: what stands behind an allowed value is taken off, each end by its name."""

from __future__ import annotations

import re

from core.cleaning.kind import Kind, Values, only, some
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: take off {some(step.words)} behind an allowed value"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The allowed value that the text in `x` begins with, where one of the words is all that follows."""
    if not field.choices or not step.words:
        return x
    longest = sorted(field.choices, key=len, reverse=True)
    allowed = "|".join(re.escape(choice) for choice in longest)
    ends = "|".join(re.escape(end) for end in step.words)
    whole = literal(f"^({allowed})(?i:{ends})$")
    return f"coalesce(nullif(regexp_extract({x}, {whole}, 1), ''), {x})"


def wrong(step: Values) -> str | None:
    """There must be something to take off."""
    return None if step.words else "suffix needs words"


KINDS = (
    Kind(
        "suffix",
        "these words behind an allowed value are taken off: INTJ-A is INTJ",
        sentence,
        uses="words",
        place=17,
        wrong=wrong,
        refuses=only("a text field", "text"),
        sql=sql,
    ),
)
