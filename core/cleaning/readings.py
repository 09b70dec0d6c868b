"""What a recipe says about reading the dates of a field."""

from __future__ import annotations

from typing import Literal

from core.cleaning.steps.two_digit_years import window
from core.dates.read import Reading
from core.datasets.model import Field
from core.datasets.shapes import fold, words
from core.cleaning import recipe
from core.cleaning.step import Step

_BIRTH = frozenset(
    "birth birthday birthdate dob born geburt geburtsdatum geburtstag naissance nacimiento 生日 出生".split()
)
_DEATH = frozenset(
    "death died deathdate dod sterbedatum todesdatum deces muerte 死亡 逝世 卒年".split()
)


def reading(field: Field, steps: tuple[Step, ...]) -> Reading:
    """How the texts of a date field are read."""
    serial = recipe.option(steps, "day_numbers", field.name)
    return Reading(
        order=recipe.option(steps, "date_order", field.name),  # type: ignore[arg-type]
        years=window(recipe.option(steps, "two_digit_years", field.name)),
        calendar=recipe.option(steps, "calendar", field.name),
        serial=None if serial == "off" else serial,  # type: ignore[arg-type]
        late=recipe.option(steps, "late_times", field.name) == "next_day",
        span=_end_of_life(field),
    )


def _end_of_life(field: Field) -> Literal["first", "last"] | None:
    """Which end of 1958–2009 a field means, by what it is called."""
    called = {part for label in (field.name, field.title) for part in (*words(label), fold(label))}
    if called & _BIRTH:
        return "first"
    if called & _DEATH:
        return "last"
    return None


def in_the_past(field: Field) -> bool:
    """Whether a date of this field cannot be in the future."""
    return field.max == "today"
