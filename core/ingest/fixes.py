"""Cells of an open upload that somebody typed anew. They are kept act by act, so that each act can be undone.

The file itself stays as it is. The number of the newest act in force is part of the upload's plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from core.actor import Actor
from core.history.events import now
from core.storage.store import Connection


@dataclass(frozen=True)
class Fix:
    """One cell: row of the file (from 1), column (from 0) and its name, what stood there, what is said now."""

    row: int
    column: int
    name: str
    found: str | None
    text: str | None


@dataclass(frozen=True)
class Standing:
    """The acts of an upload: the newest in force (0 for none), and what can be undone and redone."""

    act: int
    cells: int
    undo: bool
    redo: bool


def live(cursor: duckdb.DuckDBPyConnection, upload_id: str) -> list[Fix]:
    """What is in force, one for each cell: the newest."""
    rows = cursor.execute(
        "SELECT row_no, column_no, arg_max(column_name, act), arg_min(found, act), arg_max({'t': text}, act).t"
        " FROM ops.fixes WHERE upload_id = ? AND state = 'live' GROUP BY row_no, column_no ORDER BY ALL",
        [upload_id],
    ).fetchall()
    return [Fix(*row) for row in rows]


def rows(cursor: duckdb.DuckDBPyConnection, upload_id: str) -> set[int]:
    """The rows in which something was ever fixed."""
    found = cursor.execute(
        "SELECT DISTINCT row_no FROM ops.fixes WHERE upload_id = ?", [upload_id]
    ).fetchall()
    return {int(row[0]) for row in found}


def originals(
    cursor: duckdb.DuckDBPyConnection, upload_id: str, wanted: Sequence[int]
) -> dict[tuple[int, int], str | None]:
    """(row, column) to what the file says, for the cells of these rows that were ever fixed."""
    found = cursor.execute(
        "SELECT row_no, column_no, arg_min({'t': found}, act).t FROM ops.fixes"
        " WHERE upload_id = ? AND list_contains(?::BIGINT[], row_no) GROUP BY row_no, column_no",
        [upload_id, list(wanted)],
    ).fetchall()
    return {(row, column): text for row, column, text in found}


def add(connection: Connection, upload_id: str, cells: Iterable[Fix], actor: Actor) -> int:
    """One act of fixing; returns its number. What was undone before it cannot be redone any more."""
    connection.execute(
        "UPDATE ops.fixes SET state = 'dropped' WHERE upload_id = ? AND state = 'undone'",
        [upload_id],
    )
    row = connection.execute(
        "SELECT coalesce(max(act), 0) + 1 FROM ops.fixes WHERE upload_id = ?", [upload_id]
    ).fetchone()
    act = int(row[0]) if row else 1
    given = list(cells)
    table = pa.table(
        {
            "row_no": pa.array([c.row for c in given], pa.int64()),
            "column_no": pa.array([c.column for c in given], pa.int32()),
            "column_name": pa.array([c.name for c in given], pa.string()),
            "found": pa.array([c.found for c in given], pa.string()),
            "text": pa.array([c.text for c in given], pa.string()),
        }
    )
    connection.register("fixed_cells", table)
    try:
        connection.execute(
            "INSERT INTO ops.fixes SELECT ?::UUID, ?, row_no, column_no, column_name, found, text, 'live',"
            " ?, ?, ?::TIMESTAMP FROM fixed_cells",
            [upload_id, act, actor.who, actor.door, now()],
        )
    finally:
        connection.unregister("fixed_cells")
    return act


def turn(connection: Connection, upload_id: str, *, back: bool) -> tuple[list[int], set[int]]:
    """Undo the newest act in force, or redo the oldest that was undone.

    Returns its rows and columns, none if there is no act.
    """
    pick, old, new = ("max", "live", "undone") if back else ("min", "undone", "live")
    row = connection.execute(
        f"SELECT {pick}(act) FROM ops.fixes WHERE upload_id = ? AND state = ?", [upload_id, old]
    ).fetchone()
    if row is None or row[0] is None:
        return [], set()
    found = connection.execute(
        "UPDATE ops.fixes SET state = ? WHERE upload_id = ? AND act = ? RETURNING row_no, column_no",
        [new, upload_id, row[0]],
    ).fetchall()
    return sorted({int(r[0]) for r in found}), {int(r[1]) for r in found}


def standing(cursor: duckdb.DuckDBPyConnection, upload_id: str) -> Standing:
    """How far the acts of an upload are."""
    row = cursor.execute(
        "SELECT coalesce(max(act) FILTER (state = 'live'), 0),"
        " count(DISTINCT (row_no, column_no)) FILTER (state = 'live'),"
        " count(*) FILTER (state = 'live') > 0, count(*) FILTER (state = 'undone') > 0"
        " FROM ops.fixes WHERE upload_id = ?",
        [upload_id],
    ).fetchone() or (0, 0, False, False)
    return Standing(int(row[0]), int(row[1]), bool(row[2]), bool(row[3]))


def put(
    cells: Mapping[int, list[str | None]], names: Sequence[str], given: Iterable[Fix]
) -> dict[int, list[str | None]]:
    """The rows with what is in force in its place. A fix is left aside where something else stands than it met."""
    made = {row: list(texts) for row, texts in cells.items()}
    for fix in given:
        texts = made.get(fix.row)
        if texts is None or fix.column >= len(texts) or names[fix.column] != fix.name:
            continue
        if (cells[fix.row][fix.column] or "") == (fix.found or ""):
            texts[fix.column] = fix.text
    return made
