"""Taking an upload back, record by record, by value.

For every change of the upload, the value it gave a field is compared with the value now: the value
it gave is the old value in the next change that touched the field, or the present one. Where both
agree the field is set back; where they differ a later change owns it, and it is kept. So the order
in which uploads are taken back does not matter, and a rollback is itself a set of changes that can
be taken back the same way.

    change of the upload     taking it back
    insert, restore          delete the record, unless a later change still shows
    update                   set each field back that no later change owns
    delete                   bring the record back as it last was, unless it is there again

A record that was restored after the upload deleted it, and deleted once more, comes back as it was then:
what others gave it meanwhile is not the upload's to take.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import bump, stored, table
from core.history.events import Origin, now
from core.ingest import keys
from core.ingest.commit import whole
from core.ingest.compiler import key
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
    """Fill the table `name` (in staging): one row per record with what to do. Reads only."""
    cursor.execute(f"CREATE OR REPLACE TABLE {name} AS {_plan_sql(dataset)}", [upload_id] * 2)


def _plan_sql(dataset: Dataset) -> str:
    # own      the upload's changes; a deletion that somebody undid before rows came back is moot
    # net      the same per record, in one: the first kind, and the values before the upload. A record
    #          has several when rows came back from quarantine; where somebody else changed a field
    #          between two of them, the value to go back to is the other's (`steps` finds such breaks)
    # undone   what a rollback of this upload, still standing, has set back already
    # later    changes by others after the upload gave the field its value
    # owned    fields whose present value is not the one this upload gave
    return f"""
    WITH every AS (
        SELECT record_id, version, kind, before FROM history.changes
        WHERE upload_id = ?::UUID AND dataset = {literal(dataset.name)}
    ), own AS (
        SELECT * FROM every WHERE kind <> 'delete' OR record_id IN (
            SELECT record_id FROM every SEMI JOIN (FROM every WHERE kind = 'delete') USING (record_id)
            GROUP BY record_id HAVING count(*) = 1)
    ), several AS (
        SELECT record_id FROM own GROUP BY record_id HAVING count(*) > 1
    ), net AS (
        SELECT record_id, version, version AS first, kind, before
        FROM own ANTI JOIN several USING (record_id)
        UNION ALL
        SELECT record_id, max(version), min(version), arg_min(kind, version),
               arg_min_null(before, version)
        FROM own SEMI JOIN several USING (record_id) GROUP BY record_id
    ), touched AS (
        SELECT record_id, version, mine, f, coalesce((before -> f)::VARCHAR, 'null') AS old,
               lead(coalesce((before -> f)::VARCHAR, 'null')) OVER (
                   PARTITION BY record_id, f ORDER BY version) AS given
        FROM (SELECT c.record_id, c.version, c.before, o.version IS NOT NULL AS mine,
                     unnest(json_keys(c.before)) AS f
              FROM history.changes c LEFT JOIN own o USING (record_id, version)
              WHERE c.dataset = {literal(dataset.name)} AND c.before IS NOT NULL
                AND c.record_id IN (SELECT record_id FROM several))
    ), steps AS (
        SELECT *, lag(given) OVER (PARTITION BY record_id, f ORDER BY version) IS DISTINCT FROM old
                  AS begins
        FROM touched WHERE mine
    ), oldest AS (
        SELECT record_id, '{{' || string_agg(to_json(f)::VARCHAR || ':' || old, ',') || '}}' AS before
        FROM (SELECT record_id, f, arg_max(old, version) AS old FROM steps WHERE begins GROUP BY ALL)
        WHERE record_id IN (SELECT record_id FROM net WHERE kind = 'update')
        GROUP BY record_id
    ), last_own AS (
        SELECT record_id, f, max(version) AS version FROM touched WHERE mine GROUP BY ALL
    ), mine AS (
        SELECT net.* REPLACE (coalesce(oldest.before, net.before) AS before)
        FROM net LEFT JOIN oldest USING (record_id)
    ), undone AS (
        SELECT c.record_id, bool_or(c.kind <> 'update') AS entirely,
               flatten(list(json_keys(c.before)) FILTER (c.kind = 'update')) AS fields
        FROM history.changes c JOIN ops.uploads u ON u.upload_id = c.upload_id
        WHERE u.kind = 'rollback' AND u.target_id = ?::UUID AND u.status = 'imported'
        GROUP BY c.record_id
    ), later AS (
        SELECT c.record_id, c.version, c.kind, c.before, c.actor, c.door, c.upload_id
        FROM history.changes c JOIN net USING (record_id)
        WHERE c.dataset = {literal(dataset.name)} AND c.version > net.first
    ), later_fields AS (
        SELECT record_id, f AS field, arg_min_null(before ->> f, version) AS given,
               arg_max(struct_pack(actor, door, upload_id, version), version) AS who
        FROM (SELECT *, unnest(json_keys(before)) AS f FROM later WHERE before IS NOT NULL) l
        WHERE (NOT starts_with(f, '_') OR f = '_extra') AND NOT EXISTS (
            SELECT 1 FROM last_own o WHERE o.record_id = l.record_id AND o.f = l.f
            AND o.version >= l.version)
        GROUP BY record_id, f
    ), owned AS (
        SELECT l.record_id, list(l.field ORDER BY l.field) AS fields, max(l.who) AS who
        FROM later_fields l JOIN {table(dataset)} m USING (record_id)
        WHERE l.given IS DISTINCT FROM (to_json(m) ->> l.field)
        GROUP BY l.record_id
    ), last_change AS (
        SELECT record_id, max(version) AS version,
               arg_max(before, version) FILTER (kind = 'delete') AS before,
               arg_max(struct_pack(actor, door, upload_id, version), version) AS who
        FROM later JOIN (SELECT record_id, version AS own_version FROM net) USING (record_id)
        WHERE version > own_version GROUP BY record_id
    )
    SELECT mine.record_id, mine.kind, m.record_id IS NOT NULL AS present,
           CASE WHEN mine.kind = 'delete' THEN coalesce(last_change.before, mine.before)
                ELSE mine.before END AS before,
           coalesce(last_change.version, mine.version) AS version,
           CASE WHEN mine.kind = 'update' THEN
               list_filter(json_keys(mine.before), lambda f: NOT list_contains(coalesce(undone.fields, []), f))
           END AS fields,
           coalesce(owned.fields, []) AS owned,
           coalesce(owned.who, last_change.who) AS who,
           m.{ident(dataset.title_field)}::VARCHAR AS title
    FROM mine
    LEFT JOIN undone USING (record_id) LEFT JOIN owned USING (record_id)
    LEFT JOIN last_change USING (record_id) LEFT JOIN {table(dataset)} m USING (record_id)
    WHERE NOT coalesce(undone.entirely, false)
    """


# Conditions on the work table, each row in exactly one outcome.
_INSERT = "kind IN ('insert', 'restore')"
_FIELDS_BACK = (
    "(kind = 'update' AND present AND NOT list_has_all(owned, fields) AND len(fields) > 0)"
)
_REVERSED = (
    f"(({_INSERT} AND present AND len(owned) = 0) OR (kind = 'delete' AND NOT present)"
    " OR (kind = 'update' AND present AND len(fields) > 0 AND NOT list_has_any(owned, fields)))"
)
_NOTHING = "(kind = 'update' AND len(fields) = 0)"


def result(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    upload_id: str,
    rollback_id: str | None,
    limit: int,
) -> Rollback:
    """Read the work table: all counts, and up to `limit` records of each outcome."""
    counts = cursor.execute(
        f"SELECT count(*) FILTER ({_REVERSED}), count(*) FILTER (NOT ({_REVERSED})) FROM {name}"
        f" WHERE NOT {_NOTHING}"
    ).fetchone() or (0, 0)
    columns_ = "record_id::VARCHAR, title, kind, present, fields, owned, who, before"
    parts = []
    for condition in (_REVERSED, f"NOT ({_REVERSED})"):
        rows = cursor.execute(
            f"SELECT {columns_} FROM {name} WHERE ({condition}) AND NOT {_NOTHING}"
            " ORDER BY record_id LIMIT ?",
            [limit],
        ).fetchall()
        parts.append(tuple(_outcome(row) for row in rows))
    return Rollback(
        upload_id=upload_id,
        id=rollback_id,
        counts={"reversed": counts[0], "kept": counts[1], "failed": 0},
        reversed=parts[0],
        kept=parts[1],
        failed=(),
    )


def _outcome(row: tuple[Any, ...]) -> Outcome:
    record_id, title, kind, present, fields, owned, who, before = row
    by = f"{who['actor']} through the {who['door']}" if who else None
    fields, owned = fields or [], owned or []
    if kind == "update":
        back = tuple(f for f in fields if f not in owned) if present else ()
        kept = tuple(f for f in fields if f in owned)
        if not present:
            reason = f"was deleted since, by {by}"
        elif kept:
            reason = f"{', '.join(kept)} changed since, by {by}"
        else:
            reason = f"set back: {', '.join(back)}"
        return Outcome(record_id, title, reason, back, kept, by if kept or not present else None)
    if kind == "delete":
        name = title or _title(before)
        if present:
            return Outcome(record_id, name, f"is there again, by {by}", by=by)
        if by:
            reason = f"brought back as it was when it was deleted again, by {by}"
            return Outcome(record_id, name, reason, by=by)
        return Outcome(record_id, name, "brought back")
    if not present:
        return Outcome(record_id, title, f"was deleted since, by {by}", by=by)
    if owned:
        reason = f"{', '.join(owned)} changed since, by {by}"
        return Outcome(record_id, title, reason, (), tuple(owned), by)
    return Outcome(record_id, title, "removed")


def _title(before: str | None) -> str | None:
    data = json.loads(before) if before else {}
    return next((str(v) for k, v in data.items() if v and not k.startswith("_")), None)


def apply(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    name: str,
    rollback_id: str,
    origin: Origin,
) -> None:
    """Carry the work table out: history first, then the records. Inside the writer's transaction."""
    at, kinds = now(), stored(connection, dataset)
    add = "INSERT INTO history.changes BY NAME SELECT"
    base = (
        f"{literal(dataset.name)} AS dataset, w.record_id, w.version + 1 AS version, ?::UUID AS upload_id,"
        " ? AS actor, ? AS door, ?::TIMESTAMP AS happened_at"
    )
    who = [rollback_id, origin.actor, origin.door, at]
    mine = f"{name} w JOIN {table(dataset)} m USING (record_id)"
    remove = f"{_INSERT} AND present AND len(owned) = 0"
    connection.execute(
        f"{add} {base}, 'delete' AS kind, {whole(kinds)} AS before FROM {mine} WHERE {remove}",
        who,
    )
    connection.execute(
        f"{add} {base}, 'update' AS kind, {_old(kinds)} AS before FROM {mine} WHERE {_FIELDS_BACK}",
        who,
    )
    connection.execute(
        f"{add} {base}, 'restore' AS kind FROM {name} w WHERE kind = 'delete' AND NOT present", who
    )
    connection.execute(
        f"DELETE FROM {table(dataset)} WHERE record_id IN (SELECT record_id FROM {name} WHERE {remove})"
    )
    _set_back(connection, dataset, kinds, name, at)
    connection.execute(
        f"INSERT INTO {table(dataset)} BY NAME "
        + restored(dataset, kinds, f"{name} w WHERE w.kind = 'delete' AND NOT present"),
        [at],
    )
    bump(connection, dataset.name)


def _changeable(kinds: dict[str, str]) -> dict[str, str]:
    names = [n for n in kinds if not n.startswith("_") or n == "_extra"]
    return {n: kinds[n] for n in names if n != "record_id"}


def _goes_back(field: str) -> str:
    return f"list_contains(w.fields, {literal(field)}) AND NOT list_contains(w.owned, {literal(field)})"


def _old(kinds: dict[str, str]) -> str:
    parts = [
        f"CASE WHEN {_goes_back(n)} THEN '\"{n}\":' || coalesce(to_json(m.{ident(n)})::VARCHAR, 'null') END"
        for n in _changeable(kinds)
    ]
    return "'{' || concat_ws(',', " + ", ".join(parts) + ") || '}'"


def from_json(name: str, kind: str, source: str) -> str:
    """SQL for the typed value of a field in the JSON text `source`."""
    text = f"({source} ->> {literal('$.' + json.dumps(name))})"
    if kind.endswith("[]"):
        return f"from_json({source} -> {literal('$.' + json.dumps(name))}, '[\"VARCHAR\"]')"
    return text if kind == "VARCHAR" else f"{text}::{kind}"


def restored(dataset: Dataset, kinds: dict[str, str], source: str) -> str:
    """SELECT of whole records out of `before` (alias w, with version); one parameter, the time.

    `kinds` are the columns of the table. The key may have changed since, so it is folded anew.
    """
    parts = [
        f"{from_json(n, k, 'w.before')} AS {ident(n)}"
        for n, k in kinds.items()
        if n not in ("record_id", "_version", "_updated_at")
    ]
    folded = key(dataset, kinds, prefix="")
    return (
        f"SELECT * REPLACE ({folded} AS _key) FROM (SELECT w.record_id, {', '.join(parts)},"
        f" w.version + 1 AS _version, ?::TIMESTAMP AS _updated_at FROM {source})"
    )


def _set_back(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    kinds: dict[str, str],
    name: str,
    at: object,
) -> None:
    fields = _changeable(kinds)
    values = ", ".join(
        f"CASE WHEN {_goes_back(n)} THEN {from_json(n, k, 'w.before')} ELSE m.{ident(n)} END AS {ident(n)}"
        for n, k in fields.items()
    )
    sets = ", ".join(f"{ident(n)} = y.{ident(n)}" for n in fields)
    connection.execute(
        f"UPDATE {table(dataset)} AS t SET {sets}, _version = y.version + 1, _updated_at = ?::TIMESTAMP"
        f" FROM (SELECT w.record_id, w.version, {values} FROM {name} w"
        f" JOIN {table(dataset)} m USING (record_id) WHERE {_FIELDS_BACK}) y"
        " WHERE t.record_id = y.record_id",
        [at],
    )
    keys.fold_anew(connection, dataset, f"SELECT record_id FROM {name}")
