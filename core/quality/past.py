"""The records of a dataset as they were after an act: the present ones, and what later changes say of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.cleaning.compiler import key
from core.datasets.model import Dataset
from core.datasets.tables import columns, table
from core.history import feed
from core.history.walk import decoded
from core.storage.sql import ident, literal
from core.storage.store import Connection

_TEMP = "temp.quality_past"


@contextmanager
def records(cursor: Connection, dataset: Dataset, act: int) -> Iterator[str]:
    """What stands in FROM for the records after that act; set-based, and only as dear as what changed since."""
    if act >= feed.last(cursor, dataset.name):
        yield table(dataset)
        return
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE quality_later AS {_later(dataset, act)}")
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE quality_past AS {_past(dataset)}")
    names = ", ".join(f"m.{ident(n)}" for n in columns(dataset))
    try:
        yield (
            f"(SELECT {names} FROM {table(dataset)} m ANTI JOIN temp.quality_later l USING (record_id)"
            f" UNION ALL BY NAME FROM {_TEMP})"
        )
    finally:
        cursor.execute("DROP TABLE IF EXISTS temp.quality_later")
        cursor.execute("DROP TABLE IF EXISTS temp.quality_past")


def _later(dataset: Dataset, act: int) -> str:
    """A row for each record that was changed later: how that began, and the first old value of each column."""
    olds = []
    for name in columns(dataset):
        if name == "record_id":
            continue
        has = f"list_contains(json_keys(before), {literal(name)})"
        olds.append(f"bool_or(coalesce({has}, false)) AS {ident('h_' + name)}")
        old = f"(before -> {literal(name)})::VARCHAR"
        # A struct, since arg_min passes over NULL.
        olds.append(f"arg_min({{'v': {old}}}, version) FILTER ({has}) AS {ident('o_' + name)}")
    return (
        f"SELECT record_id, arg_min(kind, version) AS first, {', '.join(olds)}"
        " FROM history.changes"
        f" WHERE dataset = {literal(dataset.name)} AND act > {int(act)} GROUP BY record_id"
    )


def _past(dataset: Dataset) -> str:
    """Those that were there: their first later change is no insert and no restore."""
    kinds = columns(dataset)
    values = ", ".join(
        f"CASE WHEN l.{ident('h_' + n)} THEN {decoded('l.' + ident('o_' + n) + '.v', kind)}"
        f" ELSE m.{ident(n)} END AS {ident(n)}"
        for n, kind in kinds.items()
        if n != "record_id"
    )
    folded = key(dataset, dataset.field_names, prefix="")
    return (
        f"SELECT * REPLACE ({folded} AS _key) FROM (SELECT l.record_id, {values}"
        f" FROM temp.quality_later l LEFT JOIN {table(dataset)} m USING (record_id)"
        " WHERE l.first NOT IN ('insert', 'restore'))"
    )
