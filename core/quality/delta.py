"""What an act changed in the counts, from the records that it touched alone: a small act costs little in a large dataset.

A check of one record is changed by that record only. One of uniqueness is changed for all records of the same key, or the
same value of a unique field; so those are counted too, before and after.
"""

from __future__ import annotations

from core.datasets.compared import comparable
from core.datasets.model import Dataset
from core.history.events import now
from core.quality import measures, past, score as score_
from core.quality.measures import column
from core.quality.score import Checked
from core.storage.sql import literal
from core.storage.store import Connection

SMALL = 10_000  # records; above, everything is counted anew

Counts = dict[str, tuple[int, int]]  # id of a check to counted, bad


def kept(cursor: Connection, dataset: Dataset, act: int) -> tuple[int, Counts] | None:
    """Records and counts after an act, as they were kept; None where a check of today is missing."""
    row = cursor.execute(
        "SELECT records FROM ops.quality_acts WHERE dataset = ? AND act = ?", [dataset.name, act]
    ).fetchone()
    rows = cursor.execute(
        "SELECT check_id, counted, bad FROM ops.quality_counts WHERE dataset = ? AND act = ?",
        [dataset.name, act],
    ).fetchall()
    found = {str(check): (int(counted), int(bad)) for check, counted, bad in rows}
    made = found.pop(basis(dataset), None)
    return (int(row[0]), found) if row and made else None


def basis(dataset: Dataset) -> str:
    """What counts are made by, kept beside them: by another definition, or on another day, they are others."""
    return f"basis:{dataset.meaning}:{now().date().isoformat()}"


def count(cursor: Connection, dataset: Dataset, act: int) -> tuple[int, tuple[Checked, ...]] | None:
    """The counts after an act from those before it; None where it is not small, or nothing is known before it."""
    before = kept(cursor, dataset, act - 1)
    if before is None:
        return None
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE quality_touched AS SELECT DISTINCT record_id FROM history.changes"
        f" WHERE dataset = {literal(dataset.name)} AND act = {int(act)}"
    )
    try:
        row = cursor.execute("SELECT count(*) FROM temp.quality_touched").fetchone()
        if row is None or int(row[0]) > SMALL:
            return None
        return _moved(cursor, dataset, act, *before)
    finally:
        for name in ("touched", "keys", "part"):
            cursor.execute(f"DROP TABLE IF EXISTS temp.quality_{name}")


def _moved(
    cursor: Connection, dataset: Dataset, act: int, records: int, counts: Counts
) -> tuple[int, tuple[Checked, ...]] | None:
    _keys(cursor, dataset, act)
    was, old = _part(cursor, dataset, act - 1)
    is_, new = _part(cursor, dataset, act)
    found = []
    olds = {c.id: c for c in old}
    for check in new:
        if not check.scored:
            continue
        if check.id not in counts:
            return None  # the definition has another check by now
        counted, bad = counts[check.id]
        before = olds[check.id]
        found.append(
            score_.recounted(
                check, counted + check.counted - before.counted, bad + check.bad - before.bad
            )
        )
    return records + is_ - was, tuple(found)


def _names(dataset: Dataset) -> dict[str, str]:
    """What makes records the same: the key, and unique fields, as SQL of `r`."""
    fields = {
        f"u{i}": f"({comparable(f, column(f.name))})::VARCHAR"
        for i, f in enumerate(dataset.fields)
        if f.unique
    }
    return {"k": "r._key", **fields}


def _keys(cursor: Connection, dataset: Dataset, act: int) -> None:
    """Keys and unique values of the touched records, before and after the act."""
    parts = ", ".join(f"{sql} AS {name}" for name, sql in _names(dataset).items())
    empty = ", ".join(f"NULL::VARCHAR AS {name}" for name in _names(dataset))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE quality_keys AS SELECT {empty} WHERE false")
    for at in (act - 1, act):
        with past.records(cursor, dataset, at) as records:
            cursor.execute(
                f"INSERT INTO temp.quality_keys SELECT {parts} FROM {records} r"
                " WHERE r.record_id IN (SELECT record_id FROM temp.quality_touched)"
            )


def _part(cursor: Connection, dataset: Dataset, act: int) -> tuple[int, tuple[Checked, ...]]:
    """The counts of the touched records and of those that could be the same, as they were after an act."""
    same = " OR ".join(
        f"{sql} IN (SELECT {name} FROM temp.quality_keys WHERE {name} IS NOT NULL)"
        for name, sql in _names(dataset).items()
    )
    with past.records(cursor, dataset, act) as records:
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE quality_part AS SELECT * FROM {records} r WHERE {same}"
            " OR r.record_id IN (SELECT record_id FROM temp.quality_touched)"
        )
    part = "temp.quality_part"
    found = [m for m in measures.build(dataset, part, now()) if m.by_act]
    return score_.count(cursor, dataset, found, part)
