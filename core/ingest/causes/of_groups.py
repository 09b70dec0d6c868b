"""Columns in which only the first row of a group has a value: UK, then two empty cells, then US.

Spreadsheets and reports leave out what stands above, and merged cells have their value in the first one. Each value
stands once then, the first row has one, and most of the others have none.
"""

from __future__ import annotations

import duckdb

from core.cleaning import recipe
from core.ingest.causes.problem import Example, Problem, column_of, title
from core.ingest.rows import beside
from core.ingest.rows.staged import Staged, row_count
from core.storage.sql import ident

SHARE = 0.6  # at most that many rows have a value
FEWEST = 4  # rows
MANY = 50_000  # rows; of more, columns beside the fields are not looked through
Texts = list[tuple[str, str | None, str]]  # column, field, SQL for its values


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """A question for each such field, and a word about each such column beside them."""
    rows = row_count(cursor, staged.rows)
    if rows < FEWEST or any(s.op == "exported" for s in staged.steps):
        return []
    texts = _fields(staged) + (_beside(staged) if rows <= MANY else [])
    texts = _half_empty(cursor, staged, texts, rows)
    return [found for text in texts if (found := _problem(cursor, staged, text, rows))]


def _fields(staged: Staged) -> Texts:
    """Fields of known words, and those whose column stands before the names."""
    dataset, columns = staged.dataset, staged.plan.fields()
    names = columns.get(dataset.title_field, 0)
    found: Texts = []
    for name, index in columns.items():
        field = dataset.field(name)
        grouping = field.vocabulary or field.choices or (index < names and not field.format)
        settled = recipe.option(staged.steps, "fill_down", name)
        if grouping and field.type in ("text", "list") and not settled:
            if name not in (*dataset.key.fields, dataset.title_field) and not field.multiline:
                found.append((column_of(staged, name) or name, name, f"s.{ident(name)}::VARCHAR"))
    return found


def _beside(staged: Staged) -> Texts:
    names = staged.plan.fields().get(staged.dataset.title_field, 0)
    found: Texts = []
    for column in staged.plan.mapping:
        text = beside.text_of(column)
        if text and column.index < names and not column.part:
            found.append((column.column, None, text))
    return found


def _half_empty(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, texts: Texts, rows: int
) -> Texts:
    """Those of which the first row has a value, and many others have none."""
    if not texts:
        return []
    counts = [f"count({x}), count({x}) FILTER (s.rowid = 0)" for _, _, x in texts]
    row = cursor.execute(f"SELECT {', '.join(counts)} FROM {staged.rows} s").fetchone() or ()
    pairs = zip(texts, row[::2], row[1::2])
    return [text for text, filled, first in pairs if first and 2 <= filled <= SHARE * rows]


def _problem(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, text: tuple[str, str | None, str], rows: int
) -> Problem | None:
    column, field, x = text
    places = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, {x} AS x FROM {staged.rows} s WHERE x IS NOT NULL ORDER BY s.rowid"
    ).fetchall()
    if len({value for _, _, value in places}) < len(places):
        return None  # a value that comes again is no head of a group
    return Problem(
        field=field,
        column=column,
        rule="first_of_group",
        severity="warning",
        count=rows - len(places),
        title=title(staged.dataset, field, "first_of_group") if field else _TITLE.format(column),
        expected=(
            "a value in each row"
            if field
            else "a value in each row; where a field takes the column, it can be filled down"
        ),
        examples=tuple(Example(row, line, value) for row, line, value in places[:5]),
    )


_TITLE = "“{}” stands in the first row of each group only"
