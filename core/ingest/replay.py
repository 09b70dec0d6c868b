"""Replaying forward: what the rows of the raw files and the changes make of every record.

The file of an upload is read, cleaned and typed once more, exactly as its plan says. Its updates give
(see `gives` in `walk`) what the row makes of the old value, and its inserts are what the row says.
Everything is set-based: one pass over each file, whatever it changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from core.cleaning.plan import OWN
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.history.walk import as_json, decoded
from core.ingest import drafting, fixes, quarantine, staging, uploads
from core.ingest.corridor import Corridor
from core.ingest.rows.merge import EXTRA, extra_policy, policy
from core.ingest.rows.staged import Staged, drop_staged
from core.ingest.uploads import Upload
from core.storage.ids import new_id
from core.storage.sql import ident, literal


@dataclass(frozen=True)
class Replayed:
    """The rows of an upload as they were imported, for as long as the block lasts."""

    upload: Upload
    staged: Staged

    def value(self, name: str) -> str:
        """SQL for what a row (alias `s`) says about a column; NULL where the file has none."""
        there = name == EXTRA or name in self.staged.compiled.fields
        return f"s.{ident(name)}" if there else "NULL"


def imported(cursor: duckdb.DuckDBPyConnection, dataset: str) -> list[Upload]:
    """The uploads whose file changed records of a dataset, in the order they were imported."""
    rows = cursor.execute(
        "SELECT u.upload_id::VARCHAR FROM ops.uploads u JOIN ops.ledger l USING (upload_id)"
        " WHERE u.dataset = ? AND u.kind = 'import' AND l.part = 0 AND u.upload_id IN"
        " (SELECT upload_id FROM history.changes) ORDER BY l.committed_at, u.upload_id",
        [dataset],
    ).fetchall()
    return [uploads.get(cursor, row[0]) for row in rows]


@contextmanager
def staged_again(
    corridor: Corridor, cursor: duckdb.DuckDBPyConnection, upload: Upload, dataset: Dataset
) -> Iterator[Replayed]:
    """Stage the file of an upload once more, under a name of its own. Raises the reader's errors.

    The recipe is the one that ran: what a later Marquee would decide about the file says nothing about it.
    """
    steps = tuple(Step.model_validate(s) for s in upload.reading.get("recipe", ()))
    # A field that the dataset has lost since has no steps, and no values to compare.
    names = (*dataset.field_names, *OWN)
    steps = tuple(s for s in steps if s.field is None or s.field in names)
    columns = tuple(
        (
            c
            if c.field is None or c.field in names
            else c.model_copy(update={"field": None, "part": None, "keep": False})
        )
        for c in upload.plan.mapping
    )
    plan = upload.plan.model_copy(update={"recipe": steps, "mapping": columns})
    table = drafting.read(corridor, upload)
    name = new_id()
    try:
        apart = quarantine.ambiguous(cursor, upload.id)
        typed = fixes.live(cursor, upload.id)
        staged = staging.stage(
            cursor, name, dataset, plan, table, decided=True, apart=apart, fixed=typed
        )
        yield Replayed(upload, staged)
    finally:
        drop_staged(cursor, name)


def give(cursor: duckdb.DuckDBPyConnection, replayed: Replayed) -> None:
    """Fill `gives` for the updates of an upload, from the rows of its file."""
    dataset = replayed.staged.dataset
    for name in replayed.staged.compiled.fields:
        field = dataset.field(name)
        _give_field(
            cursor, replayed, name, field.sql_type, policy(field, f"s.{ident(name)}", _OLD)[1]
        )
    _give_field(cursor, replayed, EXTRA, "VARCHAR", extra_policy(f"s.{EXTRA}", _OLD)[1])


_OLD = "m._old"  # a name that no field has


def _give_field(
    cursor: duckdb.DuckDBPyConnection, replayed: Replayed, name: str, kind: str, merged: str
) -> None:
    # What somebody typed (a row that came back from quarantine) is not in the file.
    typed = (
        "SELECT 1 FROM gives g WHERE g.record_id = t.record_id AND g.version = t.version"
        " AND g.field = t.field"
    )
    cursor.execute(
        f"INSERT INTO gives SELECT m.record_id, m.version, {literal(name)}, {as_json(merged)}"
        f" FROM (SELECT t.record_id, t.version, t.row_no, {decoded('t.old', kind)} AS _old FROM touches t"
        f"  WHERE t.upload_id = ?::UUID AND t.field = {literal(name)} AND NOT EXISTS ({typed})) m"
        f" JOIN {replayed.staged.rows} s ON s.rowid = m.row_no - 1",
        [replayed.upload.id],
    )
