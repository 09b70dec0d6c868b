"""M is *male* beside F, and *mujer* beside H: single letters for a gender are read by the pair that they form.

The vocabulary says what a letter means in most languages. Where the other letters of the column show a pair
of another language, steps of the recipe say so; where two languages have the same pair, the column's name tells.
"""

from __future__ import annotations

import duckdb

from core.characters.words import word as folded_word
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets import vocabulary
from core.datasets.model import Dataset
from core.datasets.shapes import words
from core.storage.sql import literal

FIELD = "genders"  # the vocabulary of such a field
# Male, female, and what they stand for; the first pair that has all letters of a column is meant.
_PAIRS = (
    *(("m", "f", ""), ("m", "w", ""), ("m", "v", ""), ("m", "k", ""), ("h", "f", "")),
    ("m", "n", "mies/mees, nainen/naine"),
    ("h", "m", "hombre/homem, mujer/mulher"),
    ("f", "n", "férfi, nő"),
    ("e", "k", "erkek, kadın"),
    ("l", "p", "laki-laki, perempuan"),
    ("v", "s", "vīrietis, sieviete"),
    ("u", "d", "uomo, donna"),
    ("h", "d", "home, dona"),
)
# Words of a header that make another pair of the same letters: vyras and moteris, varón and mujer.
_BY_HEADER = {("v", "m"): ("vyras/varón, moteris/mujer", {"lytis", "sexo", "genero"})}


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """Steps for each column of genders whose letters mean something else than they mostly do."""
    if plan.recipe is not None:
        return steps
    for step in [s for s in steps if s.op == "vocabulary" and s.value == FIELD]:
        column = next((c for c in plan.mapping if c.field == step.field and not c.part), None)
        if column:
            found = _replaced(step.field or "", _letters(cursor, head, column.index), column.column)
            place = steps.index(step)
            steps = (*steps[:place], *found, *steps[place:])
    return steps


def _letters(cursor: duckdb.DuckDBPyConnection, head: str, index: int) -> dict[str, list[str]]:
    """The single letters of a column, each with the ways in which it is written."""
    x = f"trim(c{index})"
    shape = literal(r"\pL\.?")
    rows = cursor.execute(
        f"SELECT DISTINCT {x} AS text FROM {head} WHERE regexp_full_match({x}, {shape}) ORDER BY text"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for (text,) in rows:
        found.setdefault(folded_word(text), []).append(text)
    return found


def _replaced(field: str, letters: dict[str, list[str]], header: str) -> list[Step]:
    known = vocabulary.load(FIELD)
    pair = _pair({*letters} - {"x", "ž"}, header)
    if pair is None:
        return []
    male, female, told = pair
    reason = f"“{male.upper()}” and “{female.upper()}” stand for {told}"
    meant = ((male, "male"), (female, "female"))
    return [
        Step(op="replace", field=field, value=text, to=gender, reason=reason)
        for letter, gender in meant
        if known.get(letter) != gender
        for text in letters.get(letter, ())
    ]


def _pair(letters: set[str], header: str) -> tuple[str, str, str] | None:
    """The pair of another language that the letters form; None where the vocabulary is right."""
    if len(letters) < 2:
        return None
    for (male, female), (told, names) in _BY_HEADER.items():
        if letters == {male, female} and names & {*words(header)}:
            return male, female, told
    found = next((p for p in _PAIRS if letters <= {p[0], p[1]}), None)
    return found if found and found[2] else None
