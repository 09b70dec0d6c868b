"""The answer while there is no index: the records are looked through, exactly and in no rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset
from core.records import filters as trees, query as records
from core.records.filters import Filter
from core.search.query import Query
from core.search.results import Hit
from core.storage.store import Store

NOTE = "The search index is not ready ({reason}): words were looked for exactly, and not ranked."


@dataclass(frozen=True)
class Scan:
    """The records that fit: how many, and those of one page."""

    total: int
    hits: tuple[Hit, ...]


def scan(
    database: Store,
    dataset: Dataset,
    query: Query,
    filters: Filter | None,
    sort: str | None,
    limit: int,
    offset: int,
) -> Scan:
    """One page of what `scanned` finds."""
    asked = records.compile_query(dataset, None, sort)
    sql, parameters = scanned(dataset, query, filters)
    count = f"SELECT count(*) FROM ({sql})"
    total = records.Result(database, count, parameters, "count of a search").fetchall()[0][0]
    whole = records.Query(sql, tuple(parameters), asked.order, asked.shown, asked.dates)
    page = records.ordered(whole) + records.page(limit, offset)
    rows = records.Result(database, page, parameters, "search").rows()
    return Scan(int(total), tuple(_hit(row) for row in rows))


def scanned(dataset: Dataset, query: Query, filters: Filter | None) -> tuple[str, list[Any]]:
    """SQL, with its parameters, of the records that hold every word of the query, in no order.

    An excluded word without a field is looked for in the name.
    """
    words = " ".join(each.text for each in query.words if each.field is None)
    asked = records.compile_query(dataset, None, None, words or None)
    sql, parameters = asked.found, list(asked.parameters)
    if filters is not None:
        condition, more = trees.where(dataset, filters)
        sql, parameters = f"SELECT * FROM ({sql}) WHERE {condition}", parameters + more
    for clause in query.clauses:
        if clause.excluded or clause.field is not None:
            one = records.compile_query(dataset, _where(dataset, clause.field, clause.text))
            wanted = "NOT IN" if clause.excluded else "IN"
            sql = f"SELECT * FROM ({sql}) WHERE record_id {wanted} (SELECT record_id FROM ({one.found}))"
            parameters += one.parameters
    return sql, parameters


def _where(dataset: Dataset, field: str | None, text: str) -> Any:
    return [(field or dataset.title_field, "contains", text)]


def _hit(row: dict[str, Any]) -> Hit:
    record = {name: value for name, value in row.items() if name != "_key"}
    return Hit(str(record["record_id"]), record, 0.0)
