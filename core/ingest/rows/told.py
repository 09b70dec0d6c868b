"""Rows of which somebody said that they are a record that is there, or another row, although their keys differ.

What was said is in `history.match_arrivals`, by the folded identities of rows. It holds for the upload in whose preview it
was said, and for every later one while that import stands; so does a merge that stands, for rows of who was absorbed.
Such a row updates the record by the rules of its fields, but for who the record is: the fields of the key stay, the
`when_both` value is only filled in or made more exact, and the row's name goes to the other names, where the file has a column
of them. Rows that are one person are put together first: see duplicates.py.

`staging.k_...` has (row_key, root, record_id) of the identities in the file that are somebody else's; there is no such
table where nothing was said.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from core.datasets.compared import fits
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.ingest.rows import merged, vouched
from core.ingest.rows.merge import of, words
from core.ingest.rows.staged import Staged, has
from core.storage.sql import ident, literal

DATED, TOLD = (
    -2,
    -3,
)  # ranks of a match by what was said: the row's `when_both` value is taken, or not
_SPLIT, _UNIT = "chr(31)", "\\x1f"  # between key and value: in SQL, in a pattern


@dataclass(frozen=True)
class _Said:
    """An identity is that of a record, or of another row."""

    other_key: str
    record_id: str | None


def identity(dataset: Dataset, alias: str, fields: tuple[str, ...] | None = None) -> str:
    """SQL: who a record or a staged row is by its key, as one text. `fields` are those that the file has."""
    both = dataset.key.when_both
    known = both and (fields is None or both in fields)
    value = f"coalesce({alias}.{ident(both or '')}::VARCHAR, '')" if known else "''"
    return f"{alias}._key || {_SPLIT} || {value}"


def of_row(staged: Staged, alias: str = "s") -> str:
    """SQL: who a staged row is."""
    return identity(staged.dataset, alias, staged.compiled.fields)


def prepare(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Make the table of identities that are somebody else's; whether there are any."""
    cursor.execute(f"DROP TABLE IF EXISTS {staged.told}")
    said = _said(cursor, staged)
    if not said:
        return False
    rows = [(key, *_root(said, key)) for key in said]
    cursor.execute(
        f"CREATE TABLE {staged.told} (row_key VARCHAR, root VARCHAR, record_id UUID)",
    )
    cursor.execute(
        f"INSERT INTO {staged.told} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::UUID[])",
        [list(column) for column in zip(*rows)],
    )
    return True


def _root(said: dict[str, _Said], key: str) -> tuple[str, str | None]:
    """Who it is in the end, and that record: what was said of a row may lead to another row of which something was said."""
    seen, record = {key}, said[key].record_id
    while said[key].other_key in said and said[key].other_key not in seen:
        key = said[key].other_key
        seen.add(key)
        record = said[key].record_id or record
    return said[key].other_key, record


def _said(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> dict[str, _Said]:
    name, live = staged.dataset.name, table(staged.dataset)
    if not _anything(cursor, name):
        return {}
    rows = cursor.execute(f"""WITH here AS (
            SELECT DISTINCT {of_row(staged)} AS key FROM {staged.rows} s WHERE NOT s._error AND s._key IS NOT NULL
        ), said AS ({holding(name, staged.upload_id)})
        SELECT row_key, other_key, a.record_id::VARCHAR, m.record_id::VARCHAR, {identity(staged.dataset, 'm')}
        FROM said a LEFT JOIN {live} m ON m.record_id = a.record_id
        WHERE (row_key IN (SELECT key FROM here) OR other_key IN (SELECT key FROM here))
          AND row_key NOT IN ({_records_of(staged.dataset)})  -- such a row meets that record by itself
        ORDER BY row_key""").fetchall()
    found: dict[str, _Said] = {}
    for row_key, other_key, record, present, key in rows:
        if present is None and record is not None:
            present, key = _elsewhere(cursor, staged.dataset, record)
        if present is None:
            present, key = _by_key(cursor, staged.dataset, other_key)
        if row_key != (key or other_key):
            found[row_key] = _Said(key or other_key, present)
    return found


def _records_of(dataset: Dataset) -> str:
    """SELECT of the identities in `said` that records have."""
    keys = f"SELECT regexp_extract(row_key, '^(.*){_UNIT}[^{_UNIT}]*$', 1, 's') FROM said"
    return f"SELECT {identity(dataset, 'r')} FROM {table(dataset)} r WHERE r._key IN ({keys})"


def _anything(cursor: duckdb.DuckDBPyConnection, dataset: str) -> bool:
    row = cursor.execute(
        "SELECT (SELECT count(*) FROM history.match_arrivals WHERE dataset = ?1)"
        " + (SELECT count(*) FROM history.merges WHERE dataset = ?1)",
        [dataset],
    ).fetchone()
    return bool(row and row[0])


def holding(dataset: str, upload_id: str) -> str:
    """SELECT of (row_key, other_key, record_id): who is who, by what holds for an upload."""
    return f"""
        WITH said AS (
            SELECT * FROM history.match_arrivals WHERE dataset = {literal(dataset)} AND ({counts(upload_id)})
        ), arrived AS (
            SELECT row_key, other_key, record_id FROM said a WHERE verdict = 'same' AND NOT EXISTS (
                SELECT 1 FROM said b WHERE b.row_key = a.row_key AND b.verdict <> 'same' AND b.decided_at > a.decided_at
                AND (b.other_key = a.other_key OR b.record_id = a.record_id))
            QUALIFY row_number() OVER (PARTITION BY row_key ORDER BY decided_at DESC) = 1
        ), merged AS (
            SELECT CASE WHEN left_id = absorbed_id THEN left_key ELSE right_key END AS row_key,
                   CASE WHEN left_id = absorbed_id THEN right_key ELSE left_key END AS other_key,
                   survivor_id AS record_id, decided_at
            FROM ({merged.standing(dataset)}) JOIN history.match_decisions
            ON left_id = least(survivor_id, absorbed_id) AND right_id = greatest(survivor_id, absorbed_id)
            WHERE dataset = {literal(dataset)} AND verdict = 'same'
        )
        SELECT row_key, other_key, record_id FROM arrived
        UNION ALL SELECT row_key, other_key, record_id FROM merged
        WHERE row_key IS NOT NULL AND other_key IS NOT NULL AND row_key NOT IN (SELECT row_key FROM arrived)
        QUALIFY row_number() OVER (PARTITION BY row_key ORDER BY decided_at DESC) = 1"""


def counts(upload_id: str) -> str:
    """SQL condition: a decision was said of this upload, or of an import that stands."""
    return (
        f"upload_id = {literal(upload_id)}::UUID"
        " OR upload_id IN (SELECT upload_id FROM ops.uploads WHERE status = 'imported')"
    )


def _elsewhere(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, record_id: str
) -> tuple[str | None, str | None]:
    """The record that it was merged into."""
    survivor = merged.survivor(cursor, dataset.name, record_id)
    row = (
        survivor
        and cursor.execute(
            f"SELECT m.record_id::VARCHAR, {identity(dataset, 'm')} FROM {table(dataset)} m WHERE record_id = ?::UUID",
            [survivor],
        ).fetchone()
    )
    return (row[0], row[1]) if row else (None, None)


def _by_key(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, key: str
) -> tuple[str | None, str | None]:
    """The only record that is called so: it may have come again under another id."""
    rows = cursor.execute(
        f"SELECT m.record_id::VARCHAR FROM {table(dataset)} m WHERE m._key = ? AND {identity(dataset, 'm')} = ? LIMIT 2",
        [key.rpartition("\x1f")[0], key],
    ).fetchall()
    return (rows[0][0], key) if len(rows) == 1 else (None, None)


# ------------------------------------------------------------------ rows that are one person


def gather(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Add the keys of rows that are one person to `several`."""
    cursor.execute(
        f"INSERT INTO several SELECT DISTINCT s._key FROM {staged.rows} s WHERE NOT s._error AND {of_row(staged)} IN"
        f" (SELECT row_key FROM {staged.told} UNION SELECT root FROM {staged.told})"
        " AND s._key NOT IN (SELECT _key FROM several)"
    )


def join(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Rows in `decided` that are somebody else are called like that row, or like their record."""
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE called_so AS
        WITH named AS (
            SELECT d."row", d.name, d.value, {of_row(staged)} AS key FROM decided d JOIN {staged.rows} s ON s.rowid = d."row"
            WHERE d.value IS NOT NULL
        ), roots AS (SELECT key, arg_min(name, "row") AS name, arg_min(value, "row") AS value FROM named GROUP BY key)
        SELECT n."row", coalesce(r.name, chr(29) || k.root) AS name, coalesce(r.value, '') AS value
        FROM named n JOIN {staged.told} k ON k.row_key = n.key LEFT JOIN roots r ON r.key = k.root"""
    )
    cursor.execute(
        'UPDATE decided SET name = c.name, value = c.value FROM called_so c WHERE c."row" = decided."row"'
    )
    cursor.execute("DROP TABLE temp.called_so")


# ------------------------------------------------------------------ rows that are a record


def candidates(staged: Staged, records: str) -> str:
    """INSERT into the matches: rows that meet no record by themselves, and the one that they were said to be."""
    found = of(staged)
    bits = ", ".join([*words(found), *vouched.columns(found)])
    return f"""INSERT INTO {staged.matches}
        SELECT s.rowid, m.record_id, m._version, s._rank, {bits}
        FROM ({_as_said(staged, records)}) s JOIN {records} m ON m.record_id = s._said"""


def _as_said(staged: Staged, records: str) -> str:
    """SELECT of those rows as they are taken, with `_said` and `_rank`."""
    dated = _takes_date(staged)
    return f"""SELECT * {_replaced(staged, 'true', f'_rank = {DATED}')} FROM (
            SELECT s.rowid AS rowid, k.record_id AS _said, CASE WHEN {dated} THEN {DATED} ELSE {TOLD} END AS _rank, s.*
            FROM {staged.rows} s JOIN {staged.told} k ON k.row_key = {of_row(staged)}
            JOIN {records} m ON m.record_id = k.record_id
            WHERE NOT s._error AND s.rowid NOT IN (SELECT "row" FROM {staged.duplicates})
              AND s.rowid NOT IN (SELECT "row" FROM {staged.matches})) s"""


def _takes_date(staged: Staged) -> str:
    """SQL: the row's `when_both` value says more than the record's, and makes it nobody else."""
    both, live = staged.dataset.key.when_both, table(staged.dataset)
    if not both or both not in staged.compiled.fields:
        return "false"
    s, m = f"s.{ident(both)}", f"m.{ident(both)}"
    others = f"SELECT o._key FROM {live} o WHERE o._key = m._key AND o.record_id <> m.record_id"
    return (
        f"{s} IS NOT NULL AND ({fits(staged.dataset.field(both), s, m)}) AND NOT EXISTS ({others})"
    )


def _replaced(staged: Staged, told: str, dated: str) -> str:
    """SQL: REPLACE of who the row says it is."""
    dataset, fields = staged.dataset, staged.compiled.fields
    parts = [
        f"CASE WHEN NOT ({told}) THEN {ident(n)} END AS {ident(n)}"
        for n in dataset.key.fields
        if n in fields
    ]
    both = dataset.key.when_both
    if both and both in fields:
        parts.append(f"CASE WHEN NOT ({told}) OR ({dated}) THEN {ident(both)} END AS {ident(both)}")
    other = _other_names(staged)
    if other:
        name = ident(dataset.key.fields[0])
        more = f"list_distinct(list_append(coalesce({other}, []), {name}::VARCHAR))"
        parts.append(f"CASE WHEN {told} THEN {more} ELSE {other} END AS {other}")
    return f"REPLACE ({', '.join(parts)})" if parts else ""


def _other_names(staged: Staged) -> str | None:
    """The list of other names that the file has, quoted."""
    key = staged.dataset.key
    lists = [
        n
        for n in key.also
        if n in staged.compiled.fields and staged.dataset.field(n).on_update == "union"
    ]
    return ident(lists[0]) if lists and len(key.fields) == 1 else None


def any_met(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Whether a row meets a record by what was said."""
    if not has(cursor, staged.told):
        return False
    sql = f"SELECT 1 FROM {staged.matches} WHERE rank IN ({DATED}, {TOLD}) LIMIT 1"
    return cursor.execute(sql).fetchone() is not None


def rows(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """SQL: the staged rows as they meet their records; mostly they are that as they stand."""
    if not any_met(cursor, staged):
        return staged.rows
    replaced = _replaced(staged, "_met IS NOT NULL", f"coalesce(_met = {DATED}, false)")
    return (
        f"(SELECT * EXCLUDE (_met) {replaced} FROM (SELECT s.rowid AS rowid, t.rank AS _met, s.* FROM {staged.rows} s"
        f' LEFT JOIN (SELECT "row", rank FROM {staged.matches} WHERE rank IN ({DATED}, {TOLD})) t ON t."row" = s.rowid))'
    )


def by_word(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """SQL condition on `s`: the row became what it is by what somebody said, which no file holds."""
    if not has(cursor, staged.told):
        return "false"
    ours = f"(SELECT row_key FROM {staged.told})"
    return (
        f'(s.rowid IN (SELECT "row" FROM {staged.matches} WHERE rank IN ({DATED}, {TOLD})) OR s.rowid IN ('
        f'SELECT d.other FROM {staged.duplicates} d JOIN {staged.rows} r ON r.rowid = d."row"'
        f' JOIN {staged.rows} w ON w.rowid = d.other WHERE {of_row(staged, "r")} IN {ours}'
        f' OR {of_row(staged, "w")} IN {ours}))'
    )
