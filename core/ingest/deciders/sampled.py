"""The rows that deciders look at: all of a short file; of a long one some from everywhere, and one of each kind of value.

The first rows of a long file say little of the others: files are sorted, and put together from several. So rows are taken
all over it, always the same ones, and beside them one for each value, or form of a value, that its first rows do not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

import duckdb

from core.cleaning.plan import Column, Plan
from core.datasets.model import Dataset, Field
from core.files.table import Table
from core.ingest.deciders.date_columns import PLAIN
from core.ingest.rows.staged import row_count
from core.storage.sql import literal

ROOM = 10_000_000  # characters of all rows that are taken: they are sorted in memory
MOST = 2_000  # different values of a column; one with more of them has no list of values
_NUMBERS = (("[4-9][0-9]|3[2-9]", "Y"), ("1[3-9]|2[0-9]|3[01]", "D"), ("0?[1-9]|1[0-2]", "M"))


def widen(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    table: Table,
    most: int,
) -> None:
    """Put about `most` rows of the whole file into `head`, which has its first ones, in place of them.

    Raises duckdb.Error where the fast way to read the file is refused.
    """
    columns = [str(name) for name, *_ in cursor.execute(f"DESCRIBE {head}").fetchall()]
    news = list(_news(cursor, head, dataset, plan))
    total = row_count(cursor, f"({table.sql})") if table.total is None else table.total
    every = max(1, ceil(total / min(most, _fitting(cursor, head, columns))))
    made = f"CREATE OR REPLACE TEMP TABLE sampled AS {_select(columns, news, table.sql, every)}"
    cursor.execute(made)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {head} AS SELECT * FROM sampled")
    cursor.execute("DROP TABLE sampled")


def _fitting(cursor: duckdb.DuckDBPyConnection, head: str, columns: list[str]) -> int:
    """How many rows are not too much for memory, by the length of the first ones."""
    length = " + ".join(f"coalesce(length({column}), 0)" for column in columns)
    row = cursor.execute(f"SELECT avg({length}) FROM {head}").fetchone()
    return max(MOST, int(ROOM / max(1.0, float((row and row[0]) or 0))))


def _select(columns: list[str], news: list[str], source: str, every: int) -> str:
    """SQL of the sample: rows by a hash of what they say, and the first by it of each text of `news`."""
    names = ", ".join(columns)
    kinds = ", ".join(f"{sql} AS n{i}" for i, sql in enumerate(news))
    rows = f"SELECT {names}, hash({names}) AS h{', ' if news else ''}{kinds} FROM ({source})"
    marks = [f"CASE WHEN h % {every} = 0 THEN 'h' || h END"]
    marks += [f"'{i} ' || n{i}" for i in range(len(news))]
    some = " OR ".join([f"h % {every} = 0", *(f"n{i} IS NOT NULL" for i in range(len(news)))])
    each = f"SELECT {names}, h, unnest([{', '.join(marks)}]) AS mark FROM ({rows}) WHERE {some}"
    packed = ", ".join(f"{c} := {c}" for c in columns)
    first = f"SELECT mark, min_by(struct_pack({packed}), h) AS r, min(h) AS h FROM ({each}) WHERE mark IS NOT NULL GROUP BY mark"
    place = "row_number() OVER (PARTITION BY split_part(mark, ' ', 1) ORDER BY h)"
    return f"SELECT unnest(r) FROM ({first}) QUALIFY mark LIKE 'h%' OR {place} <= {MOST}"


def _news(
    cursor: duckdb.DuckDBPyConnection, head: str, dataset: Dataset, plan: Plan
) -> Iterable[str]:
    """SQL for each column whose values, or their forms, are few: what of it the first rows do not have, else NULL."""
    for column in plan.mapping:
        if column.field in dataset.field_names and not column.part:
            kind = _kind(dataset.field(column.field), f"c{column.index}")
            if kind and (known := _known(cursor, head, kind, column)):
                yield f"CASE WHEN TRY_CAST({kind} AS {known}) IS NULL THEN nullif({kind}, '') END"


def _known(cursor: duckdb.DuckDBPyConnection, head: str, kind: str, column: Column) -> str | None:
    """The name of a type of the kinds that the first rows have; None where these are many."""
    distinct = f"SELECT DISTINCT {kind} AS k FROM {head} WHERE c{column.index} <> ''"
    if (cursor.execute(f"SELECT count(k) FROM ({distinct})").fetchone() or (0,))[0] > MOST:
        return None
    name = f"kinds_{column.index}"
    cursor.execute(f"DROP TYPE IF EXISTS {name}")
    cursor.execute(f"CREATE TEMP TYPE {name} AS ENUM ({distinct})")
    return name


def _kind(field: Field, x: str) -> str | None:
    """SQL for what is looked at: the form of a date or number, else the value; None for free text."""
    if field.type == "date":
        return _form_of_date(x)
    if field.type in ("integer", "number"):
        nine = f"translate({x}, '012345678', '999999999')"
        return f"CASE WHEN starts_with({x}, '0') THEN '0' ELSE '' END || {nine}"
    known = field.vocabulary or field.choices or field.type in ("list", "boolean")
    return x if known else None


def _form_of_date(x: str) -> str:
    """Its words, signs and century; of numbers whether they can be a month, a day, or only a year."""
    form = rf"regexp_replace({x}, '(1[0-9]|20)[0-9]{{2}}', '\1YY', 'g')"
    for shape, sign in _NUMBERS:
        form = rf"regexp_replace({form}, '\b({shape})\b', '{sign}', 'g')"
    form = f"translate({form}, '012345678', '999999999')"
    return f"CASE WHEN regexp_full_match({x}, {literal(PLAIN)}) THEN left({x}, 2) ELSE {form} END"
