"""Numbers for genders: 1 is male by ISO 5218, and female in the data of The Movie Database."""

from __future__ import annotations

from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

SHAPE = r"[01239](?:\.0)?"
SCHEMES = {
    "iso": {"1": "male", "2": "female"},
    "tmdb": {"1": "female", "2": "male", "3": "non-binary"},
    "male_1": {"0": "female", "1": "male"},
    "female_1": {"0": "male", "1": "female"},
}
_NOTHING = {"iso": "09", "tmdb": "0"}  # not known, not given


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    said = ", ".join(f"{code} is {meant}" for code, meant in SCHEMES[step.value or "iso"].items())
    return f"{name}: {said}"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """The gender of the number in `x`; other texts as they are."""
    code = f"regexp_replace({x}, '\\.0$', '')"
    meant = SCHEMES[step.value or "iso"]
    cases = "".join(f" WHEN {literal(c)} THEN {literal(g)}" for c, g in meant.items())
    cases += "".join(f" WHEN {literal(c)} THEN NULL" for c in _NOTHING.get(step.value or "", ""))
    return f"CASE {code}{cases} ELSE {x} END"


def choices() -> tuple[Choice, ...]:
    """What the numbers may mean."""
    return (
        Choice("iso", "1 is male, 2 is female (ISO 5218)"),
        Choice("tmdb", "1 is female, 2 is male, 3 is non-binary (TMDB)"),
        Choice("male_1", "1 is male, 0 is female"),
        Choice("female_1", "1 is female, 0 is male"),
    )


KINDS = (
    Kind(
        "gender_codes",
        "which gender 0, 1, 2, 3 and 9 stand for",
        sentence,
        uses="value (iso, tmdb, male_1, female_1)",
        place=9,
        wrong=one_of("iso, tmdb, male_1 or female_1", *SCHEMES),
        refuses=only("a text field", "text"),
        sql=sql,
        question=Question("gender_codes", "which gender the numbers stand for"),
        choices=choices,
    ),
)
