"""What somebody decided of rows in the preview: left out, a new record, or which record it is.

`plan.decided` has the row (from 1) and `leave`, `new` or the id of a record. Rows with an error, and rows for which
another one stands, have nothing to decide. A decision comes before everything that is found by key; a record that is gone
since makes its row conflicting again. The record of a row that is left out is safe when its source is replaced.
Rows of `plan.forgotten` are left out whatever was decided of them.

`staging.c_...` has (row, choice, record_id, apart) of the last comparison; `apart` marks rows that the file alone
left ambiguous, so that they are so again when the decision is withdrawn. There is no such table without decisions.
"""

from __future__ import annotations

import duckdb

from core.datasets.tables import table
from core.ingest.rows import vouched
from core.ingest.rows.merge import of, words
from core.ingest.rows.staged import Staged, has
from core.storage.sql import ident, literal

LEAVE, NEW, REFUSED, CHOSEN = "leave", "new", "refused", "chosen"


def forget(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Rows are again as the file alone left them."""
    if not has(cursor, staged.chosen):
        return
    cursor.execute(
        f"INSERT INTO {staged.duplicates} SELECT \"row\", 'ambiguous', {_title(staged)}, NULL"
        f" FROM {staged.chosen} WHERE apart"
    )
    cursor.execute(f"DROP TABLE {staged.chosen}")


def lay(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Before rows meet records: what was decided of those that have something to decide."""
    decided = staged.plan.choices
    if not decided:
        return
    c, d = staged.chosen, staged.duplicates
    cursor.execute(
        f"""CREATE OR REPLACE TABLE {c} AS
        SELECT s.rowid AS "row", g.choice, try_cast(g.choice AS UUID) AS record_id,
               d.rule IS NOT NULL AS apart
        FROM (SELECT unnest(?::BIGINT[]) - 1 AS "row", unnest(?::VARCHAR[]) AS choice) g
        JOIN {staged.rows} s ON s.rowid = g."row" LEFT JOIN {d} d ON d."row" = g."row"
        WHERE NOT s._error AND coalesce(d.rule, 'ambiguous') = 'ambiguous'""",
        [list(decided), list(decided.values())],
    )
    cursor.execute(f'DELETE FROM {d} WHERE "row" IN (SELECT "row" FROM {c})')
    cursor.execute(
        f"INSERT INTO {d} SELECT \"row\", CASE choice WHEN '{LEAVE}' THEN '{REFUSED}' ELSE '{CHOSEN}' END,"
        f" {_title(staged)}, NULL FROM {c} WHERE apart OR choice <> '{LEAVE}'"
    )


def records(staged: Staged) -> str:
    """SELECT of the ids of records that somebody named, for a row or by leaving their row out."""
    return f"SELECT record_id FROM {staged.chosen} WHERE record_id IS NOT NULL"


def meet(cursor: duckdb.DuckDBPyConnection, staged: Staged, records_: str) -> None:
    """After rows met records by themselves: those of which somebody decided."""
    if not staged.plan.choices:
        return
    c, d, m = staged.chosen, staged.duplicates, staged.matches
    named = f"SELECT \"row\" FROM {c} WHERE choice <> '{LEAVE}'"
    cursor.execute(f'DELETE FROM {d} WHERE "row" IN ({named})')
    found = of(staged)
    cursor.execute(
        f"""INSERT INTO {m}
        SELECT s.rowid, m.record_id, m._version, 0, {", ".join([*words(found), *vouched.columns(found)])}
        FROM {c} c JOIN {staged.rows} s ON s.rowid = c."row" JOIN {records_} m ON m.record_id = c.record_id"""
    )
    cursor.execute(
        f"INSERT INTO {d} SELECT \"row\", 'gone', {_title(staged)}, NULL FROM {c}"
        f' WHERE record_id IS NOT NULL AND "row" NOT IN (SELECT "row" FROM {m})'
    )
    _leave(cursor, staged)
    taken = f"{records(staged)} AND choice <> '{LEAVE}'"
    others = f'FROM {m} WHERE record_id IN ({taken}) AND "row" NOT IN ({named})'
    cursor.execute(
        f'CREATE OR REPLACE TABLE {staged.shared} AS SELECT DISTINCT "row", record_id, true AS taken {others}'
    )
    cursor.execute(
        f"INSERT INTO {d} SELECT DISTINCT \"row\", 'shared_record', {_title(staged)}, NULL::BIGINT {others}"
    )
    cursor.execute(f"DELETE {others}")


def _leave(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    c, d, m = staged.chosen, staged.duplicates, staged.matches
    left = f"SELECT \"row\" FROM {c} WHERE choice = '{LEAVE}'"
    cursor.execute(
        f'UPDATE {c} SET record_id = x.record_id FROM {m} x WHERE x."row" = {c}."row"'
        f" AND {c}.choice = '{LEAVE}'"
    )
    cursor.execute(f'DELETE FROM {m} WHERE "row" IN ({left})')
    cursor.execute(f'DELETE FROM {d} WHERE "row" IN ({left})')
    cursor.execute(
        f"INSERT INTO {d} SELECT \"row\", '{REFUSED}', {_title(staged)}, NULL FROM ({left})"
    )


def spared(staged: Staged) -> str:
    """SQL condition on `m`: nobody asked that the record stay, and no row of it was left out."""
    kept = ", ".join(f"{literal(i)}::UUID" for i in staged.plan.kept_records)
    sql = f" AND m.record_id NOT IN ({kept})" if kept else ""
    if staged.plan.choices:
        sql += f" AND m.record_id NOT IN ({records(staged)})"
    return sql


def refused(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """How many rows somebody left out; they are no reason to refuse the others."""
    if not staged.plan.choices:
        return 0
    row = cursor.execute(
        f"SELECT count(*) FROM {staged.duplicates} WHERE rule = '{REFUSED}'"
    ).fetchone()
    return int(row[0]) if row else 0


def apart(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """SELECT of the rows that the file alone left ambiguous, decided since or not."""
    sql = f"SELECT \"row\" FROM {staged.duplicates} WHERE rule = 'ambiguous'"
    if has(cursor, staged.chosen):
        sql += f' UNION SELECT "row" FROM {staged.chosen} WHERE apart'
    return sql


def candidates(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, rows: list[int], limit: int
) -> list[tuple[int, str, str | None, str | None]]:
    """Of rows (from 1): the records that each may be, with their title and what tells them apart."""
    dataset = staged.dataset
    both = f"m.{ident(dataset.key.when_both)}::VARCHAR" if dataset.key.when_both else "NULL"
    by_id = " OR m.record_id = s._record" if staged.compiled.ids else ""
    return cursor.execute(
        f"SELECT s.rowid + 1, m.record_id::VARCHAR, m.{ident(dataset.title_field)}::VARCHAR, {both}"
        f" FROM {staged.rows} s JOIN {table(dataset)} m ON m._key = s._key{by_id}"
        " WHERE s.rowid IN (SELECT unnest(?::BIGINT[]) - 1)"
        f" QUALIFY row_number() OVER (PARTITION BY s.rowid ORDER BY m.record_id) <= {limit} ORDER BY 1, 2",
        [rows],
    ).fetchall()


def _title(staged: Staged) -> str:
    return literal(staged.dataset.title_field)
