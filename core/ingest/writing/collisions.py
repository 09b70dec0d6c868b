"""Two records that would be the same one by the key: refused, whoever would make them so.

As a row meets a record: the folded keys are equal, and the `when_both` values agree or one is missing. An
edit or a restore that leads there is refused with the other record's name; a record of a rollback stays as
it is, and is told as failed.
"""

from __future__ import annotations

import duckdb

from core.cleaning.compiler import key
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import Conflict
from core.history.walk import decoded
from core.ingest.rows import compare
from core.storage.sql import ident, literal


def refuse(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str, act: str
) -> None:
    """Inside the transaction, after the act: the record's key is no other's. Raises Conflict."""
    other = connection.execute(
        f"SELECT m.record_id::VARCHAR, m.{ident(dataset.title_field)}::VARCHAR"
        f" FROM {table(dataset)} s JOIN {table(dataset)} m ON s._key = m._key"
        f" AND m.record_id <> s.record_id WHERE s.record_id = ? AND ({_agree(dataset)}) LIMIT 1",
        [record_id],
    ).fetchone()
    if other:
        raise Conflict(
            f"{act} this record would make it the same as {other[1]} ({other[0]}) by the key of"
            f" {dataset.label}: {words(dataset)}",
            hint="Edit or delete one of the two so that they differ, then try again.",
            record_id=other[0],
        )


def words(dataset: Dataset) -> str:
    """The key in words."""
    if not dataset.key.fields:
        return "all fields"
    named = ", ".join(dataset.key.fields)
    return f"{named} (and {dataset.key.when_both})" if dataset.key.when_both else named


def _agree(dataset: Dataset) -> str:
    return compare.agree(dataset, dataset.field_names)[0]


def mark(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, kinds: dict[str, str], name: str
) -> None:
    """Add `fault` to the work table of a rollback: which other record has, or would get, the key as well."""
    cursor.execute(f"ALTER TABLE {name} ADD COLUMN fault VARCHAR")
    if not _moving(cursor, dataset, name):
        return
    try:
        _targets(cursor, dataset, kinds, name)
        while _mark_once(cursor, dataset, name):
            pass  # what stays as it is keeps the key that another one was to get
    finally:
        cursor.execute("DROP TABLE IF EXISTS temp.targets")


def _moves(dataset: Dataset) -> str:
    """SQL: a row of the work table gives its record another key."""
    fields = dataset.key.fields or dataset.field_names
    names = [literal(n) for n in (*fields, dataset.key.when_both) if n]
    return f"(w.act = 'restore' OR (w.act = 'update' AND list_has_any(w.fields, [{', '.join(names)}])))"


def _moving(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, name: str) -> bool:
    row = cursor.execute(f"SELECT 1 FROM {name} w WHERE {_moves(dataset)} LIMIT 1").fetchone()
    return row is not None


def _targets(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, kinds: dict[str, str], name: str
) -> None:
    """The keys that records are to get."""
    names = [n for n in dict.fromkeys((*dataset.key.fields, dataset.key.when_both)) if n]
    names = names if dataset.key.fields else [n for n in dataset.field_names if n in kinds]
    parts = ", ".join(
        f"CASE WHEN w.act = 'restore' OR list_contains(w.fields, {literal(n)})"
        f" THEN {decoded(f'(w.values::JSON -> {literal(n)})', kinds[n])} ELSE m.{ident(n)} END AS {ident(n)}"
        for n in names
    )
    both = ident(dataset.key.when_both) if dataset.key.when_both else "NULL"
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE targets AS
        SELECT record_id, {key(dataset, names, prefix="")} AS _key, {both} AS _value, _title FROM (
            SELECT w.record_id, {parts}, coalesce(m.{ident(dataset.title_field)}::VARCHAR,
                   w.values ->> {literal(dataset.title_field)}) AS _title
            FROM {name} w LEFT JOIN {table(dataset)} m USING (record_id) WHERE {_moves(dataset)})"""
    )


def _mark_once(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, name: str) -> bool:
    both = dataset.key.when_both
    value, column = (f"m.{ident(both)}", ident(both)) if both else ("NULL", "_value")
    fits = compare.agree(dataset, (both,) if both else ())[0]
    reason = literal(f" by the key: {words(dataset)}")
    # Of two that both move, one may.
    row = cursor.execute(
        f"""UPDATE {name} AS w SET fault = 'would be the same as ' || c.other || {reason} FROM (
        WITH s AS (
            SELECT record_id, _key, _value AS {column}, _title FROM targets
            SEMI JOIN (FROM {name} WHERE fault IS NULL) USING (record_id)
        ), m AS (
            SELECT m.record_id, m._key, {value} AS {column},
                   m.{ident(dataset.title_field)}::VARCHAR AS _title, true AS _first
            FROM {table(dataset)} m ANTI JOIN s USING (record_id)
            WHERE record_id NOT IN (SELECT record_id FROM {name} WHERE fault IS NULL AND act = 'delete')
            UNION ALL SELECT record_id, _key, {column}, _title, false FROM s
        )
        SELECT s.record_id, min(coalesce(m._title, '') || ' (' || m.record_id || ')') AS other
        FROM s JOIN m ON s._key = m._key AND s.record_id <> m.record_id
        AND (m._first OR m.record_id < s.record_id) WHERE {fits} GROUP BY s.record_id) c
        WHERE w.record_id = c.record_id"""
    ).fetchone()
    return bool(row and row[0])
