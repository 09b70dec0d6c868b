"""Rows of one file that mean the same person, or could mean several."""

from __future__ import annotations

import duckdb

from core.ingest.staged import Staged, row_count
from core.storage.sql import ident, literal

KEYS = 2_500_000  # rows whose keys are held against each other at once
MAX_DATES = 1_000  # dates of one name looked at when the file has several rows of that name


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Rows whose key stands in an earlier row (rule unique), or could mean several (ambiguous)."""
    cursor.execute(
        f"CREATE OR REPLACE TABLE {staged.doubles}"
        ' ("row" BIGINT, rule VARCHAR, field VARCHAR, other BIGINT)'
    )
    _several(cursor, staged)
    if row_count(cursor, "several"):
        cursor.execute(_same_key(staged))
    cursor.execute("DROP TABLE several")
    for field in staged.dataset.fields:
        if field.unique and field.name in staged.compiled.fields:
            cursor.execute(_same_value(staged, field.name))


def _several(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """The keys of several rows, of which one may be another's double, into `several`.

    Part by part, so that the keys of ten million rows need no more memory than those of two.
    """
    cursor.execute("CREATE OR REPLACE TEMP TABLE several (_key VARCHAR)")
    both, related = staged.dataset.key.when_both, ""
    if both and both in staged.compiled.fields:
        # Two rows with two values that do not fit each other are two people, and most are.
        v = f"{ident(both)}::VARCHAR"
        related = f" AND (count(*) > 2 OR count({v}) < 2 OR starts_with(max({v}), min({v})))"
    parts = -(-row_count(cursor, staged.rows) // KEYS)
    for part in range(parts):
        only = f" AND hash(_key) % {parts} = {part}" if parts > 1 else ""
        cursor.execute(
            f"INSERT INTO several SELECT _key FROM {staged.rows}"
            f" WHERE NOT _error AND _key IS NOT NULL{only}"
            f" GROUP BY _key HAVING count(*) > 1{related}"
        )


def _same_key(staged: Staged) -> str:
    both = staged.dataset.key.when_both
    field = literal(staged.dataset.title_field)
    if not both or both not in staged.compiled.fields:
        return f"""INSERT INTO {staged.doubles}
            SELECT "row", 'unique', {field}, first_row FROM (
                SELECT s.rowid AS "row", min(s.rowid) OVER (PARTITION BY s._key) AS first_row
                FROM {staged.rows} s JOIN several USING (_key) WHERE NOT s._error)
            WHERE "row" <> first_row"""
    # A missing value, or a year where another row has the day, means the one value that fits it;
    # where several fit, nobody can tell which is meant.
    return f"""INSERT INTO {staged.doubles}
        WITH mine AS (
            SELECT s.rowid AS "row", s._key, s.{ident(both)}::VARCHAR AS value
            FROM {staged.rows} s JOIN several USING (_key) WHERE NOT s._error
        ), known AS (
            SELECT _key, list(DISTINCT value) FILTER (value IS NOT NULL) AS all_values
            FROM mine GROUP BY _key
        ), fitting AS (
            SELECT "row", _key, value, CASE WHEN len(all_values) > {MAX_DATES} THEN NULL
                ELSE list_filter(all_values, lambda v: starts_with(v, coalesce(value, ''))
                     AND len(list_filter(all_values, lambda w: w <> v AND starts_with(w, v))) = 0)
                END AS fits, len(all_values) AS n
            FROM mine JOIN known USING (_key)
        ), decided AS (
            SELECT "row", _key, CASE WHEN n IS NULL THEN '' WHEN fits IS NULL THEN value
                WHEN len(fits) = 1 THEN fits[1] END AS value
            FROM fitting
        ), ranked AS (
            SELECT "row", value, min("row") OVER (PARTITION BY _key, value) AS first_row FROM decided
        )
        SELECT "row", CASE WHEN value IS NULL THEN 'ambiguous' ELSE 'unique' END, {field},
            CASE WHEN value IS NOT NULL THEN first_row END
        FROM ranked WHERE value IS NULL OR "row" <> first_row"""


def _same_value(staged: Staged, name: str) -> str:
    return f"""INSERT INTO {staged.doubles}
        SELECT "row", 'unique', {literal(name)}, first_row FROM (
            SELECT s.rowid AS "row", min(s.rowid) OVER (PARTITION BY s.{ident(name)}) AS first_row
            FROM {staged.rows} s WHERE NOT s._error AND s.{ident(name)} IS NOT NULL)
        WHERE "row" <> first_row AND "row" NOT IN (SELECT "row" FROM {staged.doubles})"""
