"""The rows that were not imported: kept as they stood, with what is wrong, until they are fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from core.cleaning import filled
from core.files.table import Table
from core.ingest.rows.duplicates import CONFLICTS, REPEATS
from core.ingest.rows.staged import Staged
from core.storage.sql import literal

WITHDRAWN = "withdrawn "  # before the status, while the upload is taken back


@dataclass(frozen=True)
class QuarantinedRow:
    """A row with its place, its untouched cells (by column of the file) and the rules it breaks."""

    row: int
    line: int | None
    cells: dict[str, str]
    rules: tuple[str, ...]
    status: str


def rules_sql(staged: Staged) -> str:
    """SQL for the list of "field:rule" that a staged row (alias s) breaks."""
    errors = [c for c in staged.compiled.checks if c.severity == "error"]
    parts = ", ".join(
        f"CASE WHEN (s._p{c.word} & {c.bit}) <> 0 THEN {literal((c.field or '') + ':' + c.rule)} END"
        for c in errors
    )
    return f"list_filter([{parts}]::VARCHAR[], lambda r: r IS NOT NULL)"


def keep(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Store the rejected and conflicting rows of a staged upload, part of its transaction."""
    connection.execute(
        "INSERT INTO ops.quarantine SELECT ?::UUID, s.rowid + 1,"
        f" {staged.line}, s._cells, {rules_sql(staged)}, 'waiting'"
        f" FROM {staged.rows} s WHERE s._error",
        [staged.upload_id],
    )
    # Rows that are here for another row's sake were clean, so their text was mostly not kept. `read_cells` reads
    # it from the raw file when somebody asks; doing it here would read the whole file once more.
    connection.execute(
        f"INSERT INTO ops.quarantine SELECT ?::UUID, s.rowid + 1, {staged.line}, s._cells,"
        f" [d.field || ':' || d.rule], 'waiting' FROM {staged.duplicates} d"
        f" JOIN {staged.rows} s ON s.rowid = d.\"row\" WHERE d.rule NOT IN ({', '.join(map(literal, REPEATS))})",
        [staged.upload_id],
    )


def unread(connection: duckdb.DuckDBPyConnection, upload_id: str) -> bool:
    """Whether rows are there whose text still has to be read."""
    row = connection.execute(
        "SELECT count(*) FROM ops.quarantine WHERE upload_id = ? AND cells IS NULL", [upload_id]
    ).fetchone()
    return bool(row and row[0])


def read_cells(
    connection: duckdb.DuckDBPyConnection, upload_id: str, table: Table, columns: list[int]
) -> None:
    """Fill in the text of rows that have none yet, from the file as it was read for the import.

    `columns` are those that were filled from above.
    """
    sql = filled.source(table.sql, columns)
    cells = "[" + ", ".join(f"c{i}" for i in range(len(table.columns))) + "]"
    connection.execute(
        f"UPDATE ops.quarantine AS q SET cells = r.cells FROM (SELECT n, {cells} AS cells FROM"
        f" (SELECT row_number() OVER () AS n, * FROM ({sql})) WHERE n IN"
        " (SELECT row_no FROM ops.quarantine WHERE upload_id = ?1 AND cells IS NULL)) r"
        " WHERE q.upload_id = ?1 AND q.row_no = r.n AND q.cells IS NULL",
        [upload_id],
    )


def load(
    connection: duckdb.DuckDBPyConnection,
    upload_id: str,
    columns: list[str],
    *,
    status: str | None = "waiting",
    limit: int = 100,
    offset: int = 0,
) -> list[QuarantinedRow]:
    """Rows in quarantine in the order of the file; `columns` are the headers of the file."""
    rows = connection.execute(
        "SELECT row_no, line, cells, rules, status FROM ops.quarantine"
        " WHERE upload_id = ? AND (? IS NULL OR status = ?) AND NOT starts_with(status, ?)"
        " ORDER BY row_no LIMIT ? OFFSET ?",
        [upload_id, status, status, WITHDRAWN, limit, offset],
    ).fetchall()
    return [
        QuarantinedRow(n, line, _named(columns, cells), tuple(rules), state)
        for n, line, cells, rules, state in rows
    ]


def _named(columns: list[str], cells: list[Any] | None) -> dict[str, str]:
    return {name: cell or "" for name, cell in zip(columns, cells or [None] * len(columns))}


def ambiguous(connection: duckdb.DuckDBPyConnection, upload_id: str) -> list[int]:
    """The rows that could mean several rows or records, also those that were brought back since."""
    rows = connection.execute(
        "SELECT row_no FROM ops.quarantine WHERE upload_id = ?"
        " AND list_has_any(list_transform(rules, lambda r: split_part(r, ':', -1)), ['ambiguous'])",
        [upload_id],
    ).fetchall()
    return [int(row[0]) for row in rows]


def waiting(connection: duckdb.DuckDBPyConnection, upload_id: str) -> int:
    """How many rows wait."""
    row = connection.execute(
        "SELECT count(*) FROM ops.quarantine WHERE upload_id = ? AND status = 'waiting'",
        [upload_id],
    ).fetchone()
    return int(row[0]) if row else 0


def left(connection: duckdb.DuckDBPyConnection, upload_id: str) -> dict[str, int]:
    """How many of the rows that are not imported are rejected, and how many conflicting; discarded ones included."""
    row = connection.execute(
        "SELECT count(*) FILTER (NOT conflicts), count(*) FILTER (conflicts) FROM (SELECT"
        " len(rules) > 0 AND list_bool_and(list_transform(rules, lambda r: list_contains(?::VARCHAR[],"
        " split_part(r, ':', -1)))) AS conflicts FROM ops.quarantine"
        " WHERE upload_id = ? AND status IN ('waiting', 'discarded'))",
        [list(CONFLICTS), upload_id],
    ).fetchone() or (0, 0)
    return {"rejected": int(row[0]), "conflicting": int(row[1])}


def discard(
    connection: duckdb.DuckDBPyConnection,
    upload_id: str,
    rows: list[int] | None,
    *,
    back: bool = False,
) -> int:
    """Rows that wait are discarded, all of them without `rows`; or, with `back`, wait again. Gives how many."""
    was, becomes = ("discarded", "waiting") if back else ("waiting", "discarded")
    found = connection.execute(
        "UPDATE ops.quarantine SET status = ? WHERE upload_id = ? AND status = ?"
        " AND (?::BIGINT[] IS NULL OR list_contains(?::BIGINT[], row_no))",
        [becomes, upload_id, was, rows, rows],
    ).fetchone()
    return int(found[0]) if found else 0


def settle(connection: duckdb.DuckDBPyConnection, upload_id: str, rows: list[int]) -> None:
    """Mark rows as imported."""
    connection.execute(
        "UPDATE ops.quarantine SET status = 'imported' WHERE upload_id = ?"
        " AND list_contains(?::BIGINT[], row_no)",
        [upload_id, rows],
    )


def release(connection: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    """After a rollback nothing waits any more and nothing is imported; `reinstate` brings it back."""
    connection.execute(
        "UPDATE ops.quarantine SET status = ? || status WHERE upload_id = ?"
        " AND NOT starts_with(status, ?)",
        [WITHDRAWN, upload_id, WITHDRAWN],
    )


def reinstate(connection: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    """The rollback was taken back: rows wait or are imported as before, with what was typed into them."""
    connection.execute(
        "UPDATE ops.quarantine SET status = replace(status, ?, '') WHERE upload_id = ?",
        [WITHDRAWN, upload_id],
    )


def all_waiting(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Upload id to rows that wait, for all uploads that have some."""
    rows = connection.execute(
        "SELECT upload_id::VARCHAR, count(*) FROM ops.quarantine WHERE status = 'waiting'"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {str(upload_id): int(count) for upload_id, count in rows}
