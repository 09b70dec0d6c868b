"""What the records that are there have to do with the rows: other ids, fuller values, other names."""

from __future__ import annotations

import duckdb

from core.cleaning.plan import RECORD_ID
from core.ingest.causes.problem import EXAMPLES, Example, Problem, column_of, short, title
from core.ingest.rows import accents, by_id, compare, possible
from core.ingest.rows.merge import Merge, of
from core.ingest.rows.staged import Staged
from core.storage.sql import ident


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """What of the records is worth a word."""
    found = [_strange, _kept, _possible, _accents]
    return [problem for each in found for problem in each(cursor, staged)]


def _strange(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Ids that no record has: such rows were matched by their key."""
    if not staged.compiled.ids:
        return []
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s._record::VARCHAR, count(*) OVER () FROM {staged.rows} s"
        f" WHERE {by_id.unknown(staged)} ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    if not rows:
        return []
    return [
        Problem(
            field=RECORD_ID,
            column=RECORD_ID,
            rule="unknown_id",
            severity="warning",
            count=rows[0][3],
            title=title(staged.dataset, RECORD_ID, "unknown_id"),
            expected="the id of a record, or nothing",
            examples=tuple(Example(r, line, text) for r, line, text, _ in rows),
        )
    ]


def _kept(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Values of the file that are left out, since they only lose what the record has."""
    fields = [m for m in of(staged) if m.kept != "false"]
    sums = [f"count(*) FILTER ({m.stays})" for m in fields]
    if not sums:
        return []
    counts = cursor.execute(f"SELECT {', '.join(sums)} FROM {staged.matches} x").fetchone() or ()
    return [_kept_field(cursor, staged, m, n) for m, n in zip(fields, counts) if n]


def _kept_field(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, merge: Merge, count: int
) -> Problem:
    s, m = (f"{alias}.{ident(merge.name)}::VARCHAR" for alias in "sm")
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, {s}, {m} FROM {staged.matches} x"
        f' JOIN {staged.rows} s ON s.rowid = x."row"'
        f" JOIN {compare.records(cursor, staged)} m ON m.record_id = x.record_id"
        f" WHERE {merge.stays} ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    return Problem(
        field=merge.name,
        column=column_of(staged, merge.name),
        rule="kept",
        severity="info",
        count=count,
        title=title(staged.dataset, merge.name, "kept"),
        expected='more than the record has; `on_update = "always"` takes it all the same',
        examples=tuple(Example(r, line, short(f"{t} (there: {has})")) for r, line, t, has in rows),
    )


def _possible(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """New rows that may be somebody who is there, under another name."""
    count, pairs = possible.find(cursor, staged, EXAMPLES)
    if not count:
        return []
    name = staged.dataset.title_field
    found = []
    for pair in pairs:
        who = f"record {pair.record_id}" if pair.record_id else f"row {pair.other_row}"
        found.append(Example(pair.row, pair.line, short(f"{pair.name} (as {pair.other}, {who}?)")))
    return [
        Problem(
            field=name,
            column=column_of(staged, name),
            rule="possible_duplicate",
            severity="warning",
            count=count,
            title=title(staged.dataset, name, "possible_duplicate"),
            expected="somebody whom no other name here means",
            examples=tuple(found),
        )
    ]


def _accents(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows that may be somebody else than the one whom they were taken for."""
    count, pairs = accents.find(cursor, staged, EXAMPLES)
    if not count:
        return []
    name, both = staged.dataset.title_field, staged.dataset.key.when_both
    wanted = f" or a {staged.dataset.field(both).label.lower()}" if both else ""
    return [
        Problem(
            field=name,
            column=column_of(staged, name),
            rule="other_accents",
            severity="warning",
            count=count,
            title=title(staged.dataset, name, "other_accents"),
            expected=f"the same accents{wanted}",
            examples=tuple(
                Example(p.row, p.line, short(f"{p.name} (there: {p.other})")) for p in pairs
            ),
        )
    ]
