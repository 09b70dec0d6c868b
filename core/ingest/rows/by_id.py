"""Rows that say by its id which record they are: those of a file that Marquee exported.

The id decides, so that a corrected name changes the record instead of making another one. What cannot be is
conflicting: an id of a record that was deleted, and an id and a key that point at two different records, or
at a record and another row. An id that was never here is told, and the row goes by its key.
"""

from __future__ import annotations

import duckdb

from core.cleaning.plan import RECORD_ID
from core.datasets.compared import fits
from core.datasets.tables import table
from core.ingest.rows import vouched
from core.ingest.rows.merge import of, words
from core.ingest.rows.staged import Staged
from core.storage.sql import ident, literal


def living(records: str) -> str:
    """SQL condition on `s`: its id is that of a record."""
    return f"(s._record IS NOT NULL AND s._record IN (SELECT record_id FROM {records}))"


def unknown(staged: Staged) -> str:
    """SQL condition on `s`: its id is of no record, and never was of one of this dataset."""
    return (
        f"s._record IS NOT NULL AND NOT s._error AND NOT {living(table(staged.dataset))}"
        f' AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates})'
    )


def candidates(staged: Staged, records: str) -> str:
    """INSERT into the matches: rows with the id of a record, and that record."""
    found = of(staged)
    bits = ", ".join([*words(found), *vouched.columns(found)])
    return f"""INSERT INTO {staged.matches}
        SELECT s.rowid, m.record_id, m._version, -1, {bits}
        FROM {staged.rows} s JOIN {records} m ON m.record_id = s._record
        WHERE NOT s._error AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates})"""


def safe(staged: Staged) -> str:
    """SQL condition on `m`: no row with the id of the record is faulty or left out."""
    return (
        f" AND NOT EXISTS (SELECT 1 FROM {staged.rows} s WHERE s._record = m.record_id"
        f' AND (s._error OR s.rowid IN (SELECT "row" FROM {staged.duplicates})))'
    )


def set_aside(cursor: duckdb.DuckDBPyConnection, staged: Staged, records: str) -> None:
    """Add the conflicts to `staged.duplicates`."""
    d = staged.duplicates
    cursor.execute(
        f"INSERT INTO {d} SELECT s.rowid, 'gone', {literal(RECORD_ID)}, NULL FROM {staged.rows} s"
        f" WHERE {unknown(staged)} AND s._record IN (SELECT record_id FROM history.changes"
        " WHERE dataset = ? AND record_id IS NOT NULL)",
        [staged.dataset.name],
    )
    cursor.execute(
        f"INSERT INTO {d} SELECT DISTINCT \"row\", 'two_records', {literal(RECORD_ID)}, NULL::BIGINT"
        f' FROM ({_moved(staged, records)}) WHERE "row" NOT IN (SELECT "row" FROM {d})'
    )


def _moved(staged: Staged, records: str) -> str:
    """SELECT of rows whose key is not that of the record they name, and belongs to somebody else."""
    s_m, s_o, s_r = (_fits(staged, "s", other) for other in ("m", "o", "r"))
    return f"""WITH moved AS (
            SELECT s.rowid AS _row, s.* FROM {staged.rows} s LEFT JOIN {records} m ON m.record_id = s._record
            WHERE s._record IS NOT NULL AND NOT s._error AND (s._key = m._key AND ({s_m})) IS NOT TRUE
        )
        SELECT s._row AS "row" FROM moved s JOIN {table(staged.dataset)} o
        ON o._key = s._key AND o.record_id <> s._record AND ({s_o}) AND {living(records)}
        UNION ALL
        SELECT s._row AS "row" FROM moved s JOIN {staged.rows} r
        ON r._key = s._key AND r.rowid <> s._row AND NOT r._error AND ({s_r})
        AND r._record IS DISTINCT FROM s._record
        AND r.rowid NOT IN (SELECT "row" FROM {staged.duplicates})"""


def _fits(staged: Staged, one: str, other: str) -> str:
    """SQL condition: the `when_both` values of two aliases agree, or one is missing."""
    both = staged.dataset.key.when_both
    if not both or both not in staged.compiled.fields:
        return "true"
    return fits(staged.dataset.field(both), f"{one}.{ident(both)}", f"{other}.{ident(both)}")
