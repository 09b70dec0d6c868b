"""The whole check: tables, history, ledger, quarantine, jobs, events, definitions and files.

It only reads. What is fast is one snapshot; `deep` then reads every raw file again and compares every
value that came from it. It runs beside a working app.
"""

from __future__ import annotations

import time

import duckdb

from core.history.events import now
from core.history import walk
from core.ingest.corridor import Corridor
from core.integrity import definitions, files, ledger, records, replayed, standing
from core.integrity.findings import Finding, Report
from core.jobs.progress import Progress

_COUNTS = {
    "changes": "SELECT count(*) FROM history.changes",
    "uploads": "SELECT count(*) FROM ops.uploads",
    "events": "SELECT count(*) FROM ops.events",
    "rows in quarantine": "SELECT count(*) FROM ops.quarantine",
}


def check(
    corridor: Corridor,
    *,
    deep: bool = False,
    raw_files: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Look at everything. `deep`: also hold every value against the row it came from.

    Without `raw_files` they are not hashed: for a copy of the database, whose files are others.
    """
    progress, began, at = progress or Progress(), time.monotonic(), now()
    with corridor.database.reader() as cursor, progress.watch(cursor):
        try:
            findings, looked = _look(corridor, cursor, deep, progress)
            if raw_files:
                progress.stage("hashing the raw files")
                lost, looked["raw files"] = files.check(cursor, corridor.settings, progress)
                findings += lost
        finally:
            walk.forget(cursor)
    order = {"error": 0, "warning": 1, "note": 2}
    findings.sort(key=lambda f: order[f.kind.severity])
    return Report(at, deep, time.monotonic() - began, looked, tuple(findings))


def _look(
    corridor: Corridor, cursor: duckdb.DuckDBPyConnection, deep: bool, progress: Progress
) -> tuple[list[Finding], dict[str, int]]:
    progress.stage("checking the tables")
    findings, looked = _snapshot(corridor, cursor)
    for dataset in definitions.usable(cursor, corridor.registry):
        progress.check()
        # Each walk is one snapshot; what changes between walk and comparison is not compared.
        cursor.execute("BEGIN")
        try:
            findings += replayed.check(cursor, dataset, deep=deep)
        finally:
            cursor.execute("COMMIT")
        if deep:
            progress.stage("reading the files again")
            findings += replayed.deep(corridor, cursor, dataset, progress)
    return findings, looked


def _snapshot(
    corridor: Corridor, cursor: duckdb.DuckDBPyConnection
) -> tuple[list[Finding], dict[str, int]]:
    cursor.execute("BEGIN")
    try:
        looked = {name: _count(cursor, sql) for name, sql in _COUNTS.items()}
        findings = definitions.check(cursor, corridor.registry)
        looked["records"] = 0
        for dataset in definitions.usable(cursor, corridor.registry):
            findings += records.check(cursor, dataset)
            findings += standing.records(cursor, dataset)
            looked["records"] += _count(cursor, f'SELECT count(*) FROM main."{dataset.name}"')
        findings += ledger.check(cursor)
        findings += standing.statuses(cursor)
        return findings, looked
    finally:
        cursor.execute("COMMIT")
        cursor.execute("DROP TABLE IF EXISTS temp.lines")


def _count(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    return int(row[0]) if row else 0
