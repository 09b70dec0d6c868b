"""New rows that may be about a record that is there, or about another new row, under another of its names.

The key is one name; `key.also` are the fields with others (an English name, aliases). Where any other name is a
name of somebody with the same `when_both` value, both may be one. Nothing is decided by that: it is told,
with the record named.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.datasets.compared import comparable
from core.datasets.tables import table
from core.ingest.rows.compare import new_rows
from core.ingest.rows.staged import Staged, row_count
from core.storage.sql import ident

_PAIRS = "pairs_of_names"


@dataclass(frozen=True)
class Pair:
    """A new row (from 1), its name, and who it may be: a record by its id, or another row."""

    row: int
    line: int | None
    name: str
    other: str
    record_id: str | None
    other_row: int | None


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int) -> tuple[int, list[Pair]]:
    """How many rows, and the first of them with one each that it may be."""
    key, fields = staged.dataset.key, staged.compiled.fields
    if not key.also or len(key.fields) != 1 or key.when_both not in fields:
        return 0, []
    cursor.execute(_new(staged))
    try:
        if not row_count(cursor, "new_names"):
            return 0, []
        cursor.execute(_other_names(staged))
        cursor.execute(_pairs(staged))
        count = cursor.execute(f'SELECT count(DISTINCT "row") FROM {_PAIRS}').fetchone()
        return int(count[0]) if count else 0, _shown(cursor, staged, limit)
    finally:
        for name in ("new_names", "other_names", "their_names", _PAIRS):
            cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _both(staged: Staged, alias: str) -> str:
    return f"{alias}.{ident(staged.dataset.key.when_both or '')}::VARCHAR"


def _new(staged: Staged) -> str:
    """CREATE `new_names`: what the new rows are called, by the hash of value and key."""
    return (
        f'CREATE OR REPLACE TEMP TABLE new_names AS SELECT s.rowid AS "row", {_both(staged, "s")} AS value,'
        f" hash({_both(staged, 's')}, s._key) AS h FROM {staged.rows} s"
        f" WHERE {_named(staged)}"
    )


def _named(staged: Staged) -> str:
    """SQL condition on `s`: a new row that has what names are compared with."""
    return f"{_both(staged, 's')} IS NOT NULL AND s._key IS NOT NULL AND {new_rows(staged)}"


def _others(staged: Staged, alias: str, source: str, fields: tuple[str, ...], who: str) -> str:
    """SELECT of (who, h, itself) of the other names in a source; `itself` are those that are the first name again."""
    dataset, selects = staged.dataset, []
    first = ident(dataset.key.fields[0])
    for name in fields:
        column = f"{alias}.{ident(name)}"
        if dataset.field(name).type == "list":
            column = f"unnest({column})"
        selects.append(
            f"SELECT {who} AS who, {_both(staged, alias)} AS value, {alias}._key AS own,"
            f" {alias}.{first}::VARCHAR AS first, {column} AS name"
            f" FROM {source} AND {alias}.{ident(name)} IS NOT NULL"
        )
    told = " UNION ALL ".join(selects)
    folded = comparable(dataset.field(dataset.title_field), "name")
    # Folding costs the most: many people share their other names, so each name is folded once.
    return (
        f"WITH told AS NOT MATERIALIZED (SELECT * FROM ({told}) WHERE name <> first),"
        f" known AS (SELECT name, {folded} AS folded FROM (SELECT DISTINCT name FROM told))"
        " SELECT who, hash(value, folded) AS h, folded = own AS itself FROM told JOIN known USING (name)"
    )


def _other_names(staged: Staged) -> str:
    """CREATE `other_names` of the new rows, and `their_names` of records with one of their values."""
    also = staged.dataset.key.also
    in_file = tuple(n for n in also if n in staged.compiled.fields)
    nobody = "SELECT NULL::BIGINT AS who, NULL::UBIGINT AS h, false AS itself WHERE false"
    new = f"{staged.rows} s WHERE {_named(staged)}"
    mine = _others(staged, "s", new, in_file, "s.rowid") if in_file else nobody
    live = f"{table(staged.dataset)} m WHERE {_both(staged, 'm')} IN (SELECT value FROM new_names)"
    theirs = _others(staged, "m", live, also, "m.record_id")
    return (
        f"CREATE OR REPLACE TEMP TABLE other_names AS {mine};"
        f" CREATE OR REPLACE TEMP TABLE their_names AS {theirs};"
        " DELETE FROM other_names WHERE itself; DELETE FROM their_names WHERE itself"
    )


def _pairs(staged: Staged) -> str:
    live = table(staged.dataset)
    return f"""CREATE OR REPLACE TEMP TABLE {_PAIRS} AS
        SELECT o.who AS "row", m.record_id, NULL::BIGINT AS other
        FROM other_names o JOIN {live} m ON hash({_both(staged, 'm')}, m._key) = o.h
        UNION ALL SELECT n."row", t.who, NULL FROM new_names n JOIN their_names t ON t.h = n.h
        UNION ALL SELECT o.who, t.who, NULL FROM other_names o JOIN their_names t ON t.h = o.h
        UNION ALL SELECT o.who, NULL, n."row" FROM other_names o JOIN new_names n ON n.h = o.h AND n."row" <> o.who
        UNION ALL SELECT o.who, NULL, p.who FROM other_names o JOIN other_names p ON p.h = o.h AND p.who < o.who"""


def _shown(cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int) -> list[Pair]:
    title = ident(staged.dataset.title_field)
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s.{title}::VARCHAR, coalesce(m.{title}, r.{title})::VARCHAR,"
        f" p.record_id::VARCHAR, p.other + 1 FROM (SELECT * FROM {_PAIRS}"
        ' QUALIFY row_number() OVER (PARTITION BY "row" ORDER BY record_id, other) = 1'
        f' ORDER BY "row" LIMIT {limit}) p JOIN {staged.rows} s ON s.rowid = p."row"'
        f" LEFT JOIN {table(staged.dataset)} m ON m.record_id = p.record_id"
        f" LEFT JOIN {staged.rows} r ON r.rowid = p.other ORDER BY 1"
    ).fetchall()
    return [Pair(*row) for row in rows]
