"""Rows that were taken for a record, or for another row, although the accents of the two names differ.

A name is known by its letters alone, since many leave accents out. Where one has accents that the other has
otherwise (José, Josè), or where they are tones and two people (Dũng, Dung), nobody can tell: it is said, unless both
have the same value of what tells people of one name apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.ingest.rows import compare
from core.ingest.rows.merge import of
from core.ingest.rows.staged import Staged
from core.storage.sql import ident

_TONES = r"[\x{1EA0}-\x{1EF9}ơƠưƯĩĨũŨ]"  # letters that only Vietnamese has


@dataclass(frozen=True)
class Pair:
    """A row, its name, and the name that it was taken for."""

    row: int
    line: int | None
    name: str
    other: str


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged, limit: int) -> tuple[int, list[Pair]]:
    """How many rows there are, and the first of them."""
    field = staged.dataset.field(staged.dataset.title_field)
    if field.type != "text" or field.name not in staged.dataset.key.fields:
        return 0, []
    merge = next((m for m in of(staged) if m.name == field.name), None)
    if merge is None:
        return 0, []
    name, records = ident(field.name), compare.records(cursor, staged)
    found = cursor.execute(f"""
        WITH pairs AS (
            SELECT s.rowid + 1 AS "row", {staged.line} AS line, s.{name} AS mine, m.{name} AS theirs
            FROM {staged.matches} x JOIN {staged.rows} s ON s.rowid = x."row"
            JOIN {records} m ON m.record_id = x.record_id
            WHERE ({merge.flag} OR {merge.stays}) AND {_open(staged)}
            UNION ALL
            SELECT s.rowid + 1, {staged.line}, s.{name}, m.{name} FROM {staged.duplicates} d
            JOIN {staged.rows} s ON s.rowid = d."row" JOIN {staged.rows} m ON m.rowid = d.other
            WHERE d.rule IN {compare.REPEATED} AND s.{name} <> m.{name} AND {_open(staged)}
        )
        SELECT *, count(*) OVER () FROM pairs WHERE {_differ('mine', 'theirs')} ORDER BY 1 LIMIT {limit}
    """).fetchall()
    return (found[0][-1] if found else 0), [Pair(*row[:-1]) for row in found]


def _open(staged: Staged) -> str:
    """SQL: nothing beside the name says that the two are one."""
    both = staged.dataset.key.when_both
    if not both or both not in staged.compiled.fields:
        return "true"
    return f"(s.{ident(both)} IS NULL OR s.{ident(both)} IS DISTINCT FROM m.{ident(both)})"


def _differ(one: str, two: str) -> str:
    bare = f"lower(strip_accents({one})) = lower(strip_accents({two})) AND lower({one}) <> lower({two})"
    both = f"strip_accents({one}) <> {one} AND strip_accents({two}) <> {two}"
    tones = f"regexp_matches({one} || {two}, '{_TONES}')"
    return f"{bare} AND ({both} OR {tones})"
