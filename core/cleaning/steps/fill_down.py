"""A cell that is only filled in the first row of a group: the rows below it say the same, or nothing."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of

DOWN, EMPTY = "down", "empty"


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    if step.value == EMPTY:
        return f"{name}: an empty cell below a filled one is empty"
    return f"{name}: an empty cell is what stands above it"


def choices() -> tuple[Choice, ...]:
    """What the empty cells may mean."""
    return (
        Choice(DOWN, "An empty cell is what stands above it"),
        Choice(EMPTY, "An empty cell is empty"),
    )


KINDS = (
    Kind(
        "fill_down",
        "an empty cell is what stands above it, or empty",
        sentence,
        uses="value (down, empty)",
        place=2,
        wrong=one_of("down or empty", DOWN, EMPTY),
        question=Question(
            "first_of_group", "whether the rows of a group share what stands in the first"
        ),
        choices=choices,
    ),
)
