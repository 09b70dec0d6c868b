"""Which words mean nothing in a column: decided by its other values and by its field.

NA among codes of two letters is one of them (Namibia), and so it stays. A word that stands in the
rows of a key field more often than any name is no name. Only the dataset's own cleaning is decided
about: a recipe that somebody gave says itself which words are empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from core.characters import stored
from core.characters.words import word as folded_word
from core.cleaning import nothing, recipe
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets import vocabulary
from core.datasets.empty_words import bare, bared, is_error_cell, may_name
from core.datasets.model import Dataset, Field

CODE = 3  # letters; a longer word is no code of a column of codes
ALIKE = 0.8  # of the other values have the form of the word
LONG = 1_000  # rows; a column that is longer may hold words that its head does not show
MANY = 3  # rows with one word in a key field

Counts = Mapping[str, int]  # the texts of a column, and how many rows have each


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The words that are values, or are none, in a column, as the first rows show."""
    if plan.recipe is not None or not dataset.cleaning.empty_words:
        return steps
    found = []
    for name, index in plan.fields().items():
        field = dataset.field(name)
        if field.type == "text" and not field.choices:
            counts = _counts(cursor, f"c{index}", head)
            found += _decide(dataset, field, counts, recipe.kept(steps, name))
    return _beside_the_list(steps, found)


def without_idle(
    cursor: duckdb.DuckDBPyConnection, whole: str, plan: Plan, steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """The steps without those that keep words of which no cell of the whole file holds one."""
    if plan.recipe is not None:
        return steps
    return tuple(s for s in steps if s.op != "keep_words" or _holds_one(cursor, whole, plan, s))


def _holds_one(cursor: duckdb.DuckDBPyConnection, table: str, plan: Plan, step: Step) -> bool:
    for column in plan.sources(step.field or ""):
        seen = f"SELECT {stored.sql(f'c{column.index}')} AS t FROM {table}"
        found = cursor.execute(f"SELECT bool_or({nothing.is_word('t', step.words)}) FROM ({seen})")
        if (found.fetchone() or (None,))[0]:
            return True
    return False


def by_hand(dataset: Dataset, steps: tuple[Step, ...], fields: Iterable[str]) -> tuple[Step, ...]:
    """The steps for values that somebody typed into these fields, without a column around them.

    A word that can be a value of its field is meant as one; signs such as "-" and "n/a" empty it.
    """
    names = list(fields)
    found: list[Step] = []
    for step in steps:
        if step.op == "empty_words" and step.field is None:
            found += [_left(dataset.field(name), step) for name in names]
        elif step.op != "keep_words":
            found.append(step)
    return tuple(found)


def _left(field: Field, step: Step) -> Step:
    words = tuple(w for w in step.words if not _can_be(field, w))
    return step.model_copy(update={"field": field.name, "words": words})


def retyped(
    dataset: Dataset, steps: tuple[Step, ...], typed: Mapping[str, set[str]]
) -> tuple[Step, ...]:
    """The steps of a file for rows in which somebody typed these texts into these fields."""
    empty = bared(w for s in steps if s.op == "empty_words" for w in s.words)
    found = list(steps)
    for name, texts in typed.items():
        field = dataset.field(name)
        meant = {t.strip() for t in texts if bare(t) in empty and _can_be(field, t.strip())}
        if meant:
            words = bared(meant)
            found = [_spared(s, words) if s.field == name else s for s in found]
            reason = "typed by hand"
            found.append(
                Step(op="keep_words", field=name, words=tuple(sorted(meant)), reason=reason)
            )
    return tuple(found)


def _spared(step: Step, words: frozenset[str]) -> Step:
    if step.op != "empty_words":
        return step
    return step.model_copy(update={"words": tuple(w for w in step.words if bare(w) not in words)})


def _can_be(field: Field, word: str) -> bool:
    """Whether the word can be a value of the field, as far as the field alone tells."""
    if field.choices:
        return bare(word) in bared(field.choices)
    if field.vocabulary:
        return folded_word(word) in vocabulary.load(field.vocabulary)
    return field.type in ("text", "list") and not (field.format or field.pattern) and may_name(word)


def _counts(cursor: duckdb.DuckDBPyConnection, column: str, table: str) -> dict[str, int]:
    rows = cursor.execute(
        f"SELECT trim({column}) AS value, count(*) FROM {table} WHERE {column} <> '' GROUP BY value"
    ).fetchall()
    return {text: int(count) for text, count in rows}


def _decide(dataset: Dataset, field: Field, counts: Counts, kept: frozenset[str]) -> list[Step]:
    empty = bared(dataset.cleaning.empty_words)
    words = {t: n for t, n in counts.items() if bare(t) in empty}
    others = {
        t: n for t, n in counts.items() if t not in words and t.strip() and not is_error_cell(t)
    }
    if field.name in dataset.key.fields:
        return _no_names(field, {w: n for w, n in words.items() if w.lower() in kept}, others)
    known = vocabulary.load(field.vocabulary) if field.vocabulary else None
    values: dict[str, list[str]] = {}
    codes = _Codes.of(others)
    for word in sorted(_asked_about(words, counts, empty, known)):
        reason = _is_value(field, word, words.get(word, 0), codes, known)
        if reason:
            values.setdefault(reason, []).append(word)
    return [
        Step(op="keep_words", field=field.name, words=tuple(found), reason=reason)
        for reason, found in values.items()
    ]


def _asked_about(
    words: Counts, counts: Counts, empty: frozenset[str], known: Mapping[str, str] | None
) -> set[str]:
    """The words of the column, and those that may come further down in a column of codes."""
    found = {text.strip("()[]<>{} ") for text in words}
    if known is not None or sum(counts.values()) >= LONG:
        codes = {w for w in empty if w.isalpha() and w.isascii() and len(w) <= CODE}
        found |= codes | {w.upper() for w in codes}
    return found


def _no_names(field: Field, words: Counts, others: Counts) -> list[Step]:
    """Words that stand in many rows, while every name stands in few."""
    found = []
    most = max(others.values(), default=0)
    rows: dict[str, int] = {}
    for word, count in words.items():
        rows[word.lower()] = rows.get(word.lower(), 0) + count
    for word, count in sorted(rows.items()):
        if count >= MANY and count > 2 * most:
            reason = f"it stands in {count} rows, and no other value in more than {most}"
            found.append(Step(op="empty_words", field=field.name, words=(word,), reason=reason))
    return found


@dataclass(frozen=True)
class _Codes:
    """The other values of a column: how many rows, the most of one value, and the codes among them by their form."""

    total: int
    most: int
    forms: Mapping[tuple[int, bool, bool], tuple[int, int]]  # form to (values, rows)

    @classmethod
    def of(cls, others: Counts) -> _Codes:
        forms: dict[tuple[int, bool, bool], tuple[int, int]] = {}
        for text, count in others.items():
            if len(text) <= CODE and text.isascii() and text.isalpha():
                values, rows = forms.get(_form(text), (0, 0))
                forms[_form(text)] = values + 1, rows + count
        return cls(sum(others.values()), max(others.values(), default=0), forms)


def _is_value(
    field: Field, word: str, count: int, codes: _Codes, known: Mapping[str, str] | None
) -> str:
    """Why the word is a value of this column; "" where it is none."""
    meaning = known.get(folded_word(word)) if known is not None else None
    if known is not None and meaning is None:
        return ""  # the field's words are known, and it is none of them
    if meaning is not None and bare(meaning) == bare(word):
        return f"“{meaning}” is a word of the vocabulary {field.vocabulary}"
    enough = 1 if meaning is not None else 3
    alike, rows = codes.forms.get(_form(word), (0, 0))
    if not (word.isascii() and word.isalpha()) or alike < enough:
        return ""
    if rows < ALIKE * codes.total or count > max(2 * codes.most, 3):
        return ""
    said = f"{rows} of {codes.total} other values are codes of {len(word)} letters"
    return f"it means {meaning}: {said}" if meaning else said


def _form(text: str) -> tuple[int, bool, bool]:
    return len(text), text.isupper(), text.islower()


def _beside_the_list(steps: tuple[Step, ...], found: list[Step]) -> tuple[Step, ...]:
    """The steps with these behind the list for every field, before words are made one spelling."""
    place = max((i + 1 for i, s in enumerate(steps) if s.op == "empty_words"), default=len(steps))
    return (*steps[:place], *found, *steps[place:])
