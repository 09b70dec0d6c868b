"""M is *male* beside F, and *mujer* beside H: single letters for a gender are read by the pair that they form.

The vocabulary says what a letter means in most languages. Where the other letters of the column, or the language of
the column names, show a pair of another language, steps of the recipe say so. Where that language has two pairs that
say different things of a letter (M alone below *Sexo*), the letter stays open, and is asked about. Numbers are
read as The Movie Database has them where the columns are of its data, and else asked about.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from core.characters.words import word as folded_word
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.cleaning.steps.gender_codes import SHAPE
from core.datasets import vocabulary
from core.datasets.model import Dataset
from core.datasets.shapes import words
from core.storage.sql import literal

FIELD = "genders"  # the vocabulary of such a field
Pair = tuple[str, str, str]  # male, female, and what they stand for
# The first pair that has all letters of a column is meant.
_PAIRS: tuple[Pair, ...] = (
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
_V_M = ("v", "m", "vyras/varón, moteris/mujer")
_M_F = ("m", "f", "")
# The pairs of a language, and words of column names that show it. Words for a gender come first in a file.
_LANGUAGES: tuple[tuple[tuple[Pair, ...], frozenset[str]], ...] = (
    (
        (("h", "m", "hombre/homem, mujer/mulher"), _M_F, _V_M),
        frozenset(
            "sexo genero nombre apellido apellidos nacimiento nacionalidad sobrenome".split()
        ),
    ),
    ((_V_M,), frozenset("lytis vardas pavarde gimimo".split())),
    ((("f", "n", "férfi, nő"),), frozenset("nem neme nev szuletesi szuletett".split())),
    ((("e", "k", "erkek, kadın"),), frozenset("cinsiyet cinsiyeti soyad soyadi dogum".split())),
    ((("l", "p", "laki-laki, perempuan"),), frozenset("kelamin lahir".split())),
    ((("v", "s", "vīrietis, sieviete"),), frozenset("dzimums uzvards dzimsanas".split())),
    (
        (("m", "n", "mies/mees, nainen/naine"),),
        frozenset("sukupuoli sugu sunniaeg syntyma".split()),
    ),
    ((("u", "d", "uomo, donna"), _M_F), frozenset("sesso cognome nascita".split())),
    ((("h", "d", "home, dona"), _M_F), frozenset("cognoms naixement".split())),
)
_TMDB = frozenset(
    {"knownfordepartment", "castid", "creditid", "profilepath", "tmdbid", "placeofbirth"}
)


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """Steps for each column of genders whose letters mean something else than they mostly do, or are open."""
    if plan.recipe is not None:
        return steps
    for step in [s for s in steps if s.op == "vocabulary" and s.value == FIELD]:
        column = next((c for c in plan.mapping if c.field == step.field and not c.part), None)
        if column:
            letters = _letters(cursor, head, column.index)
            names = [column.column, *(c.column for c in plan.mapping)]
            found = _decided(step, letters, names) or (step,)
            numbers = _numbers(cursor, head, column.index, step.field or "", names)
            place = steps.index(step)
            steps = (*steps[:place], *numbers, *found, *steps[place + 1 :])
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


def _decided(step: Step, letters: dict[str, list[str]], names: list[str]) -> tuple[Step, ...]:
    """The step for the vocabulary with what the letters mean, in place of it; none where it is right."""
    known, told = vocabulary.load(FIELD), {*letters} - {"x", "ž"}
    pairs = _of_language(told, names) or _of_letters(told)
    meant: dict[str, set[str]] = {}
    for male, female, _ in pairs:
        meant.setdefault(male, set()).add("male")
        meant.setdefault(female, set()).add("female")
    open_ = tuple(sorted(letter for letter in told if len(meant.get(letter, ())) > 1))
    if open_:
        shown = " and ".join(f"“{m.upper()}”/“{f.upper()}”" for m, f, _ in pairs)
        return (step.model_copy(update={"words": open_, "reason": f"it may be of {shown}"}),)
    male, female, said = pairs[0] if pairs else ("", "", "")
    reason = f"“{male.upper()}” and “{female.upper()}” stand for {said}"
    replaced = [
        Step(op="replace", field=step.field, value=text, to=gender, reason=reason)
        for letter, genders in meant.items()
        for gender in genders
        if known.get(letter) != gender
        for text in letters.get(letter, ())
    ]
    return (*replaced, step) if replaced else ()


def _of_language(letters: set[str], names: list[str]) -> list[Pair]:
    """The pairs that have all the letters, in the language that the column names show: its own name first."""
    if not letters:
        return []
    for name in names:
        said = {*words(name)}
        for pairs, shown in _LANGUAGES:
            if shown & said:
                return [p for p in pairs if letters <= {p[0], p[1]}]
    return []


def _of_letters(letters: set[str]) -> list[Pair]:
    """The pair that two letters form, whatever the language; none where the vocabulary is right."""
    if len(letters) < 2:
        return []
    found = next((p for p in _PAIRS if letters <= {p[0], p[1]}), None)
    return [found] if found and found[2] else []


def _numbers(
    cursor: duckdb.DuckDBPyConnection, head: str, index: int, field: str, names: Iterable[str]
) -> list[Step]:
    """A step for numbers in the data of The Movie Database."""
    found = {"".join(words(name)) for name in names} & _TMDB
    x = f"trim(c{index})"
    sql = f"SELECT count(*) FROM {head} WHERE regexp_full_match({x}, {literal(SHAPE)})"
    count = (cursor.execute(sql).fetchone() or (0,))[0] if found else 0
    if not count:
        return []
    reason = f"{count} numbers, beside columns as The Movie Database has them"
    return [Step(op="gender_codes", field=field, value="tmdb", reason=reason)]
