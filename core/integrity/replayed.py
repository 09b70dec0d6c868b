"""Values against the changes: what every change should have made of a field is what it is."""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.errors import MarqueeError
from core.history import walk
from core.ingest import replay
from core.ingest.replay import Replayed
from core.history.walk import as_json, data_columns, inside
from core.ingest.corridor import Corridor
from core.integrity.findings import Finding
from core.integrity.rules import Rule, apply
from core.jobs.progress import Progress
from core.storage.sql import ident, literal

_GIVEN = (
    "SELECT t.record_id || ' ' || t.field || ', version ' || t.version || ': ' || g.given || ' became '"
    " || coalesce(t.new, 'nothing') FROM touches t JOIN gives g USING (record_id, version, field)"
    " WHERE t.new IS DISTINCT FROM g.given AND t.new IS NOT NULL"
)
_FORGOTTEN = (
    "SELECT record_id FROM ops.forgotten"  # their rows can be read no more, and prove nothing
)


def _given(older: list[str]) -> tuple[Rule, ...]:
    """What changes made of values. Of uploads that were read otherwise, reading them again proves nothing."""
    among = f"coalesce(list_contains({literal(older)}::UUID[], t.upload_id), false)"
    return (
        Rule("value_differs", f"{_GIVEN} AND NOT {among}"),
        *((Rule("read_otherwise", f"{_GIVEN} AND {among}"),) if older else ()),
    )


def check(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, *, deep: bool) -> list[Finding]:
    """What was typed, taken back and restored, without reading a file. Leaves the walk for `deep`."""
    walk.walk(cursor, dataset, files=deep)
    found = apply(cursor, (*_restored(dataset), *_untold(dataset)), dataset.name)
    return found if deep else found + apply(cursor, _given([]), dataset.name)


def _restored(dataset: Dataset) -> tuple[Rule, ...]:
    names = data_columns(dataset)

    def unlike(source: str) -> str:
        return " OR ".join(f"{ident('v_' + n)} <> {inside(source, n)}" for n in names)

    return (
        Rule(
            "value_differs",
            "SELECT record_id || ' was not restored as it had been, version ' || began FROM starts"
            f" WHERE kind = 'restore' AND kept IS NOT NULL AND ({unlike('kept')})",
        ),
        Rule(
            "value_differs",
            "SELECT record_id || ' is not what was typed into its row' FROM starts"
            f" WHERE kind = 'insert' AND after IS NOT NULL AND ({unlike('after')})",
        ),
    )


def _untold(dataset: Dataset) -> tuple[Rule, ...]:
    return (
        Rule(
            "edit_untold",
            "SELECT record_id || ', version ' || version FROM history.changes WHERE upload_id IS NULL"
            f" AND kind = 'update' AND after IS NULL AND dataset = {literal(dataset.name)}",
        ),
    )


def deep(
    corridor: Corridor, cursor: duckdb.DuckDBPyConnection, dataset: Dataset, progress: Progress
) -> list[Finding]:
    """Every upload's file is read again, and every value that came from it compared."""
    found: list[Finding] = []
    older: list[str] = []
    for upload in replay.imported(cursor, dataset.name):
        progress.check()
        where = f"{dataset.name}, {upload.filename}"
        older += [upload.id] if upload.read_otherwise(dataset) else []
        try:
            with replay.staged_again(corridor, cursor, upload, dataset) as replayed:
                replay.give(cursor, replayed)
                found += apply(cursor, _inserted(dataset, replayed), where)
        except MarqueeError as error:
            if error.code == "cancelled":
                raise
            found.append(Finding("not_replayed", where, 1, (str(error),)))
    return found + apply(cursor, _given(older), dataset.name)


def _inserted(dataset: Dataset, replayed: Replayed) -> tuple[Rule, ...]:
    names, rows = data_columns(dataset), replayed.staged.rows
    mine = (
        f"c.upload_id = {literal(replayed.upload.id)}::UUID AND c.kind = 'insert' AND c.after IS NULL"
        f" AND c.dataset = {literal(dataset.name)} AND c.record_id NOT IN ({_FORGOTTEN})"
    )
    present = " OR ".join(f"m.{ident(n)} IS DISTINCT FROM {replayed.value(n)}" for n in names)
    began = " OR ".join(f"b.{ident('v_' + n)} <> {as_json(replayed.value(n))}" for n in names)
    said = "' is not what row ' || c.row_no || ' says'"
    other = replayed.upload.read_otherwise(dataset)
    code = "read_otherwise" if other else "value_differs"
    return (
        # At version 1 the record is as it was inserted; what was changed since was walked back.
        Rule(
            code,
            f"SELECT c.record_id || {said} FROM history.changes c JOIN {rows} s ON s.rowid = c.row_no - 1"
            f" JOIN {table(dataset)} m ON m.record_id = c.record_id"
            f" WHERE {mine} AND m._version = 1 AND ({present})",
        ),
        Rule(
            code,
            f"SELECT c.record_id || {said} FROM starts b JOIN history.changes c"
            " ON c.record_id = b.record_id AND c.version = b.began"
            f" JOIN {rows} s ON s.rowid = c.row_no - 1 WHERE {mine} AND b.kind = 'insert' AND ({began})",
        ),
        Rule(
            "read_otherwise" if other else "row_missing",
            f"SELECT 'row ' || coalesce(c.row_no::VARCHAR, '?') FROM history.changes c"
            f" WHERE {mine} AND NOT EXISTS (SELECT 1 FROM {rows} s WHERE s.rowid = c.row_no - 1)",
        ),
    )
