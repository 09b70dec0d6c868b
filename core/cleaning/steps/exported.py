"""The values are Marquee's own: core/ingest/deciders/deciding.py guesses no step."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return "Take the values as they stand, since Marquee wrote them"


KINDS = (
    Kind(
        "exported",
        "the values are Marquee's own: no step is guessed",
        sentence,
        place=22,
        every=True,
    ),
)
