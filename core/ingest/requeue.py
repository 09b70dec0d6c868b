"""Rows in quarantine, fixed by somebody, come back under the same upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from core.actor import Actor
from core.cleaning.plan import OWN, Column, rebased
from core.cleaning.shaping import derived
from core.cleaning.step import Step
from core.errors import InputError, NotFound, WrongState
from core.files.registry import FALLBACK
from core.files.table import Table
from core.history import events
from core.ingest import drafting, importing, quarantine, staging, uploads
from core.ingest.corridor import Corridor
from core.ingest.deciders import empty_column
from core.ingest.rows import compare
from core.ingest.rows.staged import Staged, drop_staged
from core.ingest.uploads import Counts, Upload
from core.ingest.writing import commit
from core.storage.ids import new_id
from core.storage.sql import ident
from core.storage.store import Connection, transaction

FixedRow = tuple[int, int | None, list[str | None]]  # row of the file, its line, its cells now


@dataclass(frozen=True)
class Requeued:
    """What became of the fixed rows; `waiting` is what the quarantine still holds."""

    counts: Counts
    waiting: int


def requeue(
    corridor: Corridor,
    upload_id: str,
    fixes: Mapping[int, Mapping[str, str | None]],
    actor: Actor,
) -> Requeued:
    """Clean, check, compare and import the fixed rows. Raises WrongState, NotFound, InputError."""
    upload = corridor.upload(upload_id)
    if upload.status != "imported":
        raise WrongState(f"this upload is {upload.status.replace('_', ' ')}")
    if not fixes:
        raise InputError("no rows were given")
    name = f"q_{new_id().replace('-', '')}"
    dataset = corridor.dataset(upload.dataset)

    def task(connection: Connection) -> Requeued:
        rows = _fixed(connection, upload, fixes)
        _put(connection, name, rows, upload)
        table = _table(upload, name)
        steps = tuple(Step.model_validate(s) for s in upload.reading.get("recipe", ()))
        columns = drafting.known(dataset, upload.plan.mapping)
        recipe = rebased(dataset, steps, upload.plan.mapping, columns) or ()
        # The rows above them are others now; their cells were filled when they were kept.
        recipe = tuple(s for s in recipe if s.op != "fill_down")
        plan = upload.plan.model_copy(
            update={
                "recipe": empty_column.retyped(dataset, recipe, _typed(columns, fixes)),
                "mapping": columns,
                "mode": _mode(upload),
                "on_error": "quarantine",
                "forgotten": (),  # their rows cannot be put back
                "decided": {},  # by the numbers of the file; these rows are others
                "preferred": (),
            }
        )
        staged = staging.stage(connection, upload.id, dataset, plan, table)
        # History names the row of the file, not the row among the fixed ones.
        number = f"(SELECT q.row_no FROM staging.{ident(name)} q WHERE q.rowid = s.rowid)"
        staged = replace(staged, number=number)
        try:
            counts = compare.compare(connection, staged)
            with transaction(connection):
                _write(connection, upload, staged, counts, rows, actor)
            return Requeued(counts, quarantine.waiting(connection, upload.id))
        finally:
            drop_staged(connection, upload.id)
            connection.execute(f"DROP TABLE IF EXISTS staging.{ident(name)}")

    importing.read_quarantine(corridor, upload)
    corridor.shelf.forget(upload.id)
    return corridor.database.write(task, transaction=False)


def discard(
    corridor: Corridor, upload_id: str, rows: list[int] | None, actor: Actor, *, back: bool = False
) -> Requeued:
    """Rows of the quarantine that nobody will fix wait no more; `back` lets discarded ones wait again.

    All of them without `rows`. Raises WrongState, and NotFound where none of the rows is there.
    """
    upload = corridor.upload(upload_id)
    if upload.status != "imported":
        raise WrongState(f"this upload is {upload.status.replace('_', ' ')}")

    def task(connection: Connection) -> Requeued:
        number = quarantine.discard(connection, upload.id, rows, back=back)
        if not number:
            raise NotFound(f"no such row {'was discarded' if back else 'waits'} in quarantine")
        events.append(
            connection,
            f"quarantine.{'restored' if back else 'discarded'}",
            actor,
            dataset=upload.dataset,
            upload_id=upload.id,
            details={"rows": number},
        )
        return Requeued(Counts(rows=number), quarantine.waiting(connection, upload.id))

    return corridor.database.write(task)


def _typed(
    columns: tuple[Column, ...], fixes: Mapping[int, Mapping[str, str | None]]
) -> dict[str, set[str]]:
    """What somebody typed, by field."""
    fields = {c.column: c.field for c in columns if c.field and c.field not in OWN}
    found: dict[str, set[str]] = {}
    for changes in fixes.values():
        for column, text in changes.items():
            if text and column in fields:
                found.setdefault(fields[column], set()).add(text)
    return found


def _mode(upload: Upload) -> str:
    # A few rows are not the whole source, so they never delete what they do not name.
    return "upsert" if upload.plan.mode == "replace" else upload.plan.mode


def _fixed(
    connection: duckdb.DuckDBPyConnection,
    upload: Upload,
    fixes: Mapping[int, Mapping[str, str | None]],
) -> list[FixedRow]:
    columns = list(upload.reading.get("columns", []))
    waiting = {
        row.row: row
        for row in quarantine.load(connection, upload.id, columns, limit=1_000_000)
        if row.row in fixes
    }
    found = []
    for number, changes in sorted(fixes.items()):
        if number not in waiting:
            raise NotFound(f"row {number} is not in this upload's quarantine")
        unknown = set(changes) - set(columns)
        if unknown:
            raise NotFound(f"the file has no column {sorted(unknown)[0]!r}")
        cells: dict[str, str | None] = {**waiting[number].cells, **changes}
        for stale in derived.stale(upload.plan.table_steps, set(changes)):
            cells[stale] = None  # made anew from what was typed
        found.append((number, waiting[number].line, [cells[c] for c in columns]))
    return found


def _put(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: list[FixedRow],
    upload: Upload,
) -> None:
    width = len(upload.reading.get("columns", []))
    arrays = {"row_no": pa.array([r[0] for r in rows], pa.int64())}
    arrays["_line"] = pa.array([r[1] for r in rows], pa.int64())
    for i in range(width):
        arrays[f"c{i}"] = pa.array([r[2][i] for r in rows], pa.string())
    fixed_rows = pa.table(arrays)
    connection.register("fixed_rows", fixed_rows)
    try:
        connection.execute(f"CREATE TABLE staging.{ident(name)} AS SELECT * FROM fixed_rows")
    finally:
        connection.unregister("fixed_rows")


def _table(upload: Upload, name: str) -> Table:
    columns = tuple(upload.reading.get("columns", ()))
    cells = ", ".join(f"c{i}" for i in range(len(columns)))
    table = Table(
        format=upload.format or FALLBACK,
        columns=columns,
        decisions=(),
        sql=f"SELECT _line, {cells} FROM staging.{ident(name)}",
        first_line=1,
        row_name="row",
    )
    return derived.anew(table, upload.plan.table_steps)


def _write(
    connection: Connection,
    upload: Upload,
    staged: Staged,
    counts: Counts,
    rows: list[FixedRow],
    actor: Actor,
) -> None:
    part = connection.execute(
        "SELECT coalesce(max(part), 0) + 1 FROM ops.ledger WHERE upload_id = ?", [upload.id]
    ).fetchone()
    bad = {
        int(r[0])
        for r in connection.execute(
            f'SELECT rowid FROM {staged.rows} WHERE _error UNION SELECT "row" FROM {staged.duplicates}'
            f" WHERE rule NOT IN {compare.REPEATED}"
        ).fetchall()
    }
    imported = [row[0] for i, row in enumerate(rows) if i not in bad]
    before = uploads.get(connection, upload.id).counts
    commit.commit(connection, staged, counts, actor, part=int(part[0]) if part else 1)
    quarantine.settle(connection, upload.id, imported)
    _keep_fixes(connection, upload, staged, rows, bad)
    total = before.model_copy(
        update={
            "new": before.new + counts.new,
            "changed": before.changed + counts.changed,
            "unchanged": before.unchanged + counts.unchanged,
            "repeated": before.repeated + counts.repeated,
            **quarantine.left(connection, upload.id),
        }
    )
    uploads.update(connection, upload.id, counts=total)


def _keep_fixes(
    connection: Connection,
    upload: Upload,
    staged: Staged,
    rows: list[FixedRow],
    bad: set[int],
) -> None:
    """What is still wrong stays in quarantine as it was typed now, with the rules it breaks now."""
    for i in sorted(bad):
        connection.execute(
            "UPDATE ops.quarantine SET rules = coalesce("
            f"  (SELECT {quarantine.rules_sql(staged)} FROM {staged.rows} s WHERE s.rowid = ? AND s._error),"
            f"  (SELECT list(d.field || ':' || d.rule) FROM {staged.duplicates} d WHERE d.\"row\" = ?)),"
            " cells = ? WHERE upload_id = ? AND row_no = ?",
            [i, i, rows[i][2], upload.id, rows[i][0]],
        )
