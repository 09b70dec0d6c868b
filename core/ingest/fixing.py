"""Rows of a staged upload once more, with the cells that were typed anew: read, cleaned, typed and checked alone.

They stand in `staged.fixed` beside the staged rows, until the upload is staged anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import date

import duckdb
import pyarrow as pa

from core.cleaning import filled, recipe, vocabularies
from core.cleaning.compiler import compile_plan
from core.ingest import fixes, partly
from core.ingest.fixes import Fix
from core.ingest.rows.staged import Staged, has, row_count
from core.storage.planning import FEW, as_written
from core.storage.sql import ident

Cells = dict[int, list[str | None]]  # row of the file (from 1) to its texts


def columns(staged: Staged) -> list[str]:
    """The columns of the staged rows."""
    words = sorted({c.word for c in staged.compiled.checks} | {0})
    start = ["_id", "_line", "_error", *(f"_p{w}" for w in words), "_cells", "_key", "_record"]
    return [*start, "_extra", *staged.compiled.fields]


def as_read(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    rows: Sequence[int],
    known: Mapping[tuple[int, int], str | None],
) -> Cells:
    """The texts of these rows as they stand in the file, filled from above where that is a step; `known` is what stood in cells that were fixed."""
    found: Cells = dict(
        cursor.execute(
            f"SELECT rowid + 1, _cells FROM {staged.rows} WHERE _cells IS NOT NULL"
            " AND rowid IN (SELECT unnest(?::BIGINT[]) - 1)",
            [list(rows)],
        ).fetchall()
    )
    missing = [row for row in rows if row not in found]
    if missing:
        width = ", ".join(f"c{i}" for i in range(len(staged.table.columns)))
        source = filled.source(staged.table.sql, filled.columns(staged.plan, staged.steps))
        found |= dict(
            cursor.execute(
                f"SELECT n, [{width}] FROM (SELECT row_number() OVER () AS n, * FROM"
                f" (SELECT * FROM ({source}) LIMIT {max(missing)}))"
                " WHERE n IN (SELECT unnest(?::BIGINT[]))",
                [missing],
            ).fetchall()
        )
    for (row, column), text in known.items():
        if row in found and column < len(found[row]):
            found[row][column] = text
    return found


def recheck(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    cells: Cells,
    changed: Collection[int] | None = None,
) -> None:
    """Clean and check these rows, and put them into `staged.fixed` in place of what was there of them.

    `changed` are the only columns (from 0) in which they may differ from what stands there; None: any.
    """
    if not has(cursor, staged.fixed):
        cursor.execute(
            f'CREATE TABLE {staged.fixed} AS SELECT 0::BIGINT AS "row", * FROM {staged.rows} LIMIT 0'
        )
    if not cells:
        return
    _type(cursor, staged, cells)
    wanted = partly.fields(staged, changed) if changed is not None else None
    made = partly.check(cursor, staged, wanted, now(cursor, staged)) if wanted is not None else None
    if made is None:
        _whole(cursor, staged)
    cursor.execute(f'DELETE FROM {staged.fixed} WHERE "row" IN (SELECT row_no - 1 FROM typed)')
    names = ", ".join(f"c.{ident(n)}" for n in columns(staged) if n != "_cells")
    texts = ", ".join(f"t.c{i}" for i in range(len(staged.table.columns)))
    cursor.execute(
        f'INSERT INTO {staged.fixed} BY NAME SELECT c."row", {names}, [{texts}] AS _cells'
        ' FROM checked c JOIN typed t ON t.row_no = c."row" + 1'
    )
    cursor.execute("DROP TABLE checked")
    cursor.execute("DROP TABLE typed")


def _type(cursor: duckdb.DuckDBPyConnection, staged: Staged, cells: Cells) -> None:
    """CREATE `typed`: row_no, c0, c1, ... and the line."""
    numbers = sorted(cells)
    arrays: dict[str, pa.Array] = {"row_no": pa.array(numbers, pa.int64())}
    for i in range(len(staged.table.columns)):
        arrays[f"c{i}"] = pa.array([cells[n][i] for n in numbers], pa.string())
    cursor.register("typed_rows", pa.table(arrays))
    try:
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE typed AS SELECT t.*, s._line FROM typed_rows t"
            f" JOIN {staged.rows} s ON s.rowid = t.row_no - 1 ORDER BY t.row_no"
        )
    finally:
        cursor.unregister("typed_rows")


def _whole(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """CREATE `checked` from `typed`: every field cleaned and checked."""
    width = len(staged.table.columns)
    vocabularies.prepare(cursor, staged.compiled.vocabularies)
    # Their cells were filled when they were read; the rows above them are others here.
    steps = tuple(s for s in recipe.active(staged.steps) if s.op != "fill_down")
    compiled = compile_plan(
        *(staged.dataset, staged.plan, steps),
        f"SELECT _line, {', '.join(f'c{i}' for i in range(width))} FROM typed",
        *(width, date.today().isoformat()),
    )
    with as_written(cursor) if row_count(cursor, "typed") <= FEW else nullcontext():
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE whole AS {compiled.sql}")
    cursor.execute(
        'CREATE OR REPLACE TEMP TABLE checked AS SELECT t.row_no - 1 AS "row", w.* FROM whole w'
        " JOIN typed t ON t.rowid = w.rowid"
    )
    cursor.execute("DROP TABLE whole")


def now(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> str:
    """The rows as they are now, with "row" (from 0); fixed ones in the place of what was staged."""
    if not has(cursor, staged.fixed):
        return f'(SELECT s.rowid AS "row", s.* FROM {staged.rows} s)'
    return (
        f'(SELECT s.rowid AS "row", s.* FROM {staged.rows} s WHERE s.rowid NOT IN'
        f' (SELECT "row" FROM {staged.fixed}) UNION ALL BY NAME SELECT * FROM {staged.fixed})'
    )


def overlay(
    cursor: duckdb.DuckDBPyConnection,
    staged: Staged,
    rows: Sequence[int],
    given: Sequence[Fix],
    changed: Collection[int] | None = None,
) -> None:
    """Check these rows again with what is in force of their cells; `changed` as for `recheck`."""
    known = fixes.originals(cursor, staged.upload_id, rows)
    raw = as_read(cursor, staged, rows, known)
    recheck(cursor, staged, fixes.put(raw, staged.table.names, given), changed)


def settle(cursor: duckdb.DuckDBPyConnection, staged: Staged, given: Sequence[Fix]) -> None:
    """Put what is in force into rows that were staged a moment ago. Every row keeps its number."""
    if not given:
        return
    wanted = sorted({fix.row for fix in given})
    raw = as_read(cursor, staged, wanted, {})
    recheck(cursor, staged, fixes.put(raw, staged.table.names, given))
    values = ", ".join(
        f'CASE WHEN f."row" IS NULL THEN s.{ident(n)} ELSE f.{ident(n)} END AS {ident(n)}'
        for n in columns(staged)
    )
    cursor.execute(
        f"CREATE OR REPLACE TABLE {staged.rows} AS SELECT {values} FROM {staged.rows} s"
        f' LEFT JOIN {staged.fixed} f ON f."row" = s.rowid ORDER BY s.rowid'
    )
    cursor.execute(f"DROP TABLE {staged.fixed}")
