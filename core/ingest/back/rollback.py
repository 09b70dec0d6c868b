"""Taking an upload back, record by record: what the acts that still stand make of each is what it becomes.

Each value belongs to the act that gave it, also where another act gave the same. Without the upload (or with
it again, when a rollback is taken back) a record is there, and has the values, that the other acts say; see
`fold`. So the order in which uploads are taken back means nothing, nor how often.

Most records need no fold: where the last change of a record is the upload's own, nobody met the record since,
and no other import of it was ever taken back, the old values in that change are the answer (`_undone`). Where
others only found it as it is, it stays so (`confirmed`).

    outcome    the record
    reversed   has nothing of the upload any more (or all of it again)
    kept       stays, or keeps some fields, because another act vouches for them: it says which
    failed     would get the key of another record, which is named; it is as it was
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import stored, table
from core.ingest.back import fold, standing
from core.ingest.writing import collisions, confirmed
from core.storage.sql import ident, literal


@dataclass(frozen=True)
class Outcome:
    """What becomes of one record. `fields` are those set back; `kept_fields` those a later change owns."""

    record_id: str
    title: str | None
    reason: str
    fields: tuple[str, ...] = ()
    kept_fields: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True)
class Rollback:
    """Counts of all records, and the first of each kind. `id` is the rollback's own upload, once done."""

    upload_id: str
    id: str | None
    counts: dict[str, int]
    reversed: tuple[Outcome, ...]
    kept: tuple[Outcome, ...]
    failed: tuple[Outcome, ...]


def plan(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, upload_id: str, name: str) -> None:
    """Fill the table `name` (in staging or temp): one row per record with what to do. Reads only.

    record_id, version, act (delete, update, restore or stay), fields and values to set, stays (the upload's
    fields that others vouch for), made, who, title, told (whether the history says the values already), fault.
    """
    acts = standing.load(cursor, dataset.name)
    root, after = acts.root(upload_id), acts.with_one_more(upload_id)
    again = after.standing()[root]
    turns = acts.standing().get(root, True) != again
    try:
        _candidates(cursor, dataset, root, acts)
        _undone(cursor, dataset, root, acts, turns)
        kinds = stored(cursor, dataset)
        confirmed.find(cursor, dataset, fold.fields(kinds), root, falls=not again)
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE scope AS FROM candidates ANTI JOIN undone USING (record_id)"
            " ANTI JOIN confirmed USING (record_id)"
        )
        fold.fold(cursor, dataset, kinds, after.fallen(), root)
        cursor.execute(
            f"CREATE OR REPLACE {'TEMP ' * name.startswith('temp.')}TABLE {name} AS {_easy(dataset, upload_id)}"
            f" UNION ALL BY NAME {confirmed.rows(dataset)}"
            f" UNION ALL BY NAME {_folded(dataset, fold.fields(kinds), root, again)}"
        )
        collisions.mark(cursor, dataset, kinds, name)
    finally:
        for each in ("candidates", "undone", "confirmed", "scope", "folded"):
            cursor.execute(f"DROP TABLE IF EXISTS temp.{each}")


def _candidates(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, root: str, acts: standing.Acts
) -> None:
    """Records that the upload changed; of those it only met, where others were taken back.

    A row that changed nothing is missed by nobody while all stand that came before it.
    """
    others = [literal(r) for r in sorted(acts.roots() - {root})]
    mine = f"dataset = {literal(dataset.name)} AND upload_id"
    among = f"IN ({', '.join(others) or 'NULL'})"
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE candidates AS
        WITH others AS (
            SELECT record_id FROM history.changes WHERE {mine} {among}
            UNION SELECT record_id FROM history.vouched WHERE {mine} {among}
        ), own AS (
            SELECT DISTINCT record_id FROM history.changes WHERE {mine} = {literal(root)}::UUID
        ), met AS (
            SELECT DISTINCT record_id FROM history.vouched SEMI JOIN others USING (record_id)
            WHERE {mine} = {literal(root)}::UUID
        )
        SELECT record_id, o.record_id IS NOT NULL AS meddled FROM (FROM own UNION FROM met)
        LEFT JOIN others o USING (record_id)""")


def _undone(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    root: str,
    acts: standing.Acts,
    turns: bool,
) -> None:
    """Candidates whose last change alone is to be undone: its kind and its old values."""
    own, stands = f"{literal(root)}::UUID", acts.standing().get(root, True)
    # The rollbacks that left the upload as it is now: what one of them did last is to be undone.
    chain = [r for r in acts.of(root) if acts.after(r).standing()[root] == stands]
    last = f"c.upload_id IN ({', '.join(f'{literal(r)}::UUID' for r in chain) or 'NULL'})"
    if stands:
        last = f"({last} OR (c.upload_id = {own} AND mine = 1))"
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE undone AS
        WITH spans AS (
            SELECT record_id, max(version) AS version, count(*) FILTER (upload_id = {own}) AS mine
            FROM history.changes SEMI JOIN candidates USING (record_id)
            WHERE dataset = {literal(dataset.name)} GROUP BY record_id
        ), met AS (
            SELECT record_id, max(version) AS version FROM history.vouched SEMI JOIN candidates
            USING (record_id) WHERE dataset = {literal(dataset.name)} AND upload_id <> {own}
            GROUP BY record_id
        )
        SELECT record_id, version, kind, before, c.upload_id AS by_upload
        FROM history.changes c JOIN spans USING (record_id, version)
        JOIN candidates USING (record_id) LEFT JOIN met ON met.record_id = c.record_id
        WHERE {str(turns).lower()} AND NOT meddled AND {last}
          AND (met.version IS NULL OR met.version < c.version)""")


def _easy(dataset: Dataset, target: str) -> str:
    told = f"u.by_upload = {literal(target)}::UUID"  # `walk` reads it off what is taken back
    return f"""
    SELECT u.record_id, u.version, CASE u.kind WHEN 'update' THEN 'update' WHEN 'delete' THEN 'restore'
           ELSE 'delete' END AS act,
           CASE WHEN u.kind = 'update' THEN json_keys(u.before) END AS fields,
           CASE WHEN u.kind IN ('update', 'delete') THEN u.before END AS values,
           []::VARCHAR[] AS stays, u.kind <> 'update' AS made, {_WHO} AS who,
           m.{ident(dataset.title_field)}::VARCHAR AS title, u.kind = 'delete' OR {told} AS told
    FROM undone u LEFT JOIN {table(dataset)} m USING (record_id)"""


_WHO = "NULL::STRUCT(actor VARCHAR, door VARCHAR, upload_id UUID, filename VARCHAR)"


def _folded(dataset: Dataset, names: dict[str, str], root: str, again: bool) -> str:
    """One row for each record of the fold. Of one that was only met nothing is said when it stays.

    When the upload counts `again`, other acts may hide what it says, and nothing was to go.
    """
    own = f"upload_id = {literal(root)}::UUID AND dataset = {literal(dataset.name)}"

    # Only what the upload speaks of is looked at. What was there first is another matter where it made the
    # record, and in fields that keep what they had first.
    first = [f.name for f in dataset.fields if f.on_update == "keep"]
    parts = ", ".join(
        f"CASE WHEN f.{fold.column(n)} IS DISTINCT FROM m.{ident(n)} AND ({str(n in first).lower()} OR f.made"
        f" OR list_contains(f.spoken, {literal(n)})) THEN {literal(n)} END"
        for n in names
    )
    differs = f"list_filter([{parts}]::VARCHAR[], lambda n: n IS NOT NULL)"
    given = "CASE WHEN f.made THEN f.spoken ELSE coalesce(o.fields, []) END"
    values = ", ".join(f"{ident(n)} := f.{fold.column(n)}" for n in names)
    return f"""
    SELECT *, act = 'restore' AND values IS NULL AS told FROM (
        WITH own AS (
            SELECT record_id, bool_or(kind = 'delete') AS removed,
                   list_distinct(flatten(list(json_keys(before)) FILTER (kind = 'update'))) AS fields
            FROM history.changes SEMI JOIN scope USING (record_id) WHERE {own} GROUP BY record_id
        ), lasts AS (
            SELECT record_id, max(version) AS version FROM history.changes SEMI JOIN scope USING (record_id)
            WHERE dataset = {literal(dataset.name)} GROUP BY record_id
        ), work AS (
            SELECT f.record_id, lasts.version, {differs} AS differing,
                   CASE WHEN m.record_id IS NULL AND f.alive THEN 'restore'
                        WHEN m.record_id IS NOT NULL AND NOT f.alive THEN 'delete'
                        WHEN m.record_id IS NOT NULL AND len({differs}) > 0 THEN 'update'
                        ELSE 'stay' END AS act,
                   {given} AS given, {str(not again).lower()} AND (f.made OR coalesce(o.removed, false)) AS made,
                   o.record_id IS NULL AS met,
                   to_json(struct_pack({values}))::VARCHAR AS whole,
                   CASE WHEN f.alive THEN f.voucher ELSE f.remover END AS who,
                   m.{ident(dataset.title_field)}::VARCHAR AS title
            FROM folded f JOIN lasts USING (record_id) LEFT JOIN own o USING (record_id)
            LEFT JOIN {table(dataset)} m USING (record_id)
        )
        SELECT record_id, version, act, CASE WHEN act = 'update' THEN differing END AS fields,
               CASE WHEN act IN ('update', 'restore') THEN whole END AS values,
               CASE WHEN act IN ({"'stay'" if again else "'update', 'stay'"})
                    THEN list_filter(given, lambda n: NOT list_contains(differing, n)) ELSE [] END AS stays,
               made, who, title
        FROM work WHERE NOT (met AND act = 'stay'))"""


# Conditions on the work table, each row in exactly one outcome.
_FAILED = "fault IS NOT NULL"
_REVERSED = "(fault IS NULL AND (act IN ('delete', 'restore') OR (act = 'update' AND NOT made AND len(stays) = 0)))"
_KEPT = f"(fault IS NULL AND NOT {_REVERSED})"


def result(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    upload_id: str,
    rollback_id: str | None,
    limit: int,
) -> Rollback:
    """Read the work table: all counts, and up to `limit` records of each outcome."""
    conditions = {"reversed": _REVERSED, "kept": _KEPT, "failed": _FAILED}
    counts, parts = {}, {}
    for outcome, condition in conditions.items():
        row = cursor.execute(f"SELECT count(*) FROM {name} WHERE {condition}").fetchone()
        counts[outcome] = int(row[0]) if row else 0
        rows = cursor.execute(
            "SELECT record_id::VARCHAR, title, act, made, fields, stays, who, values, fault"
            f" FROM {name} WHERE {condition} ORDER BY record_id LIMIT ?",
            [limit],
        ).fetchall()
        parts[outcome] = tuple(_outcome(row) for row in rows)
    return Rollback(upload_id, rollback_id, counts, **parts)


def changes_anything(cursor: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether any record would be another one after it."""
    row = cursor.execute(
        f"SELECT 1 FROM {name} WHERE act <> 'stay' AND fault IS NULL LIMIT 1"
    ).fetchone()
    return row is not None


def _outcome(row: tuple[Any, ...]) -> Outcome:
    record_id, title, act, made, fields, stays, who, values, fault = row
    name, back, stays = title or _title(values), tuple(fields or ()), tuple(stays or ())
    by = _by(who) if who else None
    if fault:
        return Outcome(record_id, name, fault)
    if act == "delete":
        return Outcome(record_id, name, "removed")
    if act == "restore":
        return Outcome(record_id, name, "brought back")
    words = [f"set back: {', '.join(back)}"] if back else []
    if title is None and not back:
        words.append(f"was deleted since, by {by}" if by else "is not there any more")
    elif made:
        words.append(f"stays: {by} vouches for it" if by else "is there already")
    if stays:
        words.append(
            f"not set back: {', '.join(stays)}, since {by or 'another act'} has a say in it"
        )
    kept = made or bool(stays)
    return Outcome(record_id, name, "; ".join(words), back, stays, by if kept else None)


def _by(who: dict[str, Any]) -> str:
    person = f"{who['actor']} through the {who['door']}"
    return f"{who['filename']} ({person})" if who["filename"] else person


def _title(values: str | None) -> str | None:
    data = json.loads(values) if values else {}
    return next((str(v) for k, v in data.items() if v and not k.startswith("_")), None)
