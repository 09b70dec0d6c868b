"""Questions to the records: filter, search, sort, page; and read-only SQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb

from core.characters.searched import sql as folded_sql
from core.datasets.model import Dataset
from core.datasets.narrowed import Narrowed
from core.datasets.tables import columns, table
from core.dates import sortable
from core.errors import BadQuery, Cancelled, MarqueeError, TookTooLong
from core.records import dates, languages, operands
from core.records.folded import holds
from core.records.readonly import check_condition
from core.records.turns import turn
from core.shown import ROWS, table as html_table
from core.storage.faults import translate
from core.storage.patience import present, watched
from core.storage.sink import Timer
from core.storage.sql import ident
from core.storage.store import Store

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


@dataclass(frozen=True)
class Compiled:
    """A condition that is SQL already, with its parameters: what `filters.compiled` makes of a tree."""

    sql: str
    parameters: tuple[Any, ...]


Where = str | Mapping[str, Any] | Sequence[tuple[str, str, Any]] | Compiled | None

Run = Callable[[duckdb.DuckDBPyConnection, str, list[Any]], duckdb.DuckDBPyConnection]

NEVER_NULL = ("record_id", "_version", "_updated_at")
SEARCHES = ("search", "count of a search")  # what is counted under these names takes turns
ZONED = ("TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE")

# Operator -> SQL with {c} the column, {t} its type and ? the value.
OPERATORS = {
    "eq": "{c} IS NOT DISTINCT FROM ?",
    "ne": "{c} IS DISTINCT FROM ?",
    "lt": "{c} < ?",
    "le": "{c} <= ?",
    "gt": "{c} > ?",
    "ge": "{c} >= ?",
    "contains": "contains({c}::VARCHAR, ?)",  # of nothing; what holds a text is said by folded.holds
    "starts": "starts_with({c}::VARCHAR, ?)",  # of nothing; what begins with a text is said by _starts
    "in": "list_contains(?::{t}[], {c})",
    "has": "list_contains({c}, ?)",
    "empty": "({c} IS NULL) = ?",
}


# The same for a list: its elements are asked.
LIST_OPERATORS = {
    "starts": "len(list_filter({c}, lambda i: starts_with(i, ?))) > 0",
    "in": "list_has_any(?::{t}, {c})",
}
THROUGH, TEXTS = ("contains", "starts"), 20  # they look through texts: so many in a question
_TEXT_OPERATORS = ("contains", "starts", "has")


@dataclass(frozen=True)
class Query:
    """A compiled question: whole records that fit, their parameters, the order, what is shown."""

    found: str
    parameters: tuple[Any, ...]
    order: tuple[tuple[str, bool], ...] = ()
    shown: str = "*"
    dates: frozenset[str] = frozenset()  # of the order: sorted as time
    languages: tuple[tuple[str, str], ...] = ()  # of the order: texts sorted as a language does

    @property
    def sql(self) -> str:
        """SELECT without ORDER BY and LIMIT."""
        return self.found if self.shown == "*" else f"SELECT {self.shown} FROM ({self.found})"


class Result:
    """An answer that is computed when it is asked for, in the form that is asked for."""

    def __init__(
        self,
        database: Store,
        sql: str,
        parameters: Sequence[Any] = (),
        name: str = "sql",
        run: Run | None = None,
    ) -> None:
        self._database, self._sql, self._parameters = database, sql, list(parameters)
        self._name = name  # what it is counted as
        self._run = run or read_only  # how it is executed, for a limit of one's own
        self._patience = present()  # of whoever asked; it is computed when they have the answer

    def _watched(self, cursor: Any) -> AbstractContextManager[None]:
        return watched(cursor, self._patience)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Rows as tuples."""
        with self._answer() as (found, timer):
            with self._watched(found):
                rows = found.fetchall()
            timer.rows = len(rows)
            return rows

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows as dicts, in bounded memory."""
        names: list[str] = []
        for batch in self.batches(names):
            for row in batch:
                yield {n: _plain(v) for n, v in zip(names, row)}

    def batches(self, names: list[str] | None = None) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as tuples, 2,000 at a time; `names` is filled with those of the columns."""
        with self._answer() as (found, timer):
            if names is not None:
                names += [d[0] for d in found.description or []]
            while True:
                with self._watched(found):
                    batch = found.fetchmany(2_000)
                if not batch:
                    break
                timer.rows += len(batch)
                timer.pause()
                yield batch
                timer.resume()

    def through(self, select: str) -> Result:
        """The same rows in the same order, as these expressions show them."""
        sql = f"SELECT {select} FROM (\n{self._sql}\n)"
        made = Result(self._database, sql, self._parameters, self._name, self._run)
        made._patience = self._patience
        return made

    def types(self) -> dict[str, str]:
        """Names of the columns and their types in SQL."""
        with self._answer(f"SELECT * FROM (\n{self._sql}\n) LIMIT 0") as (found, _):
            return {str(d[0]): str(d[1]) for d in found.description or []}

    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.types())

    def pl(self) -> polars.DataFrame:
        """As a polars DataFrame."""
        import polars

        return polars.DataFrame(polars.from_arrow(self.arrow()))

    def df(self) -> pandas.DataFrame:
        """As a pandas DataFrame."""
        with self._answer() as (found, timer):
            with self._watched(found):
                frame = found.df()
            timer.rows = len(frame)
            return frame

    def arrow(self) -> pyarrow.Table:
        """As an Arrow table."""
        with self._answer() as (found, timer):
            with self._watched(found):
                table = found.to_arrow_table()
            timer.rows = table.num_rows
            return table

    @contextmanager
    def _answer(self, sql: str | None = None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Timer]]:
        searches = sql is None and self._name in SEARCHES
        timer, sql = Timer(), sql or self._sql
        with self._database.reader() as cursor:
            try:
                # The order is known when every text was looked at: what is left for reading is cheap.
                with turn() if searches else nullcontext():
                    timer.resume()  # waiting is not its time
                    with self._watched(cursor):
                        found = self._run(cursor, sql, self._parameters)
                yield found, timer
                timer.pause()
                self._database.operations.asked(self._name, timer, sql, self._parameters)
            except (duckdb.Error, UnicodeError, TookTooLong, Cancelled) as error:
                timer.pause()
                self._database.operations.add(self._name, timer.seconds, failed=True)
                told = translate(error) if isinstance(error, duckdb.Error) else error
                if told is error and isinstance(error, MarqueeError):
                    raise
                if isinstance(told, MarqueeError):
                    raise told from error
                raise BadQuery(str(error).split("\n\n")[0].strip()) from error

    def __repr__(self) -> str:
        return f"<Result {self._sql[:120]}>"

    def _repr_html_(self) -> str:
        """The first rows, as a notebook shows them."""
        first = Result(
            self._database,
            f"SELECT * FROM (\n{self._sql}\n) LIMIT {ROWS + 1}",
            self._parameters,
            self._name,
            self._run,
        )
        names: list[str] = []
        rows = [row for batch in first.batches(names) for row in batch]
        more = f"the first {ROWS} rows" if len(rows) > ROWS else f"{len(rows)} rows"
        return html_table(names, rows[:ROWS], more)


def _plain(value: Any) -> Any:
    return str(value) if type(value).__name__ == "UUID" else value


def read_only(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]
) -> duckdb.DuckDBPyConnection:
    """Execute a SELECT that writes nothing; times with a zone become UTC."""
    for value in parameters:
        str(value).encode()  # half a character is no text; UnicodeError is told as BadQuery
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    found = cursor.execute(sql, parameters)
    zoned = [str(d[0]) for d in found.description or [] if str(d[1]) in ZONED]
    if not zoned:
        return found
    # A moment with a zone needs a library in Python; here everything is UTC and needs none.
    plain = ", ".join(f"{ident(n)}::TIMESTAMP AS {ident(n)}" for n in dict.fromkeys(zoned))
    return cursor.execute(f"SELECT * REPLACE ({plain}) FROM (\n{sql}\n)", parameters)


def texts(dataset: Dataset, only: str | None = None) -> list[str]:
    """SQL of each text that words are looked for in; of one field alone, whatever its type."""
    if only is not None and dataset.field(only).type not in ("text", "list"):
        return [f"{ident(only)}::VARCHAR"]
    fields = [f for f in dataset.fields if only in (None, f.name)]
    found = [ident(f.name) for f in fields if f.type == "text"]
    # Not a cast: that would put quotes and backslashes around and into the elements.
    lists = [ident(f.name) for f in fields if f.type == "list"]
    return [*found, *(f"array_to_string({name}, ' ')" for name in lists)] or ["''"]


def compile_query(
    dataset: Dataset,
    where: Where = None,
    order_by: str | Sequence[str] | None = None,
    search: str | None = None,
    fields: Sequence[str] | None = None,
) -> Query:
    """SELECT of records. `where` is {field: value}, a list of (field, operator, value), or a SQL condition.

    `order_by` is a field, "-field" for descending, "field:de" for a text as a language sorts it, or a list of
    these; the record id comes last, so the order is total. Raises BadQuery naming the field or operator.
    """
    conditions, parameters = compile_where(dataset, where)
    if search and search.strip():
        for word in search.split()[:10]:
            wanted = holds(texts(dataset), word)
            conditions.append(wanted.sql)
            parameters += wanted.parameters
    # A field that left the definition keeps its column, and is shown no more.
    shown = [_column(dataset, f) for f in fields] if fields else list(columns(dataset))
    names = ", ".join(ident(name) for name in shown)
    sql = f"SELECT * FROM {table(dataset)}"
    if conditions:
        sql += " WHERE " + " AND ".join(f"({c})" for c in conditions)
    plain, tongues = languages.split(dataset, order_by)
    order = _order(dataset, plain)
    times = frozenset(n for n, _ in order if dates.is_date(dataset, n))
    return Query(sql, tuple(parameters), order, names, times, tongues)


def compile_where(dataset: Dataset, where: Where) -> tuple[list[str], list[Any]]:
    """SQL of each condition, and the parameters of all. Raises BadQuery."""
    if not where:
        return [], []
    if isinstance(where, Compiled):
        return [where.sql], list(where.parameters)
    if isinstance(where, str):
        seen = f"main.{ident(dataset.name)}"
        return [check_condition(seen, where, alone=isinstance(dataset, Narrowed)) + "\n"], []
    if isinstance(where, Mapping):
        where = [(f, "has" if _is_list(dataset, f) else "eq", v) for f, v in where.items()]
    if not isinstance(where, Iterable):
        raise BadQuery(f"{where!r} is no condition", hint="Such as {'nationality': 'Japan'}.")
    conditions: list[str] = []
    parameters: list[Any] = []
    triples = [_triple(item) for item in where]
    check_texts([operator for _, operator, _ in triples])
    for name, operator, value in triples:
        column = _column(dataset, name)
        is_list = _is_list(dataset, name)
        if operator == "has" and not is_list:
            raise BadQuery(f"{name} is no list", hint="Use eq or contains.")
        operand = _operand(operator, value)
        kind = dataset.field(name).type if name in dataset.field_names else columns(dataset)[name]
        operand = operands.fit(name, kind, operator, operand)
        if operator == "contains" and operand is not None:
            text = (
                f"array_to_string({ident(column)}, ' ')" if is_list else f"{ident(column)}::VARCHAR"
            )
            wanted = holds([text], operand)
            conditions.append(wanted.sql)
            parameters += wanted.parameters
            continue
        if operator == "starts" and operand is not None:
            conditions.append(_starts(ident(column), is_list))
            parameters.append(operand)
            continue
        if kind == "date" and operator in dates.COMPARED and operand is not None:
            conditions.append(dates.compared(column, operator, operand))
            continue
        sql = (LIST_OPERATORS if is_list else {}).get(operator, OPERATORS[operator])
        conditions.append(sql.format(c=ident(column), t=columns(dataset)[column]))
        parameters.append(operand)
    return conditions, parameters


def check_texts(operators: Iterable[str]) -> None:
    """Raises BadQuery for more conditions that look through all texts than a question may have."""
    if sum(operator in THROUGH for operator in operators) > TEXTS:
        raise BadQuery(
            f"a filter has at most {TEXTS} conditions with {' or '.join(THROUGH)}",
            hint="Each of them looks through all texts. Use eq or in where the value is known.",
        )


def _starts(x: str, is_list: bool) -> str:
    """That a text, or an element of a list, begins with the parameter, as words are searched."""
    word = folded_sql("?::VARCHAR")
    if not is_list:
        return f"starts_with({folded_sql(f'{x}::VARCHAR')}, {word})"
    return f"len(list_filter({x}, lambda i: starts_with({folded_sql('i')}, {word}))) > 0"


def _triple(item: Any) -> tuple[Any, str, Any]:
    if not isinstance(item, (tuple, list)) or len(item) != 3:
        raise BadQuery(f"{item!r} is not (field, operator, value)")
    if not isinstance(item[1], str) or item[1] not in OPERATORS:
        raise BadQuery(
            f"there is no operator {item[1]!r}", hint=f"Operators: {', '.join(OPERATORS)}."
        )
    return item[0], item[1], item[2]


def _operand(operator: str, value: Any) -> Any:
    if operator == "in":
        if not isinstance(value, (str, list, tuple, set, frozenset)):
            raise BadQuery("`in` needs a list of values, or a text with commas")
        return [str(v) for v in (value.split(",") if isinstance(value, str) else value)]
    if operator == "empty":
        return operands.fit("empty", "boolean", "eq", value)
    if operator in _TEXT_OPERATORS and value is not None:
        return str(value)
    return value


def _is_list(dataset: Dataset, name: str) -> bool:
    return name in dataset.field_names and dataset.field(name).type == "list"


def _column(dataset: Dataset, name: str) -> str:
    if not isinstance(name, str) or name not in columns(dataset):
        raise BadQuery(
            f"{dataset.name} has no field {name!r}", hint=f"Fields: {', '.join(columns(dataset))}."
        )
    return name


def _order(dataset: Dataset, order_by: str | Sequence[str] | None) -> tuple[tuple[str, bool], ...]:
    wanted = [order_by] if isinstance(order_by, str) else list(order_by or [])
    wanted = [part.strip() for item in wanted for part in str(item).split(",") if part.strip()]
    order = [(_column(dataset, w.removeprefix("-")), w.startswith("-")) for w in wanted]
    if not any(name == "record_id" for name, _ in order):
        order.append(("record_id", False))
    return tuple(order)


def ordered(query: Query) -> str:
    """The query with its ORDER BY."""
    parts = [
        f"{_place(query, n, ident(n))} {'DESC' if down else 'ASC'} NULLS LAST"
        for n, down in query.order
    ]
    return f"{query.sql} ORDER BY {', '.join(parts)}"


def _place(query: Query, name: str, x: str) -> str:
    """What a value is sorted by."""
    for field, language in query.languages:
        if field == name:
            return languages.place(x, language)
    return f"({sortable.place(x)})" if name in query.dates else x


def _same(query: Query, name: str, kind: str) -> str:
    """That a value has the place of the parameter: a language may give two texts one place."""
    if name in dict(query.languages):
        bound = f"(SELECT {_place(query, name, 'b.bound')} FROM (SELECT ?::VARCHAR AS bound) b)"
        return f"{_place(query, name, ident(name))} IS NOT DISTINCT FROM {bound}"
    return f"{ident(name)} IS NOT DISTINCT FROM ?::{kind}"


def page(limit: int | None, offset: int) -> str:
    """LIMIT and OFFSET. Raises BadQuery when they are no counts."""
    try:
        first, count = int(offset or 0), None if limit is None else int(limit)
    except (TypeError, ValueError) as error:
        raise BadQuery("limit and offset are whole numbers") from error
    if first < 0 or (count or 0) < 0:
        raise BadQuery("limit and offset are not below zero")
    return f" LIMIT {'ALL' if count is None else count} OFFSET {first}"


def far(dataset: Dataset, query: Query, limit: int, offset: int) -> Query:
    """The query restricted to one page: which records stand there is found from the order alone.

    To sort whole records for the sake of fifty of them takes ten times as long.
    """
    place = ordered(replace(query, shown="record_id")) + page(limit, offset)
    found = f"SELECT * FROM {table(dataset)} WHERE record_id IN ({place})"
    return replace(query, found=found)


# ------------------------------------------------------------------ paging by keys


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort values of a page's last record, as an opaque text."""
    text = json.dumps([v if v is None or isinstance(v, list) else str(v) for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, query: Query) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(query.order):
            raise ValueError("another order")
        if not all(v is None or isinstance(v, (str, list)) for v in values):
            raise ValueError("not made here")
        return values
    except (ValueError, RecursionError) as error:
        raise BadQuery("this cursor does not belong to this question") from error


def after(dataset: Dataset, query: Query, cursor: str) -> Query:
    """The query restricted to what comes after the cursor, without OFFSET. Raises BadQuery."""
    values = _decode(cursor, query)
    kinds = columns(dataset)
    alternatives: list[str] = []
    parameters: list[Any] = []
    for position, (name, down) in enumerate(query.order):
        equal = [_same(query, n, kinds[n]) for n, _ in query.order[:position]]
        value = values[position]
        if value is None:
            continue  # nulls come last, nothing is after them
        column, bound = (_place(query, name, x) for x in (ident(name), "b.bound"))
        beyond = f"{ident(name)} {'<' if down else '>'} ?::{kinds[name]}"
        if name in query.dates or name in dict(query.languages):  # the parameter is named once
            beyond = f"{column} {'<' if down else '>'} (SELECT {bound} FROM (SELECT ?::VARCHAR AS bound) b)"
        if name not in NEVER_NULL:  # with an OR nothing can be skipped by its min and max
            beyond = f"({beyond} OR {ident(name)} IS NULL)"
        alternatives.append(" AND ".join([*equal, beyond]))
        parameters += [*values[:position], value]
    condition = " OR ".join(f"({a})" for a in alternatives) or "false"
    found = f"SELECT * FROM ({query.found}) WHERE {condition}"
    return replace(query, found=found, parameters=(*query.parameters, *parameters))
