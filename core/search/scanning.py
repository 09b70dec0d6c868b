"""The answer while there is no index: the records are looked through, exactly and in no rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset
from core.errors import BadQuery
from core.records import filters as trees, query as records
from core.records.filters import Filter
from core.records.folded import Condition, holds
from core.search.facets import LISTED, without
from core.search.layout import Layout
from core.search.query import Query
from core.search.results import Bucket, Facet, Hit
from core.storage.sql import ident
from core.storage.store import Store

NOTE = "The search index is not ready ({reason}): words were looked for exactly, and not ranked."
_YEAR = "try_cast(regexp_extract({c}, '^-?[0-9]+') AS INTEGER)"


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

    A phrase is looked for as it stands; of words joined by OR, one is enough.
    """
    asked = records.compile_query(dataset, None, None)
    sql, parameters = asked.found, list(asked.parameters)
    if filters is not None:
        condition, more = trees.where(dataset, filters)
        sql, parameters = f"SELECT * FROM ({sql}) WHERE {condition}", parameters + more
    groups: dict[object, list[Condition]] = {}
    for place, clause in enumerate(query.clauses):
        if clause.field is not None and clause.field not in dataset.field_names:
            held = Condition("false", ())  # a word of the quality, which the index alone knows
        else:
            held = holds(records.texts(dataset, clause.field), clause.text)
        if clause.excluded:
            held = Condition(f"NOT coalesce({held.sql}, false)", held.parameters)
        key = ("one", place) if clause.either is None else clause.either
        groups.setdefault(key, []).append(held)
    if groups:
        every = (" OR ".join(f"({one.sql})" for one in some) for some in groups.values())
        sql = f"SELECT * FROM ({sql}) WHERE {' AND '.join(f'({some})' for some in every)}"
        parameters += [
            given for some in groups.values() for one in some for given in one.parameters
        ]
    return sql, parameters


def counted(
    database: Store,
    layout: Layout,
    query: Query,
    filters: Filter | None,
    name: str,
    most: int = LISTED,
) -> Facet:
    """The values of a field among the records that fit, whatever the filter on the field itself. Raises BadQuery."""
    if name not in layout.values and name not in layout.numbers:
        raise BadQuery(f"{name!r} has no values that are counted")
    field, title = layout.dataset.field(name), layout.label(name)
    dated = name in layout.numbers
    column = ident(name)
    value = f"unnest({column})" if field.type == "list" else f"{column}::VARCHAR"
    if dated:
        value = _YEAR.format(c=f"{column}::VARCHAR")
        value = f"({value} - {value} % 10)"
    sql, given = scanned(layout.dataset, query, without(filters, name))
    asked = f"SELECT v, count(*) FROM (SELECT {value} AS v FROM ({sql})) WHERE v IS NOT NULL"
    rows = records.Result(
        database, f"{asked} GROUP BY v ORDER BY 2 DESC, 1", given, "facet"
    ).fetchall()
    if dated:
        decades = tuple(
            Bucket(f"{d}s", n, start=_year(d), end=_year(d + 9)) for d, n in sorted(rows)
        )
        return Facet(name, title, "histogram", decades)
    buckets = tuple(Bucket(str(v), n) for v, n in rows[:most])
    return Facet(name, title, "values", buckets, sum(n for _, n in rows[most:]))


def _year(year: int) -> str:
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def _hit(row: dict[str, Any]) -> Hit:
    record = {name: value for name, value in row.items() if name != "_key"}
    return Hit(str(record["record_id"]), record, 0.0)
