"""Words of a vocabulary that may mean several things, as SQL: Korea, and M in a column of Spanish where no H shows what it is."""

from __future__ import annotations

from core.characters.words import sql as word_sql, word
from core.cleaning import recipe
from core.cleaning.step import Step
from core.cleaning.steps.gender_codes import SHAPE
from core.cleaning.steps.states import CODES
from core.datasets import vocabulary
from core.datasets.model import Field
from core.storage.sql import literal


def condition(field: Field, steps: tuple[Step, ...], v: str) -> str:
    """SQL condition: the value `v` is such a word; empty where the field has none."""
    step = _step(field, steps)
    if step is None:
        return ""
    said = {word(s.to or "") for s in steps if s.op == "replace" and s.field == field.name}
    open_ = sorted({*step.words, *vocabulary.several(step.value or "")} - said)
    if not open_:
        return ""
    longest = max(len(w.encode()) for w in open_) + 8  # what is folded away may be longer
    listed = f"list_contains({literal(open_)}, {word_sql(v)})"
    return f"CASE WHEN strlen({v}) <= {longest} THEN {listed} END"


def gender_codes(field: Field, steps: tuple[Step, ...], v: str) -> str:
    """SQL condition: the value `v` is a number for a gender, of which nothing says what it stands for."""
    asked = field.choices and any(
        s.op == "vocabulary" and s.field == field.name and s.value == "genders" for s in steps
    )
    if not asked or recipe.option(steps, "gender_codes", field.name):
        return ""
    number = f"regexp_full_match({v}, {literal(SHAPE)})"
    return f"CASE WHEN strlen({v}) <= 3 THEN {number} END"


def rule(field: Field, steps: tuple[Step, ...]) -> str:
    """The question that is asked about them."""
    step = _step(field, steps)
    return "states" if step and step.words and {*step.words} <= CODES else "meanings"


def _step(field: Field, steps: tuple[Step, ...]) -> Step | None:
    found = [s for s in steps if s.op == "vocabulary" and s.field == field.name]
    return found[-1] if found else None
