"""#REF!, #N/A and the like become empty."""

from __future__ import annotations

from core.cleaning import nothing
from core.cleaning.kind import Kind, Values
from core.datasets.model import Field


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    return f"Treat error cells such as #REF! as empty in {name}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The text in `x`, or NULL where it is what a spreadsheet shows for a formula that failed."""
    return nothing.without_errors(x)


KINDS = (
    Kind(
        "error_cells",
        "#REF!, #N/A and the like become empty",
        sentence,
        place=4,
        every=True,
        sql=sql,
    ),
)
