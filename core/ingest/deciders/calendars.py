"""Which calendar the years of a column are of, where they carry no era: by its name, its other values, its script.

Years such as 1357 or 2520 in a file in Arabic or Thai script stay open, and are asked about.
"""

from __future__ import annotations

from datetime import date

import duckdb

from core.cleaning.date_checks import THREE_DIGITS
from core.cleaning.plan import OWN, Column, Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.dates import header, words
from core.dates.calendars import CALENDARS, DOUBTFUL
from core.dates.read import FOREIGN, LATIN, folded
from core.ingest.deciders.date_columns import undecided
from core.storage.sql import literal

_YEAR = r"(?:^|[^0-9])([12][0-9]{3})(?:$|[^0-9])"
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
    found = [_decided(cursor, head, plan, name, column) for name, column in columns.items()]
    return (*steps, *(step for step in found if step))


def _decided(
    cursor: duckdb.DuckDBPyConnection, head: str, plan: Plan, field: str, column: Column
) -> Step | None:
    told = header.calendar(column.column)
    if told:
        return _step(field, told[0], f"the column is named {told[1]}")
    x = f"translate(trim(c{column.index}), {literal(FOREIGN)}, {literal(LATIN)})"
    year = f"TRY_CAST(regexp_extract({x}, '{_YEAR}', 1) AS INTEGER)"
    doubt = " OR ".join(f"{year} BETWEEN {a} AND {b}" for a, b in DOUBTFUL)
    three = f"regexp_full_match({x}, {literal(THREE_DIGITS)})"
    marks = [f"regexp_matches({folded(x)}, {literal(words.ERAS[era])})" for era in _MARKED]
    counts = [
        f"count({x}) FILTER ({x} <> '')",
        f"count({year})",
        f"count(*) FILTER ({doubt})",
        f"count(*) FILTER ({three})",
        f"max(TRY_CAST(left({x}, 3) AS INTEGER)) FILTER ({three})",
        *(f"count(*) FILTER ({mark})" for mark in marks),
    ]
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {head}").fetchone() or (0,) * 9
    total, years, doubtful, short, last, *marked = row
    most = max(marked)
    era = _MARKED[marked.index(most)]
    said = f"{most} of {total} values name the {CALENDARS[era]} calendar"
    if most < total <= 2 * most:
        return _step(field, era, said)
    if short and last <= date.today().year - 1911:
        reason = (
            f"{short} of {total} values have a year of three digits, such as the Republic's {last}"
        )
        return _step(field, "roc", reason)
    if 0 < most < total:  # a few say nothing of the others
        return _step(field, "open", said)
    if doubtful and doubtful >= years * 0.8 and _speaks_of_them(cursor, head, plan, column):
        reason = f"{doubtful} of {years} years are of another calendar, or very old or far away"
        return _step(field, "open", reason)
    return None


def _speaks_of_them(
    cursor: duckdb.DuckDBPyConnection, head: str, plan: Plan, column: Column
) -> bool:
    """Whether the file is written in a script whose readers count years otherwise."""
    texts = " || ".join(
        f"coalesce(c{c.index}, '')" for c in plan.mapping if c.field and c.field not in OWN
    )
    sql = f"SELECT count(*) FILTER (regexp_matches({texts}, '[\\p{{Arabic}}\\p{{Thai}}٠-٩]')), count(*) FROM {head}"
    hits, rows = cursor.execute(sql).fetchone() or (0, 0)
    named = any("\u0600" <= c <= "\u06ff" or "\u0e00" <= c <= "\u0e7f" for c in column.column)
    return named or 2 * hits > rows


def _step(field: str, calendar: str, reason: str) -> Step:
    return Step(op="calendar", field=field, value=calendar, reason=reason)
