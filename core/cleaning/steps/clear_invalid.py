"""A value that the rules refuse becomes empty: core/cleaning/checks.py says which, the compiler does it."""

from __future__ import annotations

from core.cleaning.kind import Kind, Values


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"{name}: leave out values that are not allowed"


KINDS = (
    Kind(
        "clear_invalid",
        "a value that the rules refuse becomes empty",
        sentence,
        place=21,
    ),
)
