"""What records are by the acts that still stand: a fold of what each of them said, in the order they came.

An act is a row of a file that met or made a record, an edit, a deletion, a restore by hand. A rollback is no
act: it says which imports do not stand. By the acts that stand, a record

    is there   when one of them vouches for it, and no deletion came after the last one that does
    has        in each field what they said about it one after the other, by the rule that the field had then
               (`merge.policy`): a later row overwrites, fills, adds, or is kept out; a person always sets

So the order in which imports are taken back means nothing. What is taken from a record that only an edit
vouches for is never its identity: the fields of the key, and those that are required.

    history      what each act said is read off the history backwards: the old value in the next change that
                 touched a field is what the one before had left (`states`)
    a few acts   whatever came last and is alone in its doing is undone by its own old values, without a
                 fold; see `rollback`
"""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset, Field, OnUpdate
from core.datasets.tables import table
from core.history.walk import EXTRA, decoded
from core.ingest.rows.merge import extra_policy, policy
from core.storage.sql import ident, literal

END = 2_147_483_647  # a version after all others


def fields(kinds: dict[str, str]) -> dict[str, str]:
    """The columns of a table that acts speak of, with their SQL types."""
    return {n: k for n, k in kinds.items() if n == EXTRA or n[0] != "_" and n != "record_id"}


def column(name: str) -> str:
    """The quoted name of a field in the tables of this room, beside columns that have names of their own."""
    return ident(f"v_{name}")


def fold(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    kinds: dict[str, str],
    fallen: list[str],
    root: str,
) -> None:
    """Fill the temporary table `folded` for all records in `scope`.

    It has record_id, alive, made (by `root`), spoken (the fields that `root` speaks of), voucher and remover
    (the last other acts that stand), and each field. `kinds` are the columns of the record table, `fallen`
    the imports that do not stand.
    """
    names = fields(kinds)
    _states(cursor, dataset, names)
    _acts(cursor, dataset, names, fallen)
    _find_standing(cursor, names, root)
    _run(cursor, dataset, names, "said", "stands")
    # Whoever is there without any row has its identity from whoever gave it, fallen or not.
    lacking = [f"a.{column(f.name)} IS NULL" for f in dataset.fields if f.required]
    needy = f"SELECT record_id FROM told LEFT JOIN said a USING (record_id) WHERE {' OR '.join(['NOT filed', *lacking])}"
    _run(cursor, dataset, names, "ever", f"record_id IN ({needy})")
    values = ", ".join(f"{_value(dataset, n)} AS {column(n)}" for n in names)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE folded AS SELECT told.*, {values} FROM told"
        " LEFT JOIN said a USING (record_id) LEFT JOIN ever e USING (record_id)"
    )
    for name in ("states", "acts", "told", "said", "ever"):
        cursor.execute(f"DROP TABLE temp.{name}")


def _find_standing(cursor: duckdb.DuckDBPyConnection, names: dict[str, str], root: str) -> None:
    """What of a record follows from which acts there are, whatever they say."""
    mine = f"upload_id IS NOT DISTINCT FROM {literal(root)}::UUID"
    who, gives = "struct_pack(actor, door, upload_id, filename)", "stands AND kind <> 'delete'"
    spoken = ", ".join(
        f"CASE WHEN bool_or({mine} AND {_speaks(n, 'acts')}) THEN {literal(n)} END" for n in names
    )
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE told AS
        SELECT record_id, coalesce(vouched > coalesce(deleted, 0), false) AS alive,
               * EXCLUDE (record_id, vouched, deleted) FROM (
            SELECT record_id, bool_or({mine} AND kind = 'insert') AS made,
                   bool_or({gives} AND NOT hard) AS filed,
                   list_filter([{spoken}]::VARCHAR[], lambda n: n IS NOT NULL) AS spoken,
                   max(place) FILTER ({gives}) AS vouched,
                   max(place) FILTER (stands AND kind = 'delete') AS deleted,
                   arg_max({who}, place) FILTER ({gives} AND NOT ({mine})) AS voucher,
                   arg_max({who}, place) FILTER (stands AND kind = 'delete' AND NOT ({mine})) AS remover
            FROM acts GROUP BY record_id)""")


def _run(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    names: dict[str, str],
    name: str,
    among: str,
) -> None:
    """Fill the table `name`: every record after all acts of `among` in their order, one place at a time.

    Records have few acts, so this is a few joins, each as of rows and records in an import.
    """
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE ranked AS
        WITH ranks AS (  -- of ids alone, so that no values need be sorted
            SELECT record_id, place, row_number() OVER (PARTITION BY record_id ORDER BY place) AS rank,
                   count(*) OVER (PARTITION BY record_id) AS places,
                   NOT hard AND row_number() OVER (PARTITION BY record_id, hard ORDER BY place) = 1 AS opens
            FROM acts WHERE kind <> 'delete' AND {among}
        )
        SELECT a.* EXCLUDE (place), rank AS place, places, opens FROM acts a JOIN ranks USING (record_id, place)"""
    )
    first = ", ".join(
        f"CASE WHEN {_speaks(n)} THEN s.{column(n)} END AS {column(n)}" for n in names
    )
    step = ", ".join(f"{_step(dataset, n)} AS {column(n)}" for n in names)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT record_id, places, {first} FROM ranked s WHERE place = 1"
    )
    row = cursor.execute("SELECT coalesce(max(place), 0) FROM ranked").fetchone()
    for place in range(2, (row[0] if row else 0) + 1):
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE further AS SELECT m.record_id, m.places, {step}"
            f" FROM {name} m JOIN ranked s ON s.record_id = m.record_id AND s.place = {place}"
        )
        cursor.execute(f"DELETE FROM {name} WHERE places >= {place}")
        cursor.execute(f"INSERT INTO {name} FROM further")
    for each in ("ranked", "further"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{each}")


def _states(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, names: dict[str, str]) -> None:
    """What every record of `scope` was after each of its versions, typed."""
    after = ", ".join(
        f"{decoded(f'first_value(had[{i}] IGNORE NULLS) OVER later', kind)} AS {column(n)}"
        for i, (n, kind) in enumerate(names.items(), 1)
    )
    # All fields at once, so that each text is parsed once.
    paths = "[" + ", ".join(literal(f'$."{n}"') for n in names) + "]"
    present = ", ".join(f"m.{ident(n)} AS {column(n)}" for n in names)
    mine = f"dataset = {literal(dataset.name)} AND record_id IN (SELECT record_id FROM scope)"
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE states AS
        WITH moved AS (
            SELECT DISTINCT record_id FROM history.changes WHERE {mine} AND before IS NOT NULL
        ), known AS (
            SELECT record_id, version, json_extract(before, {paths}) AS had FROM history.changes
            SEMI JOIN moved USING (record_id) WHERE {mine}
            UNION ALL
            SELECT record_id, {END}, json_extract(to_json(m), {paths}) FROM {table(dataset)} m
            SEMI JOIN moved USING (record_id)
        )
        -- What nobody changed since is still what it was.
        SELECT c.record_id, c.version, {present} FROM (
            SELECT record_id, version FROM history.changes ANTI JOIN moved USING (record_id) WHERE {mine}
        ) c JOIN {table(dataset)} m ON m.record_id = c.record_id
        UNION ALL
        SELECT record_id, version, {after} FROM known
        WINDOW later AS (PARTITION BY record_id ORDER BY version
                         ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)""")


def _acts(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, names: dict[str, str], fallen: list[str]
) -> None:
    """Every act on a record of `scope`: who, whether it stands, which fields it speaks of, what it says.

    `told` NULL: it speaks of all fields, of those that are NULL only when `hard`. `rules` is JSON of what an
    update did to its fields then.
    """
    values = ", ".join(
        f"CASE WHEN a.said IS NOT NULL AND json_exists(a.said, {literal(n)}) THEN"
        f" {decoded(f'(a.said::JSON -> {literal(n)})', kind)} ELSE s.{column(n)} END AS {column(n)}"
        for n, kind in names.items()
    )
    mine = f"dataset = {literal(dataset.name)} AND record_id IN (SELECT record_id FROM scope)"
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE acts AS
        WITH changes AS (
            SELECT * FROM history.changes WHERE {mine}
        ), vouched AS (
            SELECT * FROM history.vouched WHERE {mine}
        ), rows AS (
            SELECT record_id, version, upload_id, happened_at AS moment, 'row' AS kind,
                   json_keys(fields) AS told, said, fields::JSON AS rules, NULL AS actor, NULL AS door
            FROM vouched
            UNION ALL
            SELECT record_id, version, upload_id, happened_at, kind, NULL, NULL, NULL, NULL, NULL
            FROM changes WHERE upload_id IS NOT NULL AND kind IN ('insert', 'delete')
            UNION ALL  -- of before there were lines
            SELECT record_id, version, upload_id, happened_at, kind, json_keys(before), NULL, NULL, NULL, NULL
            FROM changes ANTI JOIN vouched USING (record_id, version, upload_id)
            WHERE upload_id IS NOT NULL AND kind = 'update'
        ), a AS (
            SELECT r.* REPLACE (u.actor AS actor, u.door AS door), false AS hard, u.filename
            FROM rows r JOIN ops.uploads u ON u.upload_id = r.upload_id AND u.kind = 'import'
            UNION ALL
            SELECT record_id, version, NULL, happened_at, kind,
                   CASE WHEN kind = 'update' THEN json_keys(before) END, NULL, NULL, actor, door, true, NULL
            FROM changes WHERE upload_id IS NULL AND kind <> 'insert'
        ), placed AS (  -- before the values are there, so that they need not be sorted
            SELECT *, row_number() OVER (PARTITION BY record_id ORDER BY version, moment) AS place FROM a
        )
        SELECT a.* EXCLUDE (said, version, moment),
               NOT coalesce(list_contains(?::UUID[], a.upload_id), false) AS stands, {values}
        FROM placed a LEFT JOIN states s ON s.record_id = a.record_id AND s.version = a.version""",
        [fallen],
    )


def _field(dataset: Dataset, name: str) -> Field | None:
    return next((f for f in dataset.fields if f.name == name), None)


def _speaks(name: str, alias: str = "s") -> str:
    """SQL: an act says something about a field."""
    a = alias
    return (
        f"({a}.kind <> 'delete' AND CASE WHEN {a}.told IS NOT NULL THEN list_contains({a}.told, {literal(name)})"
        f" ELSE {a}.hard OR {a}.{column(name)} IS NOT NULL END)"
    )


def _step(dataset: Dataset, name: str) -> str:
    """SQL: a field after one more act (`s`) on the record of before (`m`)."""
    field, s, m = _field(dataset, name), f"s.{column(name)}", f"m.{column(name)}"
    now = literal(field.on_update if field else "overwrite")
    steps = [f"CASE WHEN NOT {_speaks(name)} THEN {m} WHEN s.hard THEN {s}"]
    for rule, (changed, merged) in _rules(field, name).items():
        steps.append(
            f"WHEN coalesce(s.rules ->> {literal(name)}, {now}) = {literal(rule)}"
            f" THEN CASE WHEN {changed} THEN {merged} ELSE {m} END"
        )
    return f"{' '.join(steps)} ELSE {m} END"


def _rules(field: Field | None, name: str) -> dict[str, tuple[str, str]]:
    """Every `on_update` that the field may have had, as SQL: whether it changes, and to what."""
    s, m = f"s.{column(name)}", f"m.{column(name)}"
    if name == EXTRA:
        return {"overwrite": extra_policy(s, m)}
    field = field or Field(name=name)
    names: list[OnUpdate] = ["overwrite", "always", "fill"]
    if field.type == "list":
        names.append("union")
    rules: dict[str, tuple[str, str]] = {
        n: policy(field.model_copy(update={"on_update": n}), s, m)[:2] for n in names
    }
    # What is kept as it came belongs to the row that the record begins with.
    return {**rules, "keep": (f"s.opens AND {m} IS NULL", s)}


def _value(dataset: Dataset, name: str) -> str:
    """SQL: a field of `a` (what the acts that stand say) or of `e` (what all of them said)."""
    field, a, e = _field(dataset, name), f"a.{column(name)}", f"e.{column(name)}"
    if field is None:
        return a
    if field.required:
        return f"coalesce({a}, {e})"
    key = dataset.key
    if not key.fields or field.name in (*key.fields, key.when_both):
        return f"CASE WHEN filed OR {a} IS NOT NULL THEN {a} ELSE {e} END"
    return a
