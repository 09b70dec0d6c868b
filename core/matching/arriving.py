"""Rows of a file that are probably somebody who is there, or twice in the file, beyond the exact key: told in the preview.

Only where the records were compared before (the model of the last run is used as it is), and within bounds, so that a
preview stays quick. Who was told apart is not told again, also when the row comes with another file. The pairs are kept
beside the staged rows (`staging.p_...`) until the rows or the records are others, so that a decision needs no second comparison.
"""

from __future__ import annotations

import hashlib

import duckdb

from core.datasets.tables import data_version, table
from core.ingest.problems import Example, Problem
from core.ingest.rows import told
from core.ingest.rows.compare import new_rows
from core.ingest.rows.staged import Staged, has
from core.matching import computing, decisions, people, rules
from core.matching.model import UNIT, Model, probability, weight_of
from core.storage.sql import ident, literal

MOST_ROWS = 10_000  # new rows of a file
MOST_RECORDS = (
    300_000  # records that they are compared with; where an index is kept, so many times more
)
INDEXED = 20
EXAMPLES = 5
EACH = 3  # that a row may be
RULE = "probable_duplicate"


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """One problem with the first rows as examples; none when nothing is found or nothing was compared yet."""
    if why_not(cursor, staged) is not None:
        cursor.execute(f"DROP TABLE IF EXISTS {staged.probable}")
        return []
    model = computing.last_model(cursor, staged.dataset.name)
    assert model is not None  # nosec B101
    mark = _mark(cursor, staged)
    if not _kept(cursor, staged, mark):
        try:
            computing.compute(cursor, staged.dataset, _source(staged), model)
            _keep(cursor, staged, model, mark)
        finally:
            computing.forget(cursor)
    return _problems_of(cursor, staged)


def why_not(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str | None:
    """Why the rows of a file are not compared, in words; None where they are."""
    dataset = staged.dataset
    model = computing.last_model(cursor, dataset.name)
    if model is None:
        return "The records were not compared with one another yet."
    if not {c.field for c in model.comparisons} <= set(dataset.field_names):
        return "The fields are others than when the records were compared last."
    row = cursor.execute(
        f"SELECT (SELECT count(*) FROM {staged.rows} s WHERE {_wanted(staged)}),"
        f" (SELECT count(*) FROM {table(dataset)})"
    ).fetchone() or (0, 0)
    if not row[0]:
        return "No row is about somebody new."
    if row[0] > MOST_ROWS:
        return f"More than {MOST_ROWS:,} rows are new: they are compared after the import."
    kept = cursor.execute(
        "SELECT 1 FROM ops.match_indexed WHERE dataset = ?", [dataset.name]
    ).fetchone()
    most = MOST_RECORDS * (INDEXED if kept else 1)
    if row[1] > most:
        return f"There are more than {most:,} records: rows are compared after the import."
    return None


def _wanted(staged: Staged) -> str:
    """SQL condition on `s`: a new row, or one that is none because of what was said of it."""
    said = f"SELECT row_key FROM history.match_arrivals WHERE upload_id = {literal(staged.upload_id)}::UUID"
    return f"s._key IS NOT NULL AND (({new_rows(staged)}) OR (NOT s._error AND {told.of_row(staged)} IN ({said})))"


def _mark(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """Other rows, records or another model: another mark."""
    run = cursor.execute(
        "SELECT max(run_id)::VARCHAR FROM ops.match_runs WHERE dataset = ?", [staged.dataset.name]
    ).fetchone()
    parts = (
        staged.compiled.sql,
        staged.dataset.model_dump_json(),
        f"{data_version(cursor, staged.dataset.name)} {run and run[0]} {staged.plan.mode}",
        f"{rules.of(cursor, staged.dataset).preview}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _kept(cursor: duckdb.DuckDBPyConnection, staged: Staged, mark: str) -> bool:
    if not has(cursor, staged.probable):
        return False
    row = cursor.execute(f'SELECT mark FROM {staged.probable} WHERE "row" IS NULL').fetchone()
    return row is not None and row[0] == mark


def _id(alias: str = "s") -> str:
    """SQL: an id for a row of the file, behind those of all records."""
    return f"('ffffffff-ffff-7fff-8fff-' || lpad(to_hex({alias}.rowid), 12, '0'))::UUID"


def _source(staged: Staged) -> str:
    fields = "".join(
        f", s.{ident(f.name)}" for f in staged.dataset.fields if f.name in staged.compiled.fields
    )
    return (
        f"{people.records(staged.dataset, 'false')} UNION ALL BY NAME"
        f" SELECT {_id()} AS record_id, true AS fresh{fields} FROM {staged.rows} s WHERE {_wanted(staged)}"
    )


def _keep(cursor: duckdb.DuckDBPyConnection, staged: Staged, model: Model, mark: str) -> None:
    """The pairs of a row (from 0) and a record or an earlier row; the line without a row has the mark."""
    places = range(len(model.comparisons))
    levels, bits = (", ".join(f"{x}{i}" for i in places) for x in ("v", "b"))
    least = round(weight_of(rules.of(cursor, staged.dataset).preview) * UNIT)
    cursor.execute(
        f"""CREATE OR REPLACE TABLE {staged.probable} AS
        SELECT s.rowid AS "row", {told.of_row(staged)} AS row_key, m.record_id, o.rowid AS other,
               coalesce({decisions.identity(staged.dataset, 'm')}, {told.of_row(staged, 'o')}) AS other_key,
               weight, name_bits, agree, against, missing, [{levels}]::TINYINT[] AS levels, [{bits}]::INTEGER[] AS bits,
               NULL::VARCHAR AS mark
        FROM scored JOIN people p ON p.n = l JOIN people q ON q.n = r
        JOIN {staged.rows} s ON {_id()} = q.record_id
        LEFT JOIN {table(staged.dataset)} m ON m.record_id = p.record_id
        LEFT JOIN {staged.rows} o ON p.fresh AND {_id('o')} = p.record_id
        WHERE q.fresh AND weight >= {least}
        QUALIFY row_number() OVER (PARTITION BY s.rowid ORDER BY weight DESC, p.record_id) <= {EACH}"""
    )
    cursor.execute(f"INSERT INTO {staged.probable} (mark) VALUES (?)", [mark])


def open_pairs(staged: Staged) -> str:
    """SELECT of the pairs with what was said of them: `place` 1 is the likeliest one that a row may be.

    Pairs that were told apart as records are left out.
    """
    name = literal(staged.dataset.name)
    return f"""
        WITH said AS (
            SELECT left_key, right_key, arg_max(verdict, decided_at) AS verdict FROM history.match_decisions
            WHERE dataset = {name} GROUP BY ALL HAVING verdict = 'different'
        ), apart AS (FROM said UNION ALL SELECT right_key, left_key, verdict FROM said),
        decided AS (
            SELECT row_key, other_key, arg_max(verdict, decided_at) AS verdict, arg_max(decision_id, decided_at) AS decision_id,
                   arg_max(upload_id, decided_at) AS said_of, arg_max(CASE WHEN door = 'rule' THEN 'rule' ELSE actor END, decided_at) AS actor
            FROM history.match_arrivals WHERE dataset = {name} AND ({told.counts(staged.upload_id)}) GROUP BY ALL
        )
        SELECT p.* EXCLUDE (mark), nullif(d.verdict, 'withdrawn') AS verdict, d.decision_id, d.said_of, d.actor,
               row_number() OVER (PARTITION BY p."row" ORDER BY d.verdict IS NOT DISTINCT FROM 'same' DESC,
                                  d.verdict IS NOT DISTINCT FROM 'different', weight DESC, record_id, other) AS place
        FROM {staged.probable} p LEFT JOIN decided d USING (row_key, other_key)
        WHERE p."row" IS NOT NULL AND ((row_key, other_key) NOT IN (SELECT (left_key, right_key) FROM apart)
          OR d.verdict IS NOT NULL)"""


def waiting(staged: Staged) -> str:
    """SELECT of the likeliest pair of every row of which nothing was said."""
    return f"SELECT * FROM ({open_pairs(staged)}) WHERE place = 1 AND (verdict IS NULL OR verdict = 'later')"


def _problems_of(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    dataset, title = staged.dataset, ident(staged.dataset.title_field)
    rows = cursor.execute(
        f"""SELECT s.rowid + 1, {staged.line}, s.{title}::VARCHAR, coalesce(m.{title}, o.{title})::VARCHAR,
               m.record_id::VARCHAR, o.rowid + 1, weight, count(*) OVER () FROM ({waiting(staged)}) w
        JOIN {staged.rows} s ON s.rowid = w."row" LEFT JOIN {table(dataset)} m ON m.record_id = w.record_id
        LEFT JOIN {staged.rows} o ON o.rowid = w.other ORDER BY weight DESC, s.rowid LIMIT {EXAMPLES}"""
    ).fetchall()
    if not rows:
        return []
    return [
        Problem(
            field=dataset.title_field,
            column=None,
            rule=RULE,
            severity="warning",
            count=int(rows[0][-1]),
            title="Possible duplicate: probably somebody who is there, or twice in the file",
            expected="a person who is not there yet",
            examples=tuple(
                Example(r, line, _said(name, other, m, o, w))
                for r, line, name, other, m, o, w, _ in rows
            ),
        )
    ]


def _said(name: str, other: str, record_id: str | None, row: int | None, weight: int) -> str:
    who = f"record {record_id}" if record_id else f"row {row}"
    return f"{name} (as {other}, {who}? {probability(weight / UNIT):.0%})"
