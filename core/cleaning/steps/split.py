"""Where the text of a list is cut: core/cleaning/types.py does it."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Values, only


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Split {name} at {' '.join(step.value or '') or 'nothing'}"


def wrong(step: Values) -> str | None:
    """There must be a value; nothing cuts where it is empty."""
    return "split needs a value" if step.value is None else None


KINDS = (
    Kind(
        "split",
        "where a list's text is cut",
        sentence,
        uses="value (separators)",
        place=10,
        wrong=wrong,
        choices=lambda: (
            Choice(";|", "A comma belongs to what it stands in", answer=False),
            Choice(";|,", "A comma parts two of them", answer=False),
        ),
        refuses=only("a list field", "list"),
    ),
)
