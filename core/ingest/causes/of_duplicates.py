"""Rows that are left out for another row's or record's sake."""

from __future__ import annotations

import duckdb

from core.ingest.causes.problem import (
    EXAMPLES,
    LABELS,
    Example,
    Problem,
    column_of,
    short,
    stored,
    title,
)
from core.ingest.rows import together
from core.ingest.rows.staged import Staged
from core.storage.sql import ident, literal

# What is left out after the checks: rule -> what is expected
LEFT_OUT = {
    "unique": "a row of its own",
    "exists": "a record that is not there yet",
    "ambiguous": "a birth date or another value that tells them apart",
    "ambiguous_record": "a birth date or another value that tells the records apart",
    "shared_record": "a birth date in the record that is there, so that one row is its own",
    "two_records": "an id and a name of the same record",
    "gone": "the id of a record that is there, or none",
    "refused": "a row that somebody wants",
    "repeats": "each record once",
    "completes": "each record once",
    "contradicts": "one value for each field of a record",
}
MILD = {"refused": "info", "repeats": "info", "completes": "info", "contradicts": "warning"}


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """A problem for each rule by which rows were left out."""
    rows = cursor.execute(
        f"SELECT rule, field, count(*) FROM {staged.duplicates} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    problems = []
    for rule, name, count in rows:
        text = f"s.{ident(stored(name))}::VARCHAR"
        differ = _differences(staged) if rule == "contradicts" else "NULL"
        examples = cursor.execute(
            f"SELECT s.rowid + 1, {staged.line}, {text}, d.other + 1, {differ} FROM"
            f' (FROM {staged.duplicates} WHERE rule = ? AND field = ? ORDER BY "row" LIMIT {EXAMPLES}) d'
            f' JOIN {staged.rows} s ON s.rowid = d."row" LEFT JOIN {staged.rows} m ON m.rowid = d.other'
            " ORDER BY 1",
            [rule, name],
        ).fetchall()
        problems.append(
            Problem(
                field=name,
                column=column_of(staged, name),
                rule=rule,
                severity=MILD.get(rule, "error"),
                count=count,
                title=title(staged.dataset, name, rule),
                expected=LEFT_OUT[rule],
                examples=tuple(
                    Example(r, line, short(_beside(t, other, told), 500))
                    for r, line, t, other, told in examples
                ),
            )
        )
    return problems


def _differences(staged: Staged) -> str:
    """SQL for what a row `s` says otherwise than the row `m` that counts, in words."""
    parts = []
    for d in together.differences(staged):
        label = LABELS.get(d.name) or staged.dataset.field(d.name).label
        s, m = (f"coalesce({alias}.{ident(d.name)}::VARCHAR, '')" for alias in "sm")
        said = f"{literal(label + ': “')} || {s} || '”, there “' || {m} || '”'"
        parts.append(f"CASE WHEN {d.changed} THEN {said} END")
    return f"concat_ws('; ', {', '.join(parts)})"


def _beside(text: str | None, other: int | None, differ: str | None) -> str | None:
    """What stands in a row, and what it has to do with the other one."""
    if differ:
        return f"{text} ({differ}; row {other} counts)"
    return f"{text} (as in row {other})" if other else text
