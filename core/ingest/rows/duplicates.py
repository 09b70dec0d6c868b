"""Rows of one file that mean the same record, or could mean several.

The rule. Rows with the same folded key are one record when their `when_both` values agree; a missing or
partial one means the only value of the key that fits it. Where several fit, nobody can tell which is
meant: that row alone is *ambiguous* (conflicting), and the rows that say which they are stay. So it is where the
other one it may mean is a record and no row of the file: which file a row comes in says nothing about who it is.

Of the rows of one record one stands for all: that which somebody chose (`plan.preferred`), else the fullest (most fields have a value), and of equally full
ones the one that comes later; of equal rows the first. What it lacks, or has only in a poorer form, is
taken from the others, and lists with `on_update = "union"` are put together: see together.py. The other rows
are *repeated*. Each says why: it `repeats` (says nothing more), it `completes` (what it says was added), or
it `contradicts` (it says something else, which is shown and not taken).

No two rows may share a value of a field that is `unique`: the later one is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.datasets.compared import comparable, within
from core.datasets.tables import table
from core.ingest.rows import chosen, together, told
from core.ingest.rows.staged import Staged, has, row_count
from core.storage.sql import ident, literal

CONFLICTS = (
    "ambiguous",
    "ambiguous_record",
    "shared_record",
    "two_records",
    "gone",
)  # what nobody can decide but a person
REPEATS = ("repeats", "completes", "contradicts")  # rules of rows for which another one stands
KEYS = 2_500_000  # rows whose keys are held against each other at once
MAX_DATES = 1_000  # dates of one name looked at when the file has several rows of that name


def find(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, apart: Sequence[int] | None = None
) -> None:
    """Fill `staged.duplicates`, and complete the rows that stand for others.

    `apart`: the rows (from 1) that were left out when the file was imported; else the records are asked.
    """
    cursor.execute(
        f"CREATE OR REPLACE TABLE {staged.duplicates}"
        ' ("row" BIGINT, rule VARCHAR, field VARCHAR, other BIGINT)'
    )
    _several(cursor, staged)
    # Once it was imported, the history holds what rows became by somebody's word.
    said = apart is None and told.prepare(cursor, staged)
    if said:
        told.gather(cursor, staged)
    if row_count(cursor, "several"):
        cursor.execute(_decided(staged))
        cursor.execute(
            f"INSERT INTO {staged.duplicates} SELECT \"row\", 'ambiguous',"
            f" {literal(staged.dataset.title_field)}, NULL FROM decided WHERE value IS NULL"
        )
        _set_apart(cursor, staged, apart)
        if said:
            told.join(cursor, staged)
        together.put(cursor, staged)
        cursor.execute("DROP TABLE decided")
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
        field = staged.dataset.field(both)
        v = comparable(field, ident(both))
        related = (
            f" AND (count(*) > 2 OR count({v}) < 2 OR {within(field, f'max({v})', f'min({v})')})"
        )
    by_id = ", _record" if staged.compiled.ids else ""
    parts = -(-row_count(cursor, staged.rows) // KEYS)
    for part in range(parts):
        only = f" AND hash(_key) % {parts} = {part}" if parts > 1 else ""
        cursor.execute(
            f"INSERT INTO several SELECT DISTINCT _key FROM (SELECT _key FROM {staged.rows}"
            f" WHERE NOT _error AND _key IS NOT NULL{only}"
            f" GROUP BY _key{by_id} HAVING count(*) > 1{related})"
        )


def _decided(staged: Staged) -> str:
    """CREATE `decided`: (row, name, value) of the rows with these keys; value NULL where several could be meant."""
    both = staged.dataset.key.when_both
    agreeing = staged.dataset.field(both or staged.dataset.title_field)
    value = "NULL::VARCHAR"
    if both and both in staged.compiled.fields:
        value = comparable(agreeing, f"s.{ident(both)}")
    # Two ids are two records, whatever their names are.
    name = "s._key" + (" || chr(30) || coalesce(s._record::VARCHAR, '')" * staged.compiled.ids)
    return f"""CREATE OR REPLACE TEMP TABLE decided AS
        WITH mine AS (
            SELECT s.rowid AS "row", {name} AS name, {value} AS value
            FROM {staged.rows} s JOIN several USING (_key) WHERE NOT s._error
        ), known AS (
            SELECT name, list(DISTINCT value) FILTER (value IS NOT NULL) AS all_values
            FROM mine GROUP BY name
        ), fitting AS (
            SELECT "row", name, value, CASE WHEN len(all_values) > {MAX_DATES} THEN NULL
                ELSE list_filter(all_values, lambda v: (value IS NULL OR {within(agreeing, 'v', 'value')})
                     AND len(list_filter(all_values, lambda w: w <> v AND {within(agreeing, 'w', 'v')})) = 0)
                END AS fits, len(all_values) AS n
            FROM mine JOIN known USING (name)
        )
        SELECT "row", name, CASE WHEN n IS NULL THEN '' WHEN fits IS NULL THEN value
            WHEN len(fits) = 1 THEN fits[1] END AS value
        FROM fitting"""


def outdated(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Whether the records that are there by now set other rows apart than when the file was staged."""
    if not has(cursor, staged.lacking):
        return False
    row = cursor.execute(
        f"""WITH apart AS ({chosen.apart(cursor, staged)}), rivalled AS ({_rivalled(staged)})
        SELECT 1 FROM {staged.lacking} WHERE ("row" IN (FROM apart)) <> ("row" IN (FROM rivalled)) LIMIT 1"""
    ).fetchone()
    return row is not None


def _set_apart(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, apart: Sequence[int] | None
) -> None:
    """Rows that lack what tells the people of a name apart, where a record is another one they may mean."""
    both = staged.dataset.key.when_both
    if not both or both not in staged.compiled.fields:
        return
    own = comparable(staged.dataset.field(both), f"s.{ident(both)}")
    ids = "s._record IS NULL" if staged.compiled.ids else "true"
    lacking = f"""FROM decided d JOIN {staged.rows} s ON s.rowid = d."row"
        WHERE {own} IS DISTINCT FROM d.value AND d.value <> '' AND {ids}"""
    cursor.execute(f"DROP TABLE IF EXISTS {staged.lacking}")
    if cursor.execute(f"SELECT 1 {lacking} LIMIT 1").fetchone() is None:
        return
    cursor.execute(f"""CREATE TABLE {staged.lacking} AS
        SELECT d."row", s._key, {own} AS own, d.value AS taken {lacking}""")
    among = _rivalled(staged) if apart is None else "SELECT unnest(?::BIGINT[]) - 1"
    cursor.execute(
        f"INSERT INTO {staged.duplicates} SELECT \"row\", 'ambiguous', {literal(staged.dataset.title_field)},"
        f' NULL FROM {staged.lacking} WHERE "row" IN ({among})',
        [] if apart is None else [list(apart)],
    )
    cursor.execute(f'DELETE FROM decided WHERE "row" IN (SELECT "row" FROM {staged.duplicates})')


def _rivalled(staged: Staged) -> str:
    """SELECT of the rows of `lacking` that a record fits which is not who they were taken for."""
    both = staged.dataset.key.when_both or ""
    field = staged.dataset.field(both)
    known = comparable(field, f"m.{ident(both)}")

    def agrees(value: str) -> str:
        return f"({within(field, value, known)} OR {within(field, known, value)})"

    return f"""SELECT l."row" FROM {staged.lacking} l JOIN {table(staged.dataset)} m ON m._key = l._key
        WHERE {known} IS NOT NULL AND (l.own IS NULL OR {agrees('l.own')}) AND NOT {agrees('l.taken')}"""


def _same_value(staged: Staged, name: str) -> str:
    return f"""INSERT INTO {staged.duplicates}
        SELECT "row", 'unique', {literal(name)}, first_row FROM (
            SELECT s.rowid AS "row", min(s.rowid) OVER (PARTITION BY s.{ident(name)}) AS first_row
            FROM {staged.rows} s WHERE NOT s._error AND s.{ident(name)} IS NOT NULL
            AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates}))
        WHERE "row" <> first_row"""
