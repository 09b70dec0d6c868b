"""Rows that break a rule of the dataset."""

from __future__ import annotations

import duckdb
from rapidfuzz import fuzz, process

from core.characters.words import word
from core.cleaning import date_doubts, odd_names
from core.cleaning.checks import Check
from core.cleaning.steps import states
from core.cleaning.plan import OWN
from core.datasets import vocabulary
from core.datasets.model import Dataset, Field, Severity
from core.ingest.causes.problem import (
    EXAMPLES,
    Example,
    Problem,
    WrongValue,
    column_of,
    short,
    stored,
    title,
)
from core.ingest.deciders.answers import MEANINGS
from core.ingest.rows.staged import Staged, check_counts, row_count
from core.storage.sql import ident

FOUND = 50
SLIPS, SHARE = 3, 0.02  # dates in the other order, before that is a doubt about all of them
MORE = 2  # rows that say something more than a name: else one with a name alone is no exception


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """A problem for each check that some row breaks."""
    counts = check_counts(cursor, staged)
    return [
        _from_check(cursor, staged, check, counts[check.position])
        for check in staged.compiled.checks
        if check.severity and _matters(cursor, staged, check, counts.get(check.position, 0))
    ]


def _matters(cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check, count: int) -> bool:
    """Whether a check found anything. In a file of which many rows say only a name, such a row is none of another kind."""
    if check.rule in date_doubts.MANY:
        least, share = date_doubts.MANY[check.rule]
        return count >= least and count >= share * _filled(cursor, staged, check)
    if check.rule == "old_years" and count:
        return 2 * _around(cursor, staged, check) < count
    if check.rule != "alone" or not count:
        return count > 0
    others = row_count(cursor, staged.rows) - count
    return others >= MORE and count <= others


def _around(cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check) -> int:
    """How many years lie in the centuries around those that another calendar counts now."""
    v = ident(stored(check.field or ""))
    near = " OR ".join(f"{v} >= '{a}' AND {v} < '{b}'" for a, b in date_doubts.AROUND)
    sql = f"SELECT count(*) FILTER ({near}) FROM {staged.rows}"
    return int((cursor.execute(sql).fetchone() or (0,))[0])


def _filled(cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check) -> int:
    """How many rows have a value in the field of a check."""
    sql = f"SELECT count({ident(stored(check.field or ''))}) FROM {staged.rows}"
    return int((cursor.execute(sql).fetchone() or (0,))[0])


def _from_check(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check, count: int
) -> Problem:
    broken = f"(s._p{check.word} & {check.bit}) <> 0"
    text = _text_sql(staged, check)
    examples = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, {text} FROM {staged.rows} s WHERE {broken}"
        f" ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    found: list[WrongValue] = []
    if check.rule not in ("required", "needs", "order"):
        rows = cursor.execute(
            f"SELECT {text} AS value, count(*) AS n FROM {staged.rows} s WHERE {broken}"
            f" GROUP BY value ORDER BY n DESC, value LIMIT {FOUND}"
        ).fetchall()
        found = [WrongValue(v, n, r) for v, n in rows for r in _repairs(staged, check, v)]
    return Problem(
        field=check.field,
        column=column_of(staged, check.field),
        rule=check.rule,
        severity=_severity(cursor, staged, check, count),
        count=count,
        title=title(staged.dataset, check.field, check.rule),
        expected=check.expected,
        examples=tuple(Example(r, line, short(t)) for r, line, t in examples),
        found=tuple(found),
    )


def _severity(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, check: Check, count: int
) -> Severity:
    """That of the check; a slip or two in the order of day and month are one thing, many are a file of two orders."""
    if check.rule == "other_order" and check.severity == "info":
        if count >= SLIPS and count >= SHARE * _filled(cursor, staged, check):
            return "warning"
    return check.severity or "info"


def _text_sql(staged: Staged, check: Check) -> str:
    """SQL for what stood there: the untouched text of an error, the value of a lesser problem."""
    if check.rule == "alone":
        return f"s.{ident(staged.dataset.title_field)}::VARCHAR"
    if check.field is None:
        return "NULL::VARCHAR"
    value = f"s.{ident(stored(check.field))}::VARCHAR"
    if check.rule == MEANINGS:  # the answer replaces the cleaned text
        return value
    cells = [f"s._cells[{c.index + 1}]" for c in staged.plan.sources(check.field)]
    stood = cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
    return f"coalesce({stood}, {value})"


def _repairs(staged: Staged, check: Check, text: str | None) -> list[str | None]:
    """What a text may mean: of a word of several meanings each of them."""
    if check.rule == MEANINGS and text:
        return [*_meanings(staged.dataset.field(check.field or ""), word(text))]
    return [repair(staged.dataset, check, text)]


def _meanings(field: Field, text: str) -> tuple[str, ...]:
    name = field.vocabulary or ""
    if found := vocabulary.several(name).get(text):
        return found
    country = vocabulary.load(name).get(text)
    return field.choices[:2] or ((country, states.COUNTRY) if country else ())


def repair(dataset: Dataset, check: Check, text: str | None) -> str | None:
    """What was probably meant, when that is clear enough to offer."""
    if not text or check.field is None or check.field in OWN or len(text) > 100:
        return None
    definition = dataset.field(check.field)
    if check.rule == "odd_name":
        return odd_names.repaired(text)
    if check.rule == "encoded":
        return odd_names.decoded(text) if definition.type == "text" else None
    if check.rule in ("choices", "vocabulary") and definition.vocabulary:
        meant = vocabulary.suggest(definition.vocabulary, text)
        if meant:
            return meant
    if check.rule == "choices":
        spelled = {c: c.casefold() for c in definition.choices}
        best = process.extract(text.casefold(), spelled, scorer=fuzz.ratio, limit=2)
        # A guess between equals is none: INTX is as near to INTJ as to INTP.
        clear = best and best[0][1] >= 75 and (len(best) < 2 or best[0][1] > best[1][1])
        return str(best[0][2]) if clear else None
    if check.rule == "format" and definition.format == "url" and "." in text and " " not in text:
        return None if "://" in text else f"https://{text.strip()}"
    return None
