"""Walking back from the present: what every change made of a field, and how every record began.

History keeps old values, so the value that a change gave is the old value in the next change that
touched the field; where there is none it is the value in the whole record that a deletion kept, or
the present one. A record lives from an insert or a restore until a delete, and may live again.

Three temporary tables of a cursor are filled, for one dataset at a time; all values are JSON text:

    touches  record_id, version, upload_id, row_no, ended, field, old, new, first, last
    gives    record_id, version, field, given
    starts   record_id, began, kind, upload_id, row_no, after, ended, kept, v_<field> ...

`given` is what the source of a change says about the new value: what was typed, or what the upload that
was taken back had found. (What the row of a file says, `replay` adds.) `kept` is the record that a restore
brings back: the one that the deletion before it kept, or the one that a rollback said. `ended` is the version of the deletion, NULL for a living record.
"""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import table
from core.storage.sql import ident, literal

EXTRA = "_extra"


def data_columns(dataset: Dataset) -> dict[str, str]:
    """The columns that a change can touch, with their SQL types."""
    return {**{f.name: f.sql_type for f in dataset.fields}, EXTRA: "VARCHAR"}


def as_json(value: str) -> str:
    """SQL: a value as JSON text; NULL is `null`."""
    return f"coalesce(to_json({value})::VARCHAR, 'null')"


def inside(source: str, field: str) -> str:
    """SQL: a field of a JSON text as JSON text; one that is not in it is `null`."""
    return f"coalesce(({source} -> {literal(field)})::VARCHAR, 'null')"


def decoded(source: str, kind: str) -> str:
    """SQL: the typed value of one JSON text."""
    if kind.endswith("[]"):
        return f"from_json({source}, '[\"VARCHAR\"]')"
    text = f"(({source})::JSON ->> '$')"
    return text if kind == "VARCHAR" else f"{text}::{kind}"


def walk(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, *, living: bool = True, files: bool = True
) -> None:
    """Fill the tables. Without `living` the record table is not looked at (it may not be there).

    Without `files` only records are walked of which the history itself says all that they should be:
    those with something typed, taken back or restored.
    """
    _touches(cursor, dataset, living, files)
    _gives(cursor, dataset)
    if living:
        _starts(cursor, dataset, files)


def forget(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop the tables."""
    for name in ("touches", "gives", "starts"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")


# Records of which the history alone knows something that the present can be held against.
_TOLD = (
    "SELECT record_id FROM history.changes WHERE after IS NOT NULL OR kind = 'restore' OR upload_id IN"
    " (SELECT upload_id FROM ops.uploads WHERE kind = 'rollback')"
)


def _ends(dataset: Dataset) -> str:
    return (
        "SELECT record_id, version AS ended, CASE WHEN json_valid(before) THEN before END AS at_end"
        f" FROM history.changes WHERE dataset = {literal(dataset.name)} AND kind = 'delete'"
    )


def _touches(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, living: bool, files: bool
) -> None:
    present = (
        f"SELECT record_id, to_json(m) AS present FROM {table(dataset)} m"
        " WHERE record_id IN (SELECT record_id FROM updates)"
        if living
        else "SELECT NULL::UUID AS record_id, NULL::JSON AS present WHERE false"
    )
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE touches AS
        WITH updates AS (
            SELECT record_id, version, upload_id, row_no, before FROM history.changes
            WHERE dataset = {literal(dataset.name)} AND kind = 'update' AND json_valid(before)
            {'' if files else f'AND record_id IN ({_TOLD})'}
        ), ends AS ({_ends(dataset)}),
        placed AS (
            SELECT u.*, e.ended, e.at_end, unnest(json_keys(u.before)) AS field
            FROM updates u ASOF LEFT JOIN ends e
            ON u.record_id = e.record_id AND u.version < e.ended
        ), present AS ({present})
        SELECT p.record_id, version, upload_id, row_no, ended, field,
               coalesce((before -> field)::VARCHAR, 'null') AS old,
               CASE WHEN lead(version) OVER life IS NOT NULL
                    THEN lead(coalesce((before -> field)::VARCHAR, 'null')) OVER life
                    WHEN ended IS NOT NULL THEN coalesce((at_end -> field)::VARCHAR, 'null')
                    WHEN m.record_id IS NOT NULL THEN coalesce((m.present -> field)::VARCHAR, 'null')
               END AS new,
               lag(version) OVER life IS NULL AS first, lead(version) OVER life IS NULL AS last
        FROM placed p LEFT JOIN present m ON m.record_id = p.record_id
        WINDOW life AS (PARTITION BY p.record_id, ended, field ORDER BY version)""")


def _gives(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE gives AS"
        " SELECT record_id, version, field, coalesce((after -> field)::VARCHAR, 'null') AS given"
        " FROM (SELECT record_id, version, after, unnest(json_keys(after)) AS field"
        "  FROM history.changes WHERE dataset = ? AND kind = 'update' AND json_valid(after))",
        [dataset.name],
    )
    # A rollback that says no value itself gives a field the one that the upload taken back had found; where
    # somebody else changed it between two changes of that upload (rows that came back from quarantine), the
    # other's value.
    cursor.execute(
        "INSERT INTO gives SELECT record_id, version, field, arg_max(old, own) FROM ("
        " SELECT b.record_id, b.version, b.field, t.version AS own, t.old, lag(t.new) OVER ("
        "   PARTITION BY b.record_id, b.version, b.field ORDER BY t.version) IS DISTINCT FROM t.old AS begins"
        " FROM touches b JOIN ops.uploads u ON u.upload_id = b.upload_id AND u.kind = 'rollback'"
        " JOIN touches t ON t.upload_id = u.target_id AND t.record_id = b.record_id"
        "  AND t.field = b.field AND t.version < b.version"
        " WHERE (b.record_id, b.version, b.field) NOT IN (SELECT record_id, version, field FROM gives))"
        " WHERE begins GROUP BY record_id, version, field"
    )


def _starts(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, files: bool) -> None:
    # Of a record that was only ever inserted the beginning is the present: nothing to walk.
    values = ", ".join(
        f"CASE WHEN list_contains(f.fields, {literal(n)}) THEN {inside('f.olds', n)}"
        f" WHEN b.ended IS NOT NULL THEN {inside('b.at_end', n)}"
        f" ELSE {as_json(f'm.{ident(n)}')} END AS {ident('v_' + n)}"
        for n in data_columns(dataset)
    )
    moved = f"SELECT record_id FROM history.changes WHERE dataset = {literal(dataset.name)} AND kind <> 'insert'"
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE starts AS
        WITH ends AS ({_ends(dataset)}),
        began AS (
            SELECT record_id, version AS began, kind, upload_id, row_no,
                   CASE WHEN json_valid(after) THEN after END AS after
            FROM history.changes WHERE dataset = {literal(dataset.name)} AND kind IN ('insert', 'restore')
            AND (after IS NOT NULL OR kind = 'restore' {f'OR record_id IN ({moved})' if files else ''})
        ), b AS (
            SELECT began.*, ends.ended, ends.at_end FROM began ASOF LEFT JOIN ends
            ON began.record_id = ends.record_id AND began.began < ends.ended
        ), f AS (
            SELECT record_id, ended, list(field) AS fields, json_group_object(field, old::JSON) AS olds
            FROM touches WHERE first GROUP BY ALL
        )
        SELECT b.record_id, b.began, b.kind, b.upload_id, b.row_no, b.after, b.ended,
               coalesce(CASE WHEN b.kind = 'restore' THEN b.after END, k.at_end) AS kept, {values}
        FROM b LEFT JOIN f ON f.record_id = b.record_id AND f.ended IS NOT DISTINCT FROM b.ended
        LEFT JOIN ends k ON k.record_id = b.record_id AND k.ended = b.began - 1 AND b.kind = 'restore'
        LEFT JOIN {table(dataset)} m ON m.record_id = b.record_id
        WHERE b.ended IS NOT NULL OR m.record_id IS NOT NULL""")
