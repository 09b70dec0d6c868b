"""All records that a search finds, not a page of them: for exports and for kept searches."""

from __future__ import annotations

from collections.abc import Sequence

from core.datasets.tables import table
from core.records.filters import Filter
from core.records.query import Result
from core.search.searching import Question, Searching
from core.storage.sql import ident

MOST = 100_000  # records


def every_id(
    searching: Searching, text: str, filters: Filter | None, sort: str | None = None
) -> list[str]:
    """The ids of what a search finds, the best first; at most 100,000."""
    return searching.ids(Question(text, filters=filters, sort=sort), MOST)


def every_record(searching: Searching, ids: Sequence[str], names: Sequence[str]) -> Result:
    """These records in this order, with these columns."""
    shown = ", ".join(f"r.{ident(name)}" for name in names)
    sql = (
        f"SELECT {shown} FROM (SELECT unnest(?::UUID[]) AS id, generate_subscripts(?::UUID[], 1) AS place) w"
        f" JOIN {table(searching.dataset)} r ON r.record_id = w.id ORDER BY w.place"
    )
    return Result(searching.database, sql, [list(ids), list(ids)], "export of a search")
