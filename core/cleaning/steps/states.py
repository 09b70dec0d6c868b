"""CA is Canada, or California: codes of a column that are of countries, or of the states of the United States."""

from __future__ import annotations

from core.characters.words import sql as word_sql
from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.cleaning.steps.vocabulary import looked_up
from core.datasets.model import Field
from core.storage.sql import literal

COUNTRY = "United States"
CODES = frozenset(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or"
    " pa ri sc sd tn tx ut vt va wa wv wi wy dc".split()
)


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    meant = "countries" if step.value == "countries" else f"states of the {COUNTRY}"
    return f"{name}: codes of two letters are {meant}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The country of the code in `x`."""
    if step.value == "countries":
        return looked_up("countries", x)
    codes = literal(sorted(CODES))
    return f"CASE WHEN strlen({x}) = 2 AND list_contains({codes}, {word_sql(x)}) THEN {literal(COUNTRY)} ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """What the codes may be of."""
    return (
        Choice("countries", "They are countries: CA is Canada"),
        Choice("states", f"They are states: CA is California, in the {COUNTRY}"),
    )


KINDS = (
    Kind(
        "states",
        "CA is Canada, or a state of the United States",
        sentence,
        uses="value (countries, states)",
        place=10,
        wrong=one_of("countries or states", "countries", "states"),
        refuses=only("a text field", "text"),
        sql=sql,
        question=Question("states", "whether the codes are of countries"),
        choices=choices,
    ),
)
