"""What a Workbench asks of the records: questions, counts, one SELECT, and edits that are checked first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.actor import Actor
from core.datasets.model import Dataset
from core.errors import BadQuery, InputError
from core.records import defined, edit as edit_, filters, query, readonly
from core.records.filters import Filter
from core.records.query import Result, Where
from core.storage.catalog import known_names
from core.storage.store import Store

FAR = 10_000  # records before a page, from which on only its own are fetched


def select(
    database: Store,
    dataset: Dataset,
    *,
    where: Where | Filter,
    order_by: str | Sequence[str] | None,
    search: str | None,
    fields: Sequence[str] | None,
    limit: int | None,
    offset: int,
    after: str | None,
) -> Result:
    """Records that fit, in order; one page of them with `limit` and `offset`, or `after` a cursor."""
    condition = filters.compiled(dataset, where)
    question = query.compile_query(dataset, condition, order_by, search, fields)
    if after is not None:
        question = query.after(dataset, question, after)
    sql = query.ordered(question) + query.page(limit, offset)
    if limit is not None and int(offset or 0) >= FAR:
        sql = query.ordered(query.far(dataset, question, limit, offset))
    name = "search" if search else "page of records" if limit is not None else "all records"
    return Result(database, sql, question.parameters, name)


def count(database: Store, dataset: Dataset, where: Where | Filter, search: str | None) -> int:
    """How many records fit."""
    question = query.compile_query(dataset, filters.compiled(dataset, where), None, search)
    sql = f"SELECT count(*) FROM ({question.sql})"
    name = "count of a search" if search else "count"
    return int(Result(database, sql, question.parameters, name).fetchall()[0][0])


def edit(
    database: Store,
    dataset: Dataset,
    record_id: str,
    values: Mapping[str, Any],
    actor: Actor,
    version: int | None,
) -> dict[str, Any]:
    """Clean and check the values beside the record, then write. Raises BadValue, VersionMismatch."""
    with database.operations.measure("edit"):
        if not isinstance(values, Mapping):
            raise InputError("an edit is a field and its value", hint="Such as {'name': 'Ada'}.")
        with database.reader() as cursor:
            record = edit_.fetch(cursor, dataset, record_id)
            typed = edit_.typed(cursor, dataset, dict(values), record)
        return database.write(
            lambda c: edit_.edit(c, dataset, record_id, dict(typed), actor, version)
        )


def sql(database: Store, datasets: Iterable[Dataset], statement: str) -> Result:
    """One SELECT that reads tables and nothing else, of datasets as they are defined. Raises BadQuery."""
    if not isinstance(statement, str):
        raise BadQuery("a statement is a text", hint="Such as SELECT * FROM celebrities.")
    known = database.read(known_names)
    checked = readonly.check_select(statement, known)
    return Result(database, database.read(lambda c: defined.as_defined(c, datasets, checked)))
