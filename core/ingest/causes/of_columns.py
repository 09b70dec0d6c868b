"""What the columns of a file say against one another, or against people."""

from __future__ import annotations

import duckdb

from core.ingest.causes.problem import EXAMPLES, Example, Problem, column_of, short, title
from core.ingest.columns import subject
from core.ingest.deciders import lifetimes
from core.ingest.rows import beside
from core.ingest.rows.staged import Staged, row_count
from core.storage.sql import ident


def find(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """What of the columns is worth a word."""
    found = [_left_aside, _lifetimes, _subject, _side_by_side]
    return [problem for each in found for problem in each(cursor, staged)]


def _left_aside(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Columns that may hold a field, were not taken for it, and say something else."""
    return [
        Problem(
            field=found.field,
            column=found.column,
            rule="beside",
            # Two long texts mostly differ, and both are meant.
            severity="info" if staged.dataset.field(found.field).multiline else "warning",
            count=found.count,
            title=title(staged.dataset, found.field, "beside"),
            expected=_taken(staged, found.field),
            examples=tuple(
                Example(row, line, short(f"{text} (taken: {value or 'nothing'})"))
                for row, line, text, value in found.rows
            ),
        )
        for found in beside.find(cursor, staged, EXAMPLES)
    ]


def _taken(staged: Staged, field: str) -> str:
    column = column_of(staged, field)
    told = (
        f"the same as in “{column}”"
        if column
        else "a column that is near enough, and there is none"
    )
    return f"{told}; choose the column that counts"


def _lifetimes(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows with a death before the birth."""
    return [
        Problem(
            field=found.field,
            column=column_of(staged, found.field),
            rule="lifetime",
            severity="warning",
            count=found.count,
            title=title(staged.dataset, found.field, "lifetime"),
            expected=f"a date not after the one in “{found.column}”",
            examples=tuple(
                Example(row, line, short(f"{born} ({found.column}: {died})"))
                for row, line, born, died in found.rows
            ),
        )
        for found in lifetimes.find(cursor, staged, EXAMPLES)
    ]


def _subject(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Rows that may be films or companies."""
    found = subject.doubt(staged.dataset, staged.plan)
    count = row_count(cursor, staged.rows) if found else 0
    if not found or not count:
        return []
    name = staged.dataset.title_field
    rows = cursor.execute(
        f"SELECT s.rowid + 1, {staged.line}, s.{ident(name)} FROM {staged.rows} s ORDER BY s.rowid LIMIT {EXAMPLES}"
    ).fetchall()
    return [
        Problem(
            field=name,
            column=column_of(staged, name),
            rule="subject",
            severity=found.severity,
            count=count,
            title=title(staged.dataset, name, "subject"),
            expected=f"people; {found.why}",
            examples=tuple(Example(r, line, short(t)) for r, line, t in rows),
        )
    ]


def _side_by_side(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Columns behind an empty one without a name: two tables side by side are read as rows of one."""
    gap = _gap(cursor, staged)
    if gap is None:
        return []
    left, right = staged.plan.mapping[:gap], staged.plan.mapping[gap + 1 :]
    return [
        Problem(
            field=None,
            column=right[0].column,
            rule="side_by_side",
            severity="warning",
            count=row_count(cursor, staged.rows),
            title=title(staged.dataset, None, "side_by_side"),
            expected=f"columns of the same rows as “{left[0].column}”; drop those that are of another table",
            examples=(Example(1, None, ", ".join(f"“{c.column}”" for c in right[:4])),),
        )
    ]


def _gap(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> int | None:
    """The place of an empty column without a name that has at least two named ones on both sides."""
    names, columns = staged.table.columns, staged.plan.mapping
    for i in range(2, len(names) - 2):
        text = beside.text_of(columns[i]) if not names[i].strip() else None
        if text and all(name.strip() for name in (*names[i - 2 : i], *names[i + 1 : i + 3])):
            sql = f"SELECT count({text}) FROM {staged.rows} s"
            if (cursor.execute(sql).fetchone() or (1,))[0] == 0:
                return i
    return None
