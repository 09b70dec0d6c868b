"""What the rows of a file say of records that were there: kept with the import, for when another is taken back.

A record stays as long as an upload vouches for it, and so does each value. The upload that inserted it does;
so does every later one whose row met it, also where nothing changed. So each such row leaves a line in
`history.vouched`:

    version  the record's version after the row: with the history it says what the record was then
    fields   the fields that the row has a value for, with what an update did then: {"name": "overwrite", ...}
    said     JSON of those of its values that the record did not take as they are (a list that was added
             to, a date that was known more exactly, a value that was kept out); mostly NULL

The other values are those of the record at that version, so a million unchanged rows cost their ids, and a
few kinds of `fields`. The bits and `said` are computed where rows and records are joined anyway: core/ingest/rows/vouched.py.
"""

from __future__ import annotations

import duckdb

from core.cleaning.checks import WORD
from core.ingest.rows.merge import EXTRA, of
from core.ingest.rows.staged import Staged
from core.ingest.rows.vouched import SAID, quoted
from core.storage.sql import literal


def _rule(staged: Staged, name: str) -> str:
    return "overwrite" if name == EXTRA else staged.dataset.field(name).on_update


def keep(connection: duckdb.DuckDBPyConnection, staged: Staged, at: object) -> None:
    """Write down every row that met a record, changed or not. Inside the commit's transaction."""
    found = of(staged)
    count = max(m.word for m in found) + 1
    words = ", ".join(f"_g{w}" for w in range(count))
    names = ", ".join(
        f"CASE WHEN (_g{m.word} & {1 << m.position % WORD}) <> 0"
        f" THEN {literal(quoted(m.name) + quoted(_rule(staged, m.name))[:-1])} END"
        for m in found
    )
    changed = " OR ".join(f"x._c{w} <> 0" for w in range(count))
    # Rows that came back from quarantine are numbered by another table; all others by themselves.
    own = staged.number == Staged.number
    connection.execute(
        f"""INSERT INTO history.vouched BY NAME
        SELECT {literal(staged.dataset.name)} AS dataset, x.record_id,
               x.version + CASE WHEN {changed} THEN 1 ELSE 0 END AS version, ?::UUID AS upload_id,
               {'x."row" + 1' if own else staged.number} AS row_no, k.fields, x.{SAID} AS said,
               ?::TIMESTAMP AS happened_at
        FROM {staged.matches} x JOIN (
            SELECT {words}, '{{' || concat_ws(',', {names}) || '}}' AS fields
            FROM (SELECT DISTINCT {words} FROM {staged.matches})) k USING ({words})
        {"" if own else f'JOIN {staged.rows} s ON s.rowid = x."row"'}""",
        [staged.upload_id, at],
    )


def all_gone(connection: duckdb.DuckDBPyConnection, upload_id: str, table: str) -> bool:
    """Whether an import made or met records, and none of them is there any more."""
    row = connection.execute(
        f"""SELECT count(*), count(m.record_id) FROM (
            SELECT record_id FROM history.changes WHERE upload_id = ?1::UUID AND kind <> 'delete'
            UNION SELECT record_id FROM history.vouched WHERE upload_id = ?1::UUID
        ) LEFT JOIN {table} m USING (record_id)""",
        [upload_id],
    ).fetchone()
    return bool(row and row[0] and not row[1])
