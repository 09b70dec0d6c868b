"""The records of hits, as the table has them now; kept until anything of the dataset is changed.

Whoever types asks for the same people again and again, and ten of a million lie in ten places of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.datasets.model import Dataset
from core.datasets.tables import columns, table
from core.history import feed
from core.search.plan import Candidate
from core.storage.sql import ident
from core.storage.store import Connection, Store

KEPT = 2_000  # records


class Fetching:
    """Fetches records of one dataset. Safe in several threads."""

    def __init__(self, database: Store, dataset: Dataset) -> None:
        self._database, self._dataset = database, dataset
        self._shown = [name for name in columns(dataset) if name != "_key"]
        self._kept: tuple[int, dict[str, dict[str, Any]]] = (-1, {})

    def fetch(self, found: Sequence[Candidate]) -> tuple[dict[str, dict[str, Any]], int]:
        """Those of these records that are there, by id; and the number of the newest act."""
        return self._database.read(lambda c: self._fetch(c, found))

    def _fetch(
        self, cursor: Connection, found: Sequence[Candidate]
    ) -> tuple[dict[str, dict[str, Any]], int]:
        act = feed.last(cursor, self._dataset.name)
        known, there = self._kept
        if known != act or len(there) > KEPT:
            there = {}
        missing = [each for each in found if each.record_id not in there]
        if missing:
            there = {**there, **self._read(cursor, missing)}
            if (
                feed.last(cursor, self._dataset.name) == act
            ):  # else what was read may be of the next one
                self._kept = (act, there)
        ids = [each.record_id for each in found]
        return {each: dict(there[each]) for each in ids if each in there}, act

    def _read(self, cursor: Connection, wanted: Sequence[Candidate]) -> dict[str, dict[str, Any]]:
        """Where they were when the index took them in; those that are there no more, wherever they are."""
        ids = {each.record_id for each in wanted}
        places = [each.row for each in wanted if each.row is not None]
        seen = self._of_places(cursor, "SELECT unnest(?::BIGINT[])", [places]) if places else {}
        found = {record_id: record for record_id, record in seen.items() if record_id in ids}
        others = [each for each in ids if each not in found]
        if others:
            marks = ", ".join(["?::UUID"] * len(others))
            moved = f"SELECT rowid FROM {table(self._dataset)} WHERE record_id IN ({marks})"
            found |= self._of_places(cursor, moved, others)
        return found

    def _of_places(
        self, cursor: Connection, places: str, parameters: list[Any]
    ) -> dict[str, dict[str, Any]]:
        # With the ids in one condition, DuckDB reads every column of the parts in which one of them may be, five times
        # the work for ten of a million. To look for the ids takes longer than to read the records at known places.
        names = ", ".join(map(ident, self._shown))
        sql = f"SELECT {names} FROM {table(self._dataset)} WHERE rowid IN ({places})"
        found = {}
        for row in cursor.execute(sql, parameters).fetchall():
            record = dict(zip(self._shown, row, strict=True))
            for name in ("record_id", "_upload_id"):
                record[name] = str(record[name]) if record[name] else None
            found[record["record_id"]] = record
        return found
