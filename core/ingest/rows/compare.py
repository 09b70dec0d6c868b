"""A staged upload against the live records: new, changed, unchanged, conflicting, rejected.

Reads live data, writes only to staging. A row meets a record when the folded keys are equal and the
`when_both` values agree or one is missing; exact agreement goes before a partial date, and that
before a missing one. Where that leaves several records for a row, or several rows for a record,
nothing is guessed: the rows are conflicting. A row with the id of a living record meets that one: see by_id.py.
"""

from __future__ import annotations

import duckdb

from core.datasets.compared import fits
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.ingest.rows import by_id, chosen, told, vouched
from core.ingest.rows.duplicates import CONFLICTS, REPEATS
from core.ingest.rows.merge import of, unchanged, words
from core.ingest.rows.staged import Staged, has, row_count
from core.ingest.uploads import Counts
from core.storage.sql import ident, literal

CONFLICTING = f"({', '.join(map(literal, CONFLICTS))})"
REPEATED = f"({', '.join(map(literal, REPEATS))})"
SMALL = 10_000  # rows
FEW = 50  # times fewer rows than records: then the records that rows meet are copied


def compare(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> Counts:
    """Fill `staged.matches`, add conflicts to `staged.duplicates`, and count."""
    _forget(cursor, staged)
    said = told.prepare(cursor, staged)
    _gather(cursor, staged, said)
    met = records(cursor, staged)
    if staged.compiled.ids:
        by_id.set_aside(cursor, staged, met)
    if _may_meet(cursor, staged, met):
        cursor.execute(_candidates(staged, met))
    else:
        cursor.execute(_no_candidates(staged))
    if staged.compiled.ids:
        cursor.execute(by_id.candidates(staged, met))
    if said:
        cursor.execute(told.candidates(staged, met))
    chosen.meet(cursor, staged, met)
    _settle(cursor, staged)
    return count(cursor, staged)


def _forget(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    # A second comparison starts from the file's own duplicates.
    cursor.execute(
        f"DELETE FROM {staged.duplicates} WHERE rule IN ('exists', 'ambiguous_record', 'shared_record',"
        " 'two_records', 'gone', 'refused', 'chosen')"
    )
    cursor.execute(f"DROP TABLE IF EXISTS {staged.shared}")
    chosen.forget(cursor, staged)
    chosen.lay(cursor, staged)


def agree(dataset: Dataset, fields: tuple[str, ...]) -> tuple[str, str]:
    """SQL condition and rank (0 exact, 1 partial, 2 missing) for the `when_both` field."""
    both = dataset.key.when_both
    if not both:
        return "true", "0"
    m, s = f"m.{ident(both)}", f"s.{ident(both)}"
    if both not in fields:
        return "true", f"CASE WHEN {m} IS NULL THEN 0 ELSE 2 END"
    rank = f"CASE WHEN {s} IS NOT DISTINCT FROM {m} THEN 0 WHEN {s} IS NULL OR {m} IS NULL THEN 2 ELSE 1 END"
    return fits(dataset.field(both), s, m), rank


def _gather(cursor: duckdb.DuckDBPyConnection, staged: Staged, said: bool) -> None:
    """Copy the records that rows may meet, where a file of few rows comes to many records.

    They lie anywhere among the others, so fetching them costs as much as everything else together:
    it is done once, for the comparison, the preview's pages and the commit. First which they are, by
    the key alone, since a join by it lets some per cent too many through to the other columns.
    """
    cursor.execute(f"DROP TABLE IF EXISTS {staged.met}")
    live = table(staged.dataset)
    if row_count(cursor, live) < FEW * row_count(cursor, staged.rows):
        return
    together, _ = agree(staged.dataset, staged.compiled.fields)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE pairs AS SELECT DISTINCT m.record_id FROM {staged.rows} s"
        f" JOIN {live} m ON s._key = m._key WHERE NOT s._error AND ({together})"
    )
    if staged.compiled.ids:
        cursor.execute(
            "INSERT INTO pairs SELECT m.record_id FROM (SELECT DISTINCT _record FROM"
            f" {staged.rows}) s JOIN {live} m ON m.record_id = s._record"
            " WHERE m.record_id NOT IN (SELECT record_id FROM pairs)"
        )
    if said:
        cursor.execute(
            f"INSERT INTO pairs SELECT DISTINCT record_id FROM {staged.told}"
            " WHERE record_id IS NOT NULL AND record_id NOT IN (SELECT record_id FROM pairs)"
        )
    if staged.plan.choices:
        cursor.execute(
            f"INSERT INTO pairs SELECT DISTINCT record_id FROM ({chosen.records(staged)})"
            " WHERE record_id NOT IN (SELECT record_id FROM pairs)"
        )
    cursor.execute(
        f"CREATE TABLE {staged.met} AS SELECT m.* FROM pairs JOIN {live} m USING (record_id)"
    )
    cursor.execute("DROP TABLE pairs")


def gathered(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Whether `staged.met` was made in the last comparison."""
    return has(cursor, staged.met)


def records(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """The table in which the records of the last comparison are found: the copy, or all of them."""
    return staged.met if gathered(cursor, staged) else table(staged.dataset)


def _candidates(staged: Staged, records_: str) -> str:
    together, rank = agree(staged.dataset, staged.compiled.fields)
    found = of(staged)
    bits = [*words(found), *vouched.columns(found)]
    by_key = f"AND NOT {by_id.living(records_)}" if staged.compiled.ids else ""
    return f"""CREATE OR REPLACE TABLE {staged.matches} AS
        SELECT s.rowid AS "row", m.record_id, m._version AS version, {rank} AS rank, {", ".join(bits)}
        FROM {staged.rows} s JOIN {records_} m ON s._key = m._key
        WHERE NOT s._error AND ({together}) {by_key}
          AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates})"""


def _may_meet(cursor: duckdb.DuckDBPyConnection, staged: Staged, records_: str) -> bool:
    """Whether any row has the key of a record; taken as given where there are many rows."""
    if not row_count(cursor, records_):
        return False
    if row_count(cursor, staged.rows) > SMALL:
        return True
    pair = f"SELECT 1 FROM {staged.rows} s JOIN {records_} m ON s._key = m._key LIMIT 1"
    return cursor.execute(pair).fetchone() is not None


def _no_candidates(staged: Staged) -> str:
    """`_candidates` where no row has the key of a record: the same table, empty.

    Of a small file, preparing the comparison of values takes longer than all the rest of it.
    """
    found = of(staged)
    names = [bit.rpartition(" AS ")[2] for bit in (*words(found), *vouched.columns(found))]
    bits = ", ".join(f"{n} {'VARCHAR' if n == vouched.SAID else 'BIGINT'}" for n in names)
    return (
        f'CREATE OR REPLACE TABLE {staged.matches} ("row" BIGINT, record_id UUID, version INTEGER,'
        f" rank INTEGER, {bits})"
    )


def _settle(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    m, d, field = staged.matches, staged.duplicates, literal(staged.dataset.title_field)
    cursor.execute(
        f'CREATE OR REPLACE TEMP TABLE several AS SELECT "row", min(rank) AS best FROM {m}'
        ' GROUP BY "row" HAVING count(*) > 1'
    )
    if row_count(cursor, "several"):
        cursor.execute(f'DELETE FROM {m} USING several t WHERE {m}."row" = t."row" AND rank > best')
        cursor.execute(
            f"INSERT INTO {d} SELECT \"row\", 'ambiguous_record', {field}, NULL FROM {m}"
            ' GROUP BY "row" HAVING count(*) > 1'
        )
    cursor.execute("DROP TABLE several")
    cursor.execute(
        f"INSERT INTO {d} SELECT \"row\", 'shared_record', {field}, NULL FROM {m} WHERE record_id IN"
        f' (SELECT record_id FROM {m} GROUP BY record_id HAVING count(DISTINCT "row") > 1)'
        f' AND "row" NOT IN (SELECT "row" FROM {d})'
    )
    if row_count(cursor, d):
        _keep_shared(cursor, staged)
    if staged.plan.mode == "insert":
        cursor.execute(
            f"INSERT INTO {d} SELECT DISTINCT \"row\", 'exists', {field}, NULL::BIGINT FROM {m}"
            f' WHERE "row" NOT IN (SELECT "row" FROM {d})'
        )
    if row_count(cursor, d):
        cursor.execute(f'DELETE FROM {m} WHERE "row" IN (SELECT "row" FROM {d})')


def _keep_shared(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Which record the rows that share one meet: they are no matches any more, and their key may be that of several."""
    found = f"""FROM {staged.duplicates} d JOIN {staged.matches} m ON m."row" = d."row" WHERE d.rule = 'shared_record'"""
    if has(cursor, staged.shared):
        found = f'{found} AND d."row" NOT IN (SELECT "row" FROM {staged.shared})'
        cursor.execute(f'INSERT INTO {staged.shared} SELECT d."row", m.record_id, false {found}')
    elif cursor.execute(f"SELECT 1 {found} LIMIT 1").fetchone():
        cursor.execute(
            f'CREATE TABLE {staged.shared} AS SELECT d."row", m.record_id, false AS taken {found}'
        )


def count(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> Counts:
    """What would become of every row; the parts add up to `rows`."""
    rows, errors = _one(cursor, f"SELECT count(*), count(*) FILTER (_error) FROM {staged.rows}")
    conflicting, repeated, doubled = _one(
        cursor,
        f"SELECT count(*) FILTER (rule IN {CONFLICTING}), count(*) FILTER (rule IN {REPEATED}),"
        f" count(*) FROM {staged.duplicates}",
    )
    same = unchanged(of(staged))
    unchanged_, matched = _one(
        cursor, f"SELECT count(*) FILTER ({same}), count(*) FROM {staged.matches} x"
    )
    rejected = errors + doubled - conflicting - repeated
    deleted = 0
    if staged.plan.mode == "replace":
        (deleted,) = _one(cursor, f"SELECT count(*) FROM ({absent(staged)})", [source(staged)])
    return Counts(
        rows=rows,
        new=rows - rejected - conflicting - repeated - matched,
        changed=matched - unchanged_,
        unchanged=unchanged_,
        repeated=repeated,
        conflicting=conflicting,
        rejected=rejected,
        deleted=deleted,
    )


def source(staged: Staged) -> str:
    """The name that ties the files of one source together."""
    return staged.plan.source or ""


def of_source(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """How many records the source brought, where it is replaced; else 0."""
    if staged.plan.mode != "replace":
        return 0
    live = table(staged.dataset)
    return _one(cursor, f"SELECT count(*) FROM {live} WHERE _source = ?", [source(staged)])[0]


def absent(staged: Staged) -> str:
    """SELECT of the records of this source that the file does not have; one parameter, the source.

    A record whose key stands anywhere in the file is safe, also where that row is faulty.
    """
    return (
        f"SELECT m.* FROM {table(staged.dataset)} m WHERE m._source = ?"
        f" AND m.record_id NOT IN (SELECT record_id FROM {staged.matches})"
        f" AND NOT EXISTS (SELECT 1 FROM {staged.rows} s WHERE s._key = m._key"
        f' AND (s._error OR s.rowid IN (SELECT "row" FROM {staged.duplicates} WHERE rule NOT IN {REPEATED})))'
        + (by_id.safe(staged) if staged.compiled.ids else "")
        + chosen.spared(staged)
    )


def new_rows(staged: Staged) -> str:
    """SQL condition on `s`: the row becomes a new record."""
    return (
        f'NOT s._error AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates})'
        f' AND s.rowid NOT IN (SELECT "row" FROM {staged.matches})'
    )


def _one(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None
) -> tuple[int, ...]:
    row = cursor.execute(sql, parameters or []).fetchone()
    return tuple(int(v) for v in row or ())
