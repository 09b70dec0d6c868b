"""Words that mean nothing elsewhere, and are values of this field."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values, some


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Keep {some(step.words)} in {name}"


def wrong(step: Values) -> str | None:
    """There must be words."""
    return None if step.words else "keep_words needs words"


KINDS = (
    Kind(
        "keep_words",
        "these words are values of the field: empty_words leaves them; in a key field only where the row says more",
        sentence,
        uses="words",
        place=6,
        wrong=wrong,
    ),
)
