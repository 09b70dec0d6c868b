"""What is wrong with an upload, grouped by cause: field, rule, how many rows, examples, repairs.

A million rows with one cause are one Problem; the rows themselves are asked for page by page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

import duckdb

from core.cleaning.plan import OWN
from core.datasets.model import Dataset
from core.ingest.causes import of_checks, of_columns, of_duplicates, of_groups, of_records
from core.ingest.causes.problem import Example, Problem, WrongValue, title
from core.ingest.rows.staged import Staged

__all__ = [
    "Example",
    "Problem",
    "WrongValue",
    "load",
    "store",
    "summarise",
    "title",
    "without_records",
]
# Causes that lie between rows and records: their examples name a record or a value of one.
OF_RECORDS = frozenset({"kept", "possible_duplicate", "other_accents", "probable_duplicate"})


def summarise(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[Problem]:
    """Every cause in the staged upload: errors first, then by number of rows."""
    problems = [
        problem
        for causes in (of_checks, of_duplicates, of_records, of_columns, of_groups)
        for problem in causes.find(cursor, staged)
    ]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(problems, key=lambda p: (order[p.severity], -p.count))


def store(connection: duckdb.DuckDBPyConnection, upload_id: str, problems: list[Problem]) -> None:
    """Keep the causes with the upload, replacing those of an earlier preview."""
    connection.execute("DELETE FROM ops.problems WHERE upload_id = ?", [upload_id])
    for position, p in enumerate(problems):
        examples = json.dumps([asdict(e) for e in p.examples], ensure_ascii=False)
        found = json.dumps([asdict(f) for f in p.found], ensure_ascii=False)
        connection.execute(
            "INSERT INTO ops.problems VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(upload_id, position, p.field, p.column, p.rule),
                *(p.severity, p.count, p.expected, examples, found),
            ],
        )


def load(connection: duckdb.DuckDBPyConnection, upload_id: str, dataset: Dataset) -> list[Problem]:
    """The causes kept with an upload."""
    rows = connection.execute(
        "SELECT field, column_name, rule, severity, row_count, expected, examples, found"
        " FROM ops.problems WHERE upload_id = ? ORDER BY position",
        [upload_id],
    ).fetchall()
    return [
        Problem(
            *(name, column, rule, severity, count),
            title(dataset, name if name in (*dataset.field_names, *OWN) else None, rule),
            expected,
            tuple(Example(**e) for e in json.loads(examples)),
            tuple(WrongValue(**f) for f in json.loads(found)),
        )
        for name, column, rule, severity, count, expected, examples, found in rows
    ]


def without_records(problems: Iterable[Problem]) -> list[Problem]:
    """The same for whoever may not see records: what lies between rows and records is counted, and not shown."""
    return [replace(p, examples=(), found=()) if p.rule in OF_RECORDS else p for p in problems]
