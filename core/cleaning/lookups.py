"""Columns of few different values: each value is cleaned and checked once, and the rows look it up.

Of a million rows, most say the same few genders, countries, occupations and tags. What is seen in the
head of the file is cleaned by the very SELECT that cleans rows, and kept as an enum (text to number)
and lists (number to value, and to the bits of broken rules). A text that was not seen goes the long way.
"""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset, Field
from core.cleaning.plan import Plan
from core.storage.sql import ident

MOST = 2_000  # different values of a column; an enum of more costs more than it saves
SHARE = 0.1  # of the rows looked at


def choose(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, plan: Plan, head: str, rows: int
) -> tuple[str, ...]:
    """The fields worth it, by the different texts in `head`: the first `rows` rows, as c0, c1, ..."""
    joined = plan.parts()  # of several columns no text stands for the value
    mapped = {
        name: i
        for name, i in plan.fields().items()
        if name not in joined and _costly(dataset.field(name))
    }
    if not mapped:
        return ()
    counts = ", ".join(f"count(DISTINCT c{i})" for i in mapped.values())
    found = cursor.execute(f"SELECT {counts} FROM {head}").fetchone() or ()
    most = min(MOST, rows * SHARE)
    return tuple(name for name, count in zip(mapped, found) if 0 < count <= most)


def _costly(field: Field) -> bool:
    return field.type in ("list", "date") or bool(field.vocabulary or field.choices)


def prepare(
    cursor: duckdb.DuckDBPyConnection, name: str, column: str, head: str, cleaned: str, words: int
) -> None:
    """Give this connection the enum and the lists for a field.

    `column` of `head` holds its texts; `cleaned` is the SELECT of `_line`, the value and `_p0`, ... over
    a table `seen` of `_line` and that column.
    """
    cursor.execute(f"DROP TYPE IF EXISTS {_type(name)}")
    cursor.execute(
        f"CREATE TEMP TYPE {_type(name)} AS ENUM"
        f" (SELECT DISTINCT {column} FROM {head} WHERE {column} IS NOT NULL)"
    )
    lists = [f"list({ident(f'v_{name}')} ORDER BY _line)"]
    lists += [f"list(_p{w} ORDER BY _line)" for w in range(words)]
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE seen AS SELECT unnest(enum_range(NULL::{_type(name)}))::VARCHAR"
        f" AS {column}, generate_subscripts(enum_range(NULL::{_type(name)}), 1) AS _line"
    )
    # The statement is long, and most of its time is spent before it runs: so it runs once for all lists.
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE known AS {cleaned}")
    variables = [_variable(name), *(_variable(name, w) for w in range(words))]
    for variable, found in zip(variables, lists):
        cursor.execute(f"SET VARIABLE {variable} = (SELECT {found} FROM known)")
    cursor.execute("DROP TABLE known")
    cursor.execute("DROP TABLE seen")


def number(name: str, text: str) -> str:
    """SQL for the number of a text, from 1; NULL when it was not seen."""
    return f"enum_code(TRY_CAST({text} AS {_type(name)})) + 1"


def value(name: str) -> str:
    """SQL for the value, where `k_<field>` holds the number."""
    return f"getvariable('{_variable(name)}')[{ident(f'k_{name}')}]"


def bits(name: str, word: int) -> str:
    """SQL for the bits of the rules that the value breaks."""
    return f"getvariable('{_variable(name, word)}')[{ident(f'k_{name}')}]"


def _type(name: str) -> str:
    return ident(f"seen_{name}")


def _variable(name: str, word: int | None = None) -> str:
    # Names of fields are made of small letters, digits and underscores.
    return f"seen_value_{name}" if word is None else f"seen_bits{word}_{name}"
