"""Rows of a file that are probably somebody who is there, or twice in the file, beyond the exact key: told in the preview.

Only where the records were compared before (the model of the last run is used as it is), and within bounds, so that a
preview stays quick. Who was told apart is not told again, also when the row comes with another file.
"""

from __future__ import annotations

import duckdb

from core.datasets.tables import table
from core.ingest.problems import Example, Problem
from core.ingest.rows.compare import new_rows
from core.ingest.rows.staged import Staged
from core.matching import decisions, people, running
from core.matching.model import UNIT, probability
from core.storage.sql import ident, literal

MOST_ROWS = 10_000  # new rows of a file
MOST_RECORDS = 300_000  # records that they are compared with
EXAMPLES = 5


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """One problem with the first rows as examples; none when nothing is found or nothing was compared yet."""
    dataset = staged.dataset
    model = running.last_model(cursor, dataset.name)
    known = set(dataset.field_names)
    if (
        model is None
        or not {c.field for c in model.comparisons} <= known
        or not _few(cursor, staged)
    ):
        return []
    try:
        running.compute(cursor, dataset, _source(staged), model)
        return _told(cursor, staged)
    finally:
        running.forget(cursor)


def _few(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    row = cursor.execute(
        f"SELECT (SELECT count(*) FROM {staged.rows} s WHERE {new_rows(staged)}),"
        f" (SELECT count(*) FROM {table(staged.dataset)})"
    ).fetchone() or (0, 0)
    return 0 < int(row[0]) <= MOST_ROWS and int(row[1]) <= MOST_RECORDS


def _id(alias: str = "s") -> str:
    """SQL: an id for a row of the file, behind those of all records."""
    return f"('ffffffff-ffff-7fff-8fff-' || lpad(to_hex({alias}.rowid), 12, '0'))::UUID"


def _source(staged: Staged) -> str:
    fields = "".join(
        f", s.{ident(f.name)}" for f in staged.dataset.fields if f.name in staged.compiled.fields
    )
    return (
        f"{people.records(staged.dataset, 'false')} UNION ALL BY NAME"
        f" SELECT {_id()} AS record_id, true AS fresh{fields} FROM {staged.rows} s WHERE {new_rows(staged)}"
    )


def _told(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    dataset, link = staged.dataset, round(running.weight_of(running.LINK) * UNIT)
    title, both = ident(dataset.title_field), dataset.key.when_both
    when = both if both in staged.compiled.fields else None
    value = f"coalesce(s.{ident(when)}::VARCHAR, '')" if when else "''"
    key = f"s._key || chr(31) || {value}"
    rows = cursor.execute(f"""WITH said AS (
            SELECT left_key, right_key, arg_max(verdict, decided_at) AS verdict FROM history.match_decisions
            WHERE dataset = {literal(dataset.name)} GROUP BY ALL HAVING verdict = 'different'
        ), apart AS (FROM said UNION ALL SELECT right_key, left_key, verdict FROM said),
        best AS (
            SELECT q.record_id AS row_id, p.record_id AS other_id, p.fresh AS in_file, weight FROM scored
            JOIN people p ON p.n = l JOIN people q ON q.n = r WHERE q.fresh AND weight >= {link}
        )
        SELECT s.rowid + 1 AS row_no, {staged.line} AS line, s.{title}::VARCHAR, coalesce(m.{title}, o.{title})::VARCHAR,
               m.record_id::VARCHAR, o.rowid + 1, weight, count(*) OVER () FROM best
        JOIN {staged.rows} s ON {_id()} = row_id
        LEFT JOIN {table(dataset)} m ON m.record_id = other_id
        LEFT JOIN {staged.rows} o ON in_file AND {_id('o')} = other_id
        WHERE ({key}, {decisions.identity(dataset, 'm')}) NOT IN (SELECT (left_key, right_key) FROM apart)
           OR m.record_id IS NULL
        QUALIFY row_number() OVER (PARTITION BY s.rowid ORDER BY weight DESC, other_id) = 1
        ORDER BY weight DESC, row_no LIMIT {EXAMPLES}""").fetchall()
    if not rows:
        return []
    count = _count(cursor, link)
    return [
        Problem(
            field=dataset.title_field,
            column=None,
            rule="possible_duplicate",
            severity="warning",
            count=max(count, len(rows)),
            title="Possible duplicate: probably somebody who is there, or twice in the file",
            expected="a person who is not there yet",
            examples=tuple(
                Example(r, line, _said(name, other, m, o, w))
                for r, line, name, other, m, o, w, _ in rows
            ),
        )
    ]


def _count(cursor: duckdb.DuckDBPyConnection, link: int) -> int:
    row = cursor.execute(
        f"SELECT count(DISTINCT r) FROM scored JOIN people q ON q.n = r WHERE q.fresh AND weight >= {link}"
    ).fetchone()
    return int(row[0]) if row else 0


def _said(name: str, other: str, record_id: str | None, row: int | None, weight: int) -> str:
    who = f"record {record_id}" if record_id else f"row {row}"
    return f"{name} (as {other}, {who}? {probability(weight / UNIT):.0%})"
