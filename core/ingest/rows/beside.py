"""Columns that may hold a field as well, but were kept beside it: what they say that the field does not.

Of two columns for one field the nearer one is taken (`born` before `DOB`, `Name` before `Stage name`). Where the other says
the same, nothing is lost. Where it says something else, or the field has no column at all, it is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.cleaning import recipe
from core.cleaning.compiler import compile_values
from core.cleaning.plan import Column
from core.datasets.compared import comparable, within
from core.datasets.model import Field
from core.ingest.rows.staged import Staged, row_count
from core.storage.planning import apart
from core.storage.sql import ident, literal

SHORT = 20_000  # rows that one thread cleans sooner than a statement of many layers is planned


@dataclass(frozen=True)
class Beside:
    """A column, the field that it may hold, in how many rows it says more, and the first of them: row, line, text, value."""

    field: str
    column: str
    count: int
    rows: tuple[tuple[int, int | None, str, str | None], ...]


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int) -> list[Beside]:
    """Such columns, in the order of the file."""
    if staged.plan.confirmed:
        return []  # somebody looked at where the columns go
    found = []
    for column in staged.plan.mapping:
        sql = _rows(cursor, staged, column, column.near) if column.near else None
        rows = cursor.execute(f"{sql} LIMIT {limit}").fetchall() if sql else []
        if rows:
            told = tuple(row[:-1] for row in rows)
            found.append(Beside(column.near or "", column.column, rows[0][-1], told))
    return found


def cleaned(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, column: Column, name: str
) -> str | None:
    """SQL (WITH ...): `seen`, a column that was kept beside the fields, and `cleaned`, its values read like those of a field.

    None for a column that is not kept so.
    """
    cells = _cells(staged, column)
    if cells is None:
        return None
    values = compile_values(staged.dataset, staged.compiled, recipe.active(staged.steps), name, "x")
    if row_count(cursor, staged.rows) <= SHORT:
        values = apart(values)  # what is asked of the values is not pushed into their cleaning
    return f"WITH seen AS ({cells}), cleaned AS ({values})"


def text_of(column: Column) -> str | None:
    """SQL for the text of a column that is kept beside the fields, for an alias `s` of the staged rows; None for another."""
    path = _path(column.extra or column.column)
    if column.field or not column.keep or not path:
        return None
    return f"json_extract_string(s._extra, {path})"


def _cells(staged: Staged, column: Column) -> str | None:
    x = text_of(column)
    return x and f"SELECT s.rowid AS _line, {x} AS x FROM {staged.rows} s"


def _rows(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, column: Column, name: str
) -> str | None:
    """SQL for the rows in which the column says something else than the field."""
    line, rows = f"s.rowid + 1, {staged.line}", f"{staged.rows} s ON s.rowid = seen._line"
    if name not in staged.compiled.fields:
        cells = _cells(staged, column)
        said = f"FROM seen JOIN {rows} WHERE seen.x IS NOT NULL ORDER BY 1"
        select = f"SELECT {line}, seen.x, NULL, count(*) OVER () {said}"
        return f"WITH seen AS ({cells}) {select}" if cells else None
    start, field = cleaned(cursor, staged, column, name), staged.dataset.field(name)
    value, text, other = f"s.{ident(name)}", f"c.{ident('t_' + name)}", f"c.{ident('v_' + name)}"
    return start and (
        f"{start} SELECT {line}, seen.x, {value}::VARCHAR, count(*) OVER () FROM cleaned c"
        f" JOIN seen ON seen._line = c._line JOIN {rows}"
        f" WHERE {text} IS NOT NULL AND ({_more(field, value, other)}) ORDER BY 1"
    )


def _more(field: Field, value: str, other: str) -> str:
    """SQL condition: `other` says something that `value` does not, or cannot be understood."""
    if field.type == "list":
        within_ = f"list_has_all({value}, {other})"
    elif field.type == "date":
        within_ = within(field, value, other)
    else:
        within_ = f"{comparable(field, value)} = {comparable(field, other)}"
    return f"{other} IS NULL OR {value} IS NULL OR NOT ({within_})"


def _path(key: str) -> str | None:
    """The extra field as a path of JSON; None for a name that no path can say."""
    if key in ("", "*") or ('"' in key and key[0] in "$/"):
        return None
    return literal(key if '"' in key else f'$."{key}"')
