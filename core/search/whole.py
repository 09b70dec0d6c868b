"""All records that a search finds, not a page of them: for exports and for kept searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.datasets.tables import table
from core.records.filters import Filter
from core.records.query import Result
from core.search.searching import Question, Searching
from core.storage.sql import ident
from core.storage.store import Store

MOST = 100_000  # records of a kept search
EXPORTED = 1_000_000  # records of an export by words; all of one by filters alone
PART = 20_000  # records that are fetched at once


def every_id(
    searching: Searching,
    text: str,
    filters: Filter | None,
    sort: str | None = None,
    most: int = MOST,
    *,
    scans: bool = True,
) -> list[str]:
    """The ids of what a search finds, the best first; at most so many. `scans`: without an index, too."""
    return searching.ids(Question(text, filters=filters, sort=sort), most, scans=scans)


def every_record(searching: Searching, ids: Sequence[str], names: Sequence[str]) -> Result:
    """These records in this order, with these columns; those that are gone are left out."""
    shown = ", ".join(f"r.{ident(name)}" for name in names)
    sql = (
        f"SELECT {shown} FROM (SELECT unnest(?::UUID[]) AS id, generate_subscripts(?::UUID[], 1) AS place) w"
        f" JOIN {table(searching.dataset)} r ON r.record_id = w.id ORDER BY w.place"
    )
    return InOrder(searching.database, sql, ids)


class InOrder(Result):
    """Records by their ids, in the order of these, a part after the other: no part holds more than another.

    `sql` takes the ids of a part twice.
    """

    def __init__(self, database: Store, sql: str, ids: Sequence[str]) -> None:
        super().__init__(database, sql, [[], []], "export of a search")
        self._ids = ids

    def batches(self, names: list[str] | None = None) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as tuples, a batch at a time; `names` is filled with those of the columns."""
        for first in range(0, max(1, len(self._ids)), PART):
            part = list(self._ids[first : first + PART])
            found = Result(self._database, self._sql, [part, part], self._name)
            yield from found.batches(names if first == 0 else None)

    def through(self, select: str) -> Result:
        """The same rows in the same order, as these expressions show them."""
        return InOrder(self._database, f"SELECT {select} FROM (\n{self._sql}\n)", self._ids)
