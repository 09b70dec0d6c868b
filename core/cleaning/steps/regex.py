"""What fits a pattern becomes another text."""

from __future__ import annotations

from core.cleaning import patterns
from core.cleaning.kind import Kind, Values, needs_value
from core.datasets.model import Field
from core.storage.sql import literal


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: matches of {step.value} become “{step.to or ''}”"


def wrong(step: Values) -> str | None:
    """The value must be a pattern, and what it becomes no text without end: it may take the place of every character."""
    if len(step.to or "") > patterns.LONGEST:
        return f"`to` has {len(step.to or ''):,} characters, and {patterns.LONGEST:,} are allowed"
    broken = patterns.fault(step.value) if step.value else None
    return f"the pattern is broken: {broken}" if broken else needs_value(step)


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x` with every match replaced."""
    return f"nullif(regexp_replace({x}, {literal(step.value)}, {literal(step.to or '')}, 'g'), '')"


KINDS = (
    Kind(
        "regex",
        "every match of the RE2 pattern becomes `to`",
        sentence,
        uses="value, to",
        place=19,
        wrong=wrong,
        sql=sql,
    ),
)
