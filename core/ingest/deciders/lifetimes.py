"""Births after the death in the same row, whether a field takes the death or an extra field keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.cleaning.plan import Column
from core.datasets import meaning
from core.datasets.model import Dataset
from core.dates import sortable
from core.ingest.deciders.date_columns import death_columns
from core.ingest.rows import beside
from core.ingest.rows.staged import Staged
from core.storage.sql import ident, literal

# The year of a date whose order of day and month nothing shows.
_YEAR = "(?:^|[^0-9])([12][0-9]{3})(?:$|[^0-9])"


@dataclass(frozen=True)
class Lifetime:
    """A birth field, the column of the deaths, the rows in the wrong order, and the first: row, line, birth, death."""

    field: str
    column: str
    count: int
    rows: tuple[tuple[int, int | None, str, str], ...]


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int) -> list[Lifetime]:
    """Every pair of a birth field and a column of deaths that has such rows."""
    found = []
    for birth in births(staged.dataset, staged.compiled.fields):
        for column in death_columns(staged.plan):
            sql = _rows(cursor, staged, birth, column)
            rows = cursor.execute(f"{sql} LIMIT {limit}").fetchall() if sql else []
            if rows:
                told = tuple(row[:-1] for row in rows)
                found.append(Lifetime(birth, column.column, rows[0][-1], told))
    return found


def births(dataset: Dataset, fields: tuple[str, ...]) -> list[str]:
    """The fields that hold dates of birth."""
    dates = [f for f in map(dataset.field, fields) if f.type == "date"]
    return [f.name for f in dates if "birth" in meaning.of(f.label).about]


def _rows(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, birth: str, column: Column
) -> str | None:
    line, born = f"s.rowid + 1, {staged.line}", f"s.{ident(birth)}"
    if column.field in staged.compiled.fields:
        if _ruled(staged.dataset, birth, column.field or ""):
            return None
        died, source = f"s.{ident(column.field or '')}", f"FROM {staged.rows} s"
        if staged.dataset.field(column.field or "").type != "date":
            return None
        start, shown = "", died
    else:
        cleaned = beside.cleaned(cursor, staged, column, birth)
        if cleaned is None:
            return None
        year = f"nullif(regexp_extract(seen.x, {literal(_YEAR)}, 1), '')"
        died, shown = f"coalesce(c.{ident('v_' + birth)}, {year})", "seen.x"
        source = (
            "FROM cleaned c JOIN seen ON seen._line = c._line"
            f" JOIN {staged.rows} s ON s.rowid = c._line"
        )
        start = cleaned
    wrong = f"NOT ({sortable.condition('le', born, died)})"
    where = f"{born} IS NOT NULL AND {died} IS NOT NULL AND {wrong}"
    return f"{start} SELECT {line}, {born}, {shown}, count(*) OVER () {source} WHERE {where} ORDER BY 1"


def _ruled(dataset: Dataset, birth: str, death: str) -> bool:
    """Whether a rule of the dataset says it already."""
    return any(
        rule.kind == "order" and {birth, death} <= set(rule.fields) for rule in dataset.rules
    )
