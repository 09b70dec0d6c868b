"""The folded key of records that are there, after the definition of their dataset changed.

`_key` is computed once, when a record is written. When the key fields change, or any field where all of
them are the key, every record is folded anew, in one transaction: otherwise the same person would come
in a second time. Where the new key makes two records the same nothing is touched, and the error says
which they are.

When not the definition changed but Marquee, so that it folds otherwise than the Marquee of before did, nobody is to be
locked out: both records stay, the check names them, and a row that could mean either waits in quarantine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from core.actor import Actor
from core.cleaning.compiler import key
from core.datasets.compared import fits, is_code
from core.datasets.model import Dataset
from core.datasets.tables import bump, stored, table
from core.errors import BadDataset, StalePreview
from core.history import events
from core.storage.sql import ident

SHOWN = 3  # pairs that are named


def signature(dataset: Dataset) -> str:
    """What the keys of a dataset follow from, as JSON: other text, other keys."""
    folded = hashlib.sha256(key(dataset, dataset.field_names, prefix="").encode()).hexdigest()
    told = {"fields": dataset.key.fields, "when_both": dataset.key.when_both, "folded": folded[:16]}
    return json.dumps({**told, "declared": _declared(dataset)})


def _declared(dataset: Dataset) -> dict[str, str]:
    """How the definition wants each field compared that the key stands on."""
    names = (*dataset.key.fields, dataset.key.when_both) if dataset.key.fields else None
    used = [f for f in dataset.fields if names is None or f.name in names]
    return {f.name: "code" if is_code(f) else f.type for f in used}


def _only_we_changed(known: str | None, dataset: Dataset) -> bool:
    """Whether the definition is as it was when the records were folded."""
    if known is None:
        return False
    was, now = json.loads(known), json.loads(signature(dataset))
    was.setdefault("declared", now["declared"])  # it was not noted at first
    return all(was[part] == now[part] for part in ("fields", "when_both", "declared"))


def kept(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """The signature by which the records of a dataset were folded last."""
    row = connection.execute("SELECT keyed FROM ops.datasets WHERE name = ?", [name]).fetchone()
    return row[0] if row else None


def must_fit(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Inside a commit: the rows were folded as the records are. Raises StalePreview."""
    if kept(connection, dataset.name) != signature(dataset):
        raise StalePreview(f"the key of {dataset.label} was changed meanwhile")


def renew(connection: duckdb.DuckDBPyConnection, dataset: Dataset, actor: Actor) -> int:
    """Fold every record anew, inside the writer's transaction. How many have another key now.

    Raises BadDataset when the definition was changed and its key makes two records the same.
    """
    known = kept(connection, dataset.name)
    if known == signature(dataset):
        return 0  # somebody else was faster
    alike: list[tuple[str, ...]] = []
    with _folded_anew(connection, dataset):
        if _only_we_changed(known, dataset):
            alike = connection.execute(_duplicates(connection, dataset)).fetchall()
        else:
            _refuse(connection, dataset)
        rows = connection.execute(
            f"UPDATE {table(dataset)} AS m SET _key = f.folded FROM temp.folded f"
            " WHERE m.record_id = f.record_id"
        ).fetchone()
    connection.execute(
        "UPDATE ops.datasets SET keyed = ? WHERE name = ?", [signature(dataset), dataset.name]
    )
    number = int(rows[0]) if rows else 0
    if number:
        bump(connection, dataset.name)
        events.append(
            connection,
            "dataset.key_renewed",
            actor,
            dataset=dataset.name,
            details={
                "key": dataset.key.model_dump(mode="json"),
                "records": number,
                "alike": [f"{a} ({i}) and {b} ({j})" for i, a, j, b in alike[:SHOWN]],
            },
        )
    return number


def fold_anew(connection: duckdb.DuckDBPyConnection, dataset: Dataset, ids: str) -> None:
    """Give some records the key of what they say now; `ids` is a SELECT of them."""
    folded = key(dataset, stored(connection, dataset), prefix="")
    # First which they are: in one statement the keys of all records would be folded to be compared.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE anew AS SELECT * FROM {table(dataset)} WHERE record_id IN ({ids})"
    )
    connection.execute(
        f"UPDATE {table(dataset)} AS t SET _key = a.folded FROM"
        f" (SELECT record_id, _key AS was, {folded} AS folded FROM temp.anew) a"
        " WHERE t.record_id = a.record_id AND a.was IS DISTINCT FROM a.folded"
    )
    connection.execute("DROP TABLE temp.anew")


def refuse_duplicates(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Raises BadDataset when the key makes two records the same that are two by the key of now."""
    known = kept(connection, dataset.name)
    if known is not None and known != signature(dataset) and not _only_we_changed(known, dataset):
        with _folded_anew(connection, dataset):
            _refuse(connection, dataset)


@contextmanager
def _folded_anew(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> Iterator[None]:
    """A temporary table `folded` of the records that have another key by this definition.

    Folding takes two seconds for a million records, so it is done once.
    """
    folded = key(dataset, stored(connection, dataset), prefix="")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE folded AS SELECT record_id, {folded} AS folded"
        f" FROM {table(dataset)} WHERE _key IS DISTINCT FROM {folded}"
    )
    try:
        yield
    finally:
        connection.execute("DROP TABLE IF EXISTS temp.folded")


def _refuse(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    pairs = connection.execute(_duplicates(connection, dataset)).fetchall()
    if not pairs:
        return
    named = "; ".join(f"{a} ({i}) and {b} ({j})" for i, a, j, b in pairs[:SHOWN])
    raise BadDataset(
        f"by the key {_words(dataset)} of {dataset.label} records would be the same that are two now:"
        f" {named}{', and more' if len(pairs) > SHOWN else ''}",
        hint="Nothing was changed. Put the key back as it was, edit or delete one of each, and change"
        " the key then.",
    )


def _duplicates(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> str:
    """SELECT of pairs: as `compare` meets them, those aside that were the same by the key of before."""
    have, known = stored(connection, dataset), kept(connection, dataset.name)
    both = dataset.key.when_both if dataset.key.when_both in have else None
    title = f"m.{ident(dataset.title_field)}" if dataset.title_field in have else "NULL"
    same = known is None or json.loads(known)["when_both"] == dataset.key.when_both
    return f"""WITH present AS (
        SELECT m.record_id, {title}::VARCHAR AS title, _key AS before,
               {f"m.{ident(both)}" if both else "NULL::VARCHAR"} AS value,
               CASE WHEN f.record_id IS NULL THEN m._key ELSE f.folded END AS folded,
               {"f.record_id IS NOT NULL" if same else "true"} AS other
        FROM {table(dataset)} m LEFT JOIN temp.folded f USING (record_id)
    ), several AS (
        SELECT * FROM present WHERE folded IN (SELECT folded FROM present WHERE folded IS NOT NULL
                                               GROUP BY folded HAVING count(*) > 1 AND bool_or(other))
    )
    SELECT a.record_id::VARCHAR, a.title, b.record_id::VARCHAR, b.title
    FROM several a JOIN several b ON a.folded = b.folded AND a.record_id < b.record_id
    WHERE ({fits(dataset.field(both), "a.value", "b.value") if both else "true"})
      AND {"a.before IS DISTINCT FROM b.before" if same else "true"}
    LIMIT {SHOWN + 1}"""


def _words(dataset: Dataset) -> str:
    if not dataset.key.fields:
        return "of all fields"
    words = ", ".join(dataset.key.fields)
    return f"{words} (and {dataset.key.when_both})" if dataset.key.when_both else words
