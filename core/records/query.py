"""Questions to the records: filter, search, sort, page; and read-only SQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from core.datasets.model import Dataset
from core.datasets.tables import columns, table
from core.errors import BadQuery
from core.storage.database import Database
from core.storage.sql import ident

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Where = str | Mapping[str, Any] | Sequence[tuple[str, str, Any]] | None

# Operator -> SQL with {c} the column and ? the value.
OPERATORS = {
    "eq": "{c} IS NOT DISTINCT FROM ?",
    "ne": "{c} IS DISTINCT FROM ?",
    "lt": "{c} < ?",
    "le": "{c} <= ?",
    "gt": "{c} > ?",
    "ge": "{c} >= ?",
    "contains": "contains(lower(strip_accents({c}::VARCHAR)), lower(strip_accents(?)))",
    "starts": "starts_with(lower({c}::VARCHAR), lower(?))",
    "in": "list_contains(?, {c}::VARCHAR)",
    "has": "list_contains({c}, ?)",
    "empty": "({c} IS NULL) = ?",
}


@dataclass(frozen=True)
class Query:
    """A compiled question: SQL without LIMIT, and its parameters."""

    sql: str
    parameters: tuple[Any, ...]
    order: tuple[tuple[str, bool], ...] = ()


class Result:
    """An answer that is computed when it is asked for, in the form that is asked for."""

    def __init__(self, database: Database, sql: str, parameters: Sequence[Any] = ()) -> None:
        self._database, self._sql, self._parameters = database, sql, list(parameters)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        with self._database.reader() as cursor:
            return _read_only(cursor, self._sql, self._parameters).fetchall()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows as dicts, in bounded memory."""
        with self._database.reader() as cursor:
            found = _read_only(cursor, self._sql, self._parameters)
            names = [d[0] for d in found.description or []]
            while batch := found.fetchmany(2_000):
                for row in batch:
                    yield {n: _plain(v) for n, v in zip(names, row)}

    def columns(self) -> list[str]:
        """Names of the columns."""
        with self._database.reader() as cursor:
            found = _read_only(cursor, f"SELECT * FROM ({self._sql}) LIMIT 0", self._parameters)
            return [d[0] for d in found.description or []]

    def pl(self) -> polars.DataFrame:
        """As a polars DataFrame."""
        import polars

        return polars.DataFrame(polars.from_arrow(self.arrow()))

    def df(self) -> pandas.DataFrame:
        """As a pandas DataFrame."""
        with self._database.reader() as cursor:
            return _read_only(cursor, self._sql, self._parameters).df()

    def arrow(self) -> pyarrow.Table:
        """As an Arrow table."""
        with self._database.reader() as cursor:
            return _read_only(cursor, self._sql, self._parameters).to_arrow_table()

    def __repr__(self) -> str:
        return f"<Result {self._sql[:120]}>"


def _plain(value: Any) -> Any:
    return str(value) if type(value).__name__ == "UUID" else value


def _read_only(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]
) -> duckdb.DuckDBPyConnection:
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    try:
        return cursor.execute(sql, parameters)
    except duckdb.Error as error:
        raise BadQuery(str(error).split("\n\n")[0].strip()) from error


def check_select(sql: str) -> str:
    """One SELECT and nothing else. Raises BadQuery."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise BadQuery(str(error).split("\n\n")[0].strip()) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadQuery(
            "only one SELECT can be run here", hint="Use edit, delete or an import to change data."
        )
    return str(statements[0].query).rstrip().rstrip(";")


def compile_query(
    dataset: Dataset,
    where: Where = None,
    order_by: str | Sequence[str] | None = None,
    search: str | None = None,
    fields: Sequence[str] | None = None,
) -> Query:
    """SELECT of records. `where` is {field: value}, a list of (field, operator, value), or a SQL condition.

    `order_by` is a field, "-field" for descending, or a list of these; the record id comes last, so
    the order is total. Raises BadQuery naming the field or operator.
    """
    conditions, parameters = _conditions(dataset, where)
    if search and search.strip():
        texts = [f"{ident(f.name)}::VARCHAR" for f in dataset.fields if f.type in ("text", "list")]
        haystack = f"lower(strip_accents(concat_ws(' ', {', '.join(texts)})))"
        for word in search.split()[:10]:
            conditions.append(f"contains({haystack}, lower(strip_accents(?)))")
            parameters.append(word)
    names = ", ".join(ident(_column(dataset, f)) for f in fields) if fields else "*"
    sql = f"SELECT {names} FROM {table(dataset)}"
    if conditions:
        sql += " WHERE " + " AND ".join(f"({c})" for c in conditions)
    return Query(sql, tuple(parameters), _order(dataset, order_by))


def _conditions(dataset: Dataset, where: Where) -> tuple[list[str], list[Any]]:
    if not where:
        return [], []
    if isinstance(where, str):
        check_select(f"SELECT 1 FROM {table(dataset)} WHERE ({where})")
        return [where], []
    if isinstance(where, Mapping):
        where = [(f, "has" if _is_list(dataset, f) else "eq", v) for f, v in where.items()]
    conditions, parameters = [], []
    for name, operator, value in where:
        if operator not in OPERATORS:
            raise BadQuery(
                f"there is no operator {operator!r}", hint=f"Operators: {', '.join(OPERATORS)}."
            )
        column = ident(_column(dataset, name))
        if operator == "contains" and _is_list(dataset, name):
            column = f"array_to_string({column}, ' ')"
        conditions.append(OPERATORS[operator].format(c=column))
        parameters.append(_operand(operator, value))
    return conditions, parameters


def _operand(operator: str, value: Any) -> Any:
    if operator == "in":
        return [str(v) for v in (value.split(",") if isinstance(value, str) else value)]
    if operator == "empty":
        return str(value).lower() not in ("false", "0", "no")
    return value


def _is_list(dataset: Dataset, name: str) -> bool:
    return name in dataset.field_names and dataset.field(name).type == "list"


def _column(dataset: Dataset, name: str) -> str:
    if name not in columns(dataset):
        raise BadQuery(
            f"{dataset.name} has no field {name!r}", hint=f"Fields: {', '.join(columns(dataset))}."
        )
    return name


def _order(dataset: Dataset, order_by: str | Sequence[str] | None) -> tuple[tuple[str, bool], ...]:
    wanted = [order_by] if isinstance(order_by, str) else list(order_by or [])
    wanted = [part.strip() for item in wanted for part in item.split(",") if part.strip()]
    order = [(_column(dataset, w.lstrip("-")), w.startswith("-")) for w in wanted]
    if not any(name == "record_id" for name, _ in order):
        order.append(("record_id", False))
    return tuple(order)


def ordered(query: Query) -> str:
    """The query with its ORDER BY."""
    parts = [f"{ident(n)} {'DESC' if down else 'ASC'} NULLS LAST" for n, down in query.order]
    return f"{query.sql} ORDER BY {', '.join(parts)}"


# ------------------------------------------------------------------ paging by keys


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort values of a page's last record, as an opaque text."""
    text = json.dumps([str(v) if v is not None else None for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(dataset: Dataset, query: Query, cursor: str) -> tuple[str, list[Any]]:
    """The query restricted to what comes after the cursor, without OFFSET. Raises BadQuery."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(query.order):
            raise ValueError("another order")
    except ValueError as error:
        raise BadQuery("this cursor does not belong to this question") from error
    kinds = columns(dataset)
    alternatives: list[str] = []
    parameters: list[Any] = []
    for position, (name, down) in enumerate(query.order):
        equal = [
            f"{ident(n)} IS NOT DISTINCT FROM ?::{kinds[n]}" for n, _ in query.order[:position]
        ]
        value = values[position]
        if value is None:
            continue  # nulls come last, nothing is after them
        beyond = f"({ident(name)} {'<' if down else '>'} ?::{kinds[name]} OR {ident(name)} IS NULL)"
        alternatives.append(" AND ".join([*equal, beyond]))
        parameters += [*values[:position], value]
    condition = " OR ".join(f"({a})" for a in alternatives) or "false"
    sql = f"SELECT * FROM ({query.sql}) WHERE {condition}"
    return sql, [*query.parameters, *parameters]
