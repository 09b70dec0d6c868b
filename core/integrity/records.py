"""Records against history: every record is where its last change left it, and every change has its place."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from core.cleaning.compiler import key
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.ingest.writing import keys
from core.integrity.findings import Finding
from core.integrity.rules import Rule, apply
from core.storage.sql import ident, literal


def check(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Finding]:
    """What is wrong between a record table and its history. Leaves a temporary table `lines`."""
    _lines(cursor, dataset)
    found = apply(cursor, _rules(dataset), dataset.name)
    if keys.kept(cursor, dataset.name) == keys.signature(dataset):
        return found
    # They were folded by another definition, and wait until this one can be used.
    return [replace(f, definition=f.code == "key_differs") for f in found]


def _lines(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """One line per record that history knows."""
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE lines AS
        SELECT c.record_id, count(*) AS n, count(DISTINCT version) AS versions,
               min(version) AS lowest, max(version) AS version,
               arg_min(c.kind, version) AS first_kind, arg_max(c.kind, version) AS last_kind,
               min(happened_at) FILTER (version = 1) AS first_at, arg_max(happened_at, version) AS last_at,
               arg_max(c.upload_id, version) FILTER (u.kind = 'import' AND c.kind IN ('insert', 'update'))
                   AS upload_id
        FROM history.changes c LEFT JOIN ops.uploads u USING (upload_id)
        WHERE c.dataset = {literal(dataset.name)} GROUP BY c.record_id""")


def _rules(dataset: Dataset) -> tuple[Rule, ...]:
    m, mine = table(dataset), f"c.dataset = {literal(dataset.name)}"
    folded = key(dataset, dataset.field_names, prefix="")
    both = f"{m} m JOIN lines USING (record_id)"
    said = "m.record_id || ' is at version ' || m._version || ', history at ' || lines.version"
    return (
        Rule(
            "record_without_history", f"SELECT record_id FROM {m} ANTI JOIN lines USING (record_id)"
        ),
        Rule(
            "version_differs",
            f"SELECT {said} FROM {both} WHERE m._version IS DISTINCT FROM lines.version",
        ),
        Rule(
            "deleted_but_there", f"SELECT m.record_id FROM {both} WHERE lines.last_kind = 'delete'"
        ),
        Rule(
            "record_vanished",
            f"SELECT record_id FROM lines ANTI JOIN {m} USING (record_id) WHERE lines.last_kind <> 'delete'",
        ),
        Rule("record_twice", f"SELECT record_id FROM {m} GROUP BY record_id HAVING count(*) > 1"),
        Rule(
            "versions_broken",
            "SELECT record_id || ': ' || n || ' changes, versions ' || lowest || ' to ' || version"
            " FROM lines WHERE lowest <> 1 OR n <> version OR versions <> version",
        ),
        Rule("no_insert", "SELECT record_id FROM lines WHERE first_kind <> 'insert'"),
        Rule(
            "order_broken",
            f"""
            SELECT record_id || ': ' || kind || ' after ' || previous FROM (
                SELECT record_id, kind, lag(kind) OVER (PARTITION BY record_id ORDER BY version) AS previous
                FROM history.changes c SEMI JOIN lines ON c.record_id = lines.record_id AND n > 1
                WHERE {mine})
            WHERE previous IS NOT NULL AND (kind = 'insert' OR (kind = 'restore') <> (previous = 'delete'))
            """,
        ),
        Rule(
            "values_broken",
            f"""
            SELECT record_id || ', version ' || version FROM history.changes c WHERE {mine} AND
            (kind NOT IN ('insert', 'update', 'delete', 'restore') OR NOT json_valid(coalesce(after, '{{}}'))
             OR CASE WHEN kind IN ('update', 'delete') THEN NOT coalesce(json_valid(before), false)
                ELSE before IS NOT NULL END)""",
        ),
        Rule("key_differs", f"SELECT record_id FROM {m} WHERE _key IS DISTINCT FROM {folded}"),
        Rule("records_alike", _alike(dataset)),
        # Edits of before the history kept the record's own time differ by the time between two statements.
        Rule(
            "origin_differs",
            f"""SELECT m.record_id FROM {both} WHERE lines.version = m._version AND
            (m._upload_id IS DISTINCT FROM lines.upload_id OR m._created_at IS DISTINCT FROM lines.first_at
             OR abs(epoch_us(m._updated_at) - epoch_us(lines.last_at)) > 1000000)""",
        ),
    )


def _alike(dataset: Dataset) -> str:
    """SELECT of records that one row could mean: the same key, and nothing that keeps them apart."""
    m, both = table(dataset), dataset.key.when_both
    # A year and a day in it may be two people: exact agreement goes before.
    same = f"a.{ident(both)} IS NOT DISTINCT FROM b.{ident(both)}" if both else "true"
    return (
        f"SELECT a.record_id || ' and ' || b.record_id FROM (SELECT * FROM {m} WHERE _key IN"
        f" (SELECT _key FROM {m} GROUP BY _key HAVING count(*) > 1)) a JOIN {m} b ON a._key = b._key"
        f" AND a.record_id < b.record_id WHERE {same}"
    )
