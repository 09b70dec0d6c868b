"""Which calendar the years of a column are of, where they carry no era: by its name, its other values, its script.

Years such as 1357 or 2520 in a file in Arabic or Thai script stay open, and are asked about; so do years of two digits there
and in a file of Taiwan or Japan, where 63/11/29 is a day of 1974, of 1988 or of 1963.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date

import duckdb

from core.characters.words import word
from core.cleaning.date_checks import SIX_DIGITS, THREE_DIGITS
from core.cleaning.plan import OWN, Column, Plan
from core.cleaning.readings import in_the_past
from core.cleaning.step import Step
from core.datasets import vocabulary
from core.datasets.model import Dataset, Field
from core.dates import header, words
from core.dates.calendars import CALENDARS, DOUBTFUL, OPEN, UNKNOWN
from core.dates.read import ANY, FOREIGN, LATIN, SEPARATOR, folded
from core.ingest.deciders.date_columns import undecided
from core.storage.sql import literal

_YEAR = r"(?:^|[^0-9])([12][0-9]{3})(?:$|[^0-9])"
_TWO = rf"{ANY}{SEPARATOR}{ANY}{SEPARATOR}'?\d{{2}}|\d{{2}}{SEPARATOR}{ANY}{SEPARATOR}{ANY}|{SIX_DIGITS}"
_YEAR_LAST = rf"{ANY}{SEPARATOR}{ANY}{SEPARATOR}'?(?:3[2-9]|[4-9]\d)"
_MINUS = r"-\d{3,4}(?:-.*)?"
_XML = r"-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
_HANGUL = re.compile("[\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff]")
MANY, AHEAD = 2, 0.2  # years still to come, before they say something of the others
_MARKED = ("roc", "buddhist", "hijri", "persian")


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """A step for each date column whose years are, or may be, of another calendar."""
    columns = undecided(dataset, plan, steps, "calendar")
    found = [
        _decided(cursor, head, plan, dataset.field(name), column)
        for name, column in columns.items()
    ]
    return (*steps, *(step for step in found if step))


def _decided(
    cursor: duckdb.DuckDBPyConnection, head: str, plan: Plan, definition: Field, column: Column
) -> Step | None:
    field = definition.name
    told = header.calendar(column.column)
    if told:
        return _step(field, told[0], f"the column is named {told[1]}")
    seen = _seen(cursor, head, column)
    most = max(seen.marked)
    era = _MARKED[seen.marked.index(most)]
    said = f"{most} of {seen.total} values name the {CALENDARS[era]} calendar"
    if most < seen.total <= 2 * most:
        return _step(field, era, said)
    if seen.three and seen.last <= date.today().year - 1911:
        reason = (
            f"{seen.three} of {seen.total} values have a year of three digits, such as the Republic's"
            f" {seen.last}"
        )
        return _step(field, "roc", reason)
    if 0 < most < seen.total:  # a few say nothing of the others
        return _step(field, OPEN, said)
    return (
        _of_neighbours(cursor, head, plan, field, column, seen)
        or (_ahead(field, seen) if in_the_past(definition) else None)
        or _with_minus(field, seen)
    )


def _ahead(field: str, seen: _Seen) -> Step | None:
    """Nothing is taken for a year of ours, where many years of births are still to come: 2056 of Nepal is 1999."""
    if seen.ahead < MANY or seen.ahead < AHEAD * seen.years:
        return None
    reason = f"{seen.ahead} of {seen.years} years are still to come"
    return _step(field, UNKNOWN if seen.ahead > seen.buddhist else OPEN, reason)


@dataclass(frozen=True)
class _Seen:
    """Of a column: its values, years of four digits, those that may be of another calendar, texts with a year of
    three digits and the last of those, numbers with a year of two digits, years with a minus, those as XML has them, a plus, years of
    two digits that can only be behind the month, years still to come, and those of them that may be Buddhist.
    """

    total: int
    years: int
    doubtful: int
    three: int
    last: int
    two: int
    minus: int
    xml: int
    plus: int
    behind: int
    ahead: int
    buddhist: int
    marked: tuple[int, ...]  # values that name each of _MARKED


def _seen(cursor: duckdb.DuckDBPyConnection, head: str, column: Column) -> _Seen:
    x = f"translate(trim(c{column.index}), {literal(FOREIGN)}, {literal(LATIN)})"
    year = f"TRY_CAST(regexp_extract({x}, '{_YEAR}', 1) AS INTEGER)"
    doubt = " OR ".join(f"{year} BETWEEN {a} AND {b}" for a, b in DOUBTFUL)
    three = f"regexp_full_match({x}, {literal(THREE_DIGITS)})"
    minus = f"starts_with({x}, '-')"
    marks = [f"regexp_matches({folded(x)}, {literal(words.ERAS[era])})" for era in _MARKED]
    counts = [
        f"count({x}) FILTER ({x} <> '')",
        f"count({year})",
        f"count(*) FILTER ({doubt})",
        f"count(*) FILTER ({three})",
        f"coalesce(max(TRY_CAST(left({x}, 3) AS INTEGER)) FILTER ({three}), 0)",
        f"count(*) FILTER (length({x}) BETWEEN 6 AND 8 AND regexp_full_match({x}, {literal(_TWO)}))",
        f"count(*) FILTER ({minus} AND regexp_full_match({x}, {literal(_MINUS)}))",
        f"count(*) FILTER ({minus} AND regexp_full_match({x}, {literal(_XML)}))",
        f"count(*) FILTER (starts_with({x}, '+'))",
        f"count(*) FILTER (length({x}) BETWEEN 6 AND 8 AND regexp_full_match({x}, {literal(_YEAR_LAST)}))",
        f"count(*) FILTER ({year} > {date.today().year})",
        f"count(*) FILTER ({year} BETWEEN {DOUBTFUL[1][0]} AND {DOUBTFUL[1][1]})",
        *(f"count(*) FILTER ({mark})" for mark in marks),
    ]
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {head}").fetchone() or (0,) * 16
    found: list[int] = list(row)
    names = [f.name for f in fields(_Seen)][:-1]
    return _Seen(**dict(zip(names, found)), marked=tuple(found[len(names) :]))


def _of_neighbours(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    plan: Plan,
    field: str,
    column: Column,
    seen: _Seen,
) -> Step | None:
    """Open, where the rest of the file is of readers who count years otherwise."""
    many = seen.doubtful and seen.doubtful >= seen.years * 0.8
    short = seen.two and seen.years - seen.doubtful <= seen.two
    who = _counts_otherwise(cursor, head, plan, column) if many or short else ""
    if who in _YEAR_IN_FRONT and (not short or 2 * seen.behind > seen.two):
        return None  # neither Taiwan nor Japan writes a year of its own behind the month
    if not who:
        return None  # the check old_years asks, if no other years are near
    if short:
        reason = (
            f"{seen.two} of {seen.total} years have two digits, and {who} may mean another calendar"
        )
    else:
        reason = f"{seen.doubtful} of {seen.years} years are of another calendar, or very old or far away"
    return _step(field, OPEN, reason)


def _with_minus(field: str, seen: _Seen) -> Step | None:
    """-0099 is 100 BC to those who count a year 0, and 99 BC to the others."""
    if not seen.minus:
        return None
    if 2 * seen.xml > seen.minus and not seen.plus:
        reason = f"{seen.xml} of {seen.minus} years with a minus are written as XML and Wikidata's queries have them"
        return _step(field, "astronomical", reason)
    reason = f"{seen.minus} of {seen.total} values have a minus: read without a year 0, so that -0099 is 99 BC"
    if seen.plus:
        reason += f"; {seen.plus} have a plus, as where no year 0 is counted"
    return _step(field, "gregorian", reason)


_SCRIPTS = "a file in Arabic or Thai script"
_LETTERS = "a file in the letters of Taiwan"
_JAPANESE = "a file in Japanese"
_COUNTRIES = (
    "Taiwan",
    "Japan",
    "Thailand",
    "Iran",
    "Afghanistan",
    "Nepal",
    "Ethiopia",
    "Saudi Arabia",
)

_YEAR_IN_FRONT = (_LETTERS, _JAPANESE, *(f"a file of people of {c}" for c in _COUNTRIES[:2]))


def _counts_otherwise(
    cursor: duckdb.DuckDBPyConnection, head: str, plan: Plan, column: Column
) -> str:
    """Whether the file is of readers who count years otherwise: by its script, its letters, or a country in most rows."""
    texts = " || chr(31) || ".join(
        f"coalesce(c{c.index}, '')" for c in plan.mapping if c.field and c.field not in OWN
    )
    sql = (
        "SELECT count(*) FILTER (regexp_matches(t, '[\\p{Arabic}\\p{Thai}٠-٩]')), count(*), list(t)[:200]"
        f" FROM (SELECT {texts} AS t FROM {head})"
    )
    hits, rows, some = cursor.execute(sql).fetchone() or (0, 0, None)
    named = any("\u0600" <= c <= "\u06ff" or "\u0e00" <= c <= "\u0e7f" for c in column.column)
    if named or 2 * hits > rows:
        return _SCRIPTS
    country = _country(some or [])
    if country:
        return f"a file of people of {country}"
    headers = " ".join(c.column for c in plan.mapping)
    text = " ".join([headers, *(some or [])])
    if _KANA.search(text) or "生年月日" in headers:
        return _JAPANESE
    return _LETTERS if _traditional(text) else ""


def _country(rows: list[str]) -> str:
    """The country that most rows name, where it counts years otherwise."""
    known = vocabulary.load("countries")
    cells = (frozenset(known.get(word(cell), "") for cell in row.split("\x1f")) for row in rows)
    counts = Counter(country for row in cells for country in row)
    return next((c for c in _COUNTRIES if 2 * counts[c] > len(rows)), "")


def _traditional(text: str) -> bool:
    """Whether a text is in the Chinese letters of Taiwan: more of those that only Big5 has than only GB 2312."""
    if _HANGUL.search(text):
        return False
    letters = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    only = [(_in(c, "big5"), _in(c, "gb2312")) for c in letters]
    return only.count((True, False)) > only.count((False, True))


def _in(letter: str, encoding: str) -> bool:
    try:
        return bool(letter.encode(encoding))
    except UnicodeEncodeError:
        return False


def _step(field: str, calendar: str, reason: str) -> Step:
    return Step(op="calendar", field=field, value=calendar, reason=reason)
