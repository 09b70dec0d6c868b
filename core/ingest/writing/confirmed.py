"""Records of an import that others met later and found as they are: they stay, without a fold.

This is what becomes of most records when a file is taken back that came once more. The fold would come to the
same: where the import that made the record is its only change, and all that met it since said nothing else than
what is there, the first of them says every value, and the others change nothing.
"""

from __future__ import annotations

import duckdb

from core.cleaning.checks import WORD
from core.datasets.model import Dataset
from core.datasets.tables import table
from core.storage.sql import ident, literal


def find(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    names: dict[str, str],
    root: str,
    *,
    falls: bool,
) -> None:
    """Fill the temporary table `confirmed` out of `candidates`; with none when `root` is to stand.

    It has record_id, version, given (the fields that have a value) and who (the last one that met it).
    """
    _met(cursor, dataset, root, falls)
    has = _words(names, "m.{name} IS NOT NULL")
    told = _words(names, "list_contains(json_keys(fields), {text})")
    words = [f"_h{w}" for w in range(len(has))]
    given = ", ".join(
        f"CASE WHEN ({words[i // WORD]} & {1 << i % WORD}) <> 0 THEN {literal(n)} END"
        for i, n in enumerate(names)
    )
    more = " OR ".join(f"(_h{w} & ~_t{w}) <> 0" for w in range(len(has)))
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE confirmed AS
        WITH present AS (
            SELECT met.*, {', '.join(f'{h} AS {w}' for h, w in zip(has, words))}
            FROM met JOIN {table(dataset)} m USING (record_id)
        ), kinds AS (  -- there are few of them
            SELECT *, list_filter([{given}]::VARCHAR[], lambda n: n IS NOT NULL) AS given FROM (
                SELECT *, {', '.join(f'{t} AS _t{w}' for w, t in enumerate(told))} FROM (SELECT DISTINCT fields, {', '.join(words)} FROM present)
            )
        ), who AS (
            SELECT upload_id, struct_pack(actor, door, upload_id, filename) AS who FROM ops.uploads
            WHERE kind = 'import'
        )
        SELECT record_id, version, given, who FROM present JOIN who USING (upload_id)
        JOIN kinds USING (fields, {', '.join(words)}) WHERE NOT ({more})""")
    cursor.execute("DROP TABLE temp.met")


def _met(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, root: str, falls: bool) -> None:
    """Candidates that nothing but `root` changed, and what the first that met them spoke of."""
    mine = f"dataset = {literal(dataset.name)}"
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE met AS
        WITH made AS (
            SELECT record_id, min(version) AS version FROM history.changes
            SEMI JOIN (FROM candidates ANTI JOIN undone USING (record_id) WHERE NOT meddled) USING (record_id)
            WHERE {str(falls).lower()} AND {mine} GROUP BY record_id
            HAVING count(*) = 1 AND bool_and(kind = 'insert' AND upload_id = {literal(root)}::UUID)
        )
        SELECT record_id, any_value(made.version) AS version, arg_min(fields, happened_at) AS fields,
               arg_max(upload_id, happened_at) AS upload_id
        FROM history.vouched v JOIN made USING (record_id) WHERE {mine} GROUP BY record_id
        HAVING bool_and(said IS NULL AND v.version = made.version AND upload_id <> {literal(root)}::UUID)"""
    )


def _words(names: dict[str, str], condition: str) -> list[str]:
    """SQL for words of bits, one bit for each field of which the condition holds.

    In it `{name}` is the field's column, and `{text}` its name as a text.
    """
    flags = [
        f"CASE WHEN {condition.format(name=ident(n), text=literal(n))} THEN {1 << i % WORD} ELSE 0 END::BIGINT"
        for i, n in enumerate(names)
    ]
    return [" + ".join(flags[i : i + WORD]) for i in range(0, len(flags), WORD)]


def rows(dataset: Dataset) -> str:
    """SELECT of them for the work table of a rollback."""
    return f"""
    SELECT c.record_id, c.version, 'stay' AS act, NULL::VARCHAR[] AS fields, NULL::VARCHAR AS values,
           c.given AS stays, true AS made, c.who, m.{ident(dataset.title_field)}::VARCHAR AS title, false AS told
    FROM confirmed c JOIN {table(dataset)} m USING (record_id)"""
