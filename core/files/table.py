"""What reading a file gives: columns, text cells behind one SQL SELECT, and how it was read.

Everything downstream (preview, import, notebooks) runs `Table.sql`; nobody parses a file twice
in two ways, so what is shown is what is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb

from core.files import scratch

Given = TypeVar("Given")
REACH = 200_000  # rows among which some are looked for
FETCH = 5_000  # rows per batch handed out by Table.rows()
FIRST = 20_000  # rows that a look at the beginning takes at most


@dataclass(frozen=True)
class Decision:
    """One thing the reader decided, with its evidence in words.

    `runner_up` is what it would have been otherwise; `sure` is False when a person should look.
    """

    name: str
    value: str | int | bool | None
    evidence: str
    sure: bool = True
    runner_up: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name and the size of its used range, in cells.

    `hidden_rows` and `hidden_columns` are places of the sheet, 1-based, at most a hundred each.
    """

    name: str
    rows: int
    columns: int
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Region:
    """One of several tables in a file: what to call it in the override `table`, and where it is.

    `where` says it in words ("lines 3 to 20", "B3:H20", "the list 'films' of each item").
    """

    name: str | int
    where: str
    rows: int
    columns: tuple[str, ...]
    chosen: bool = False


@dataclass(frozen=True)
class RawLine:
    """A line (or sheet row) as it stands in the file, and what became of it.

    `fate` is preamble, header, row, continued (the row goes on), blank, footer, or other table.
    `row` is the number of the row it became, from 1. `text` is cut at 300 characters.
    """

    line: int
    text: str
    fate: str
    row: int | None = None


@dataclass(frozen=True)
class Row:
    """A row of text with its place: the sheet, the 1-based line (sheet row, item), the byte.

    `offset` is where its line begins in the file as it came; None where bytes tell nothing (a
    workbook, JSON, a file of mixed encodings).
    """

    cells: list[str]
    line: int
    sheet: str | None = None
    offset: int | None = None


@dataclass(frozen=True)
class Table:
    """The text cells of one file (or sheet), untouched, in file order.

    `columns` are the column names as they stand in the file (`column_1` ... when it has none);
    `names` are the same made unique. `sql` is a DuckDB SELECT of `_line` BIGINT and `c0`, `c1`, ... VARCHAR, one per entry of
    `columns`; NULL and '' both mean an empty cell. `_line` is the 1-based line, sheet row or item
    number; where it is NULL, row n (0-based) stands at `first_line + n`. `row_name` says what such
    a place is called. `total` is the number of rows when it is known without another pass.
    `tables` lists the tables that could have been taken, when there are several; `raw` holds the
    first lines of the file, and those kept aside, as they stand.

    `sql` of a regular CSV file lets DuckDB parse it. Should DuckDB refuse a line far down
    (`core.files.reader.is_refusal`), take `careful()`: the same file, parsed without assumptions.
    `first_sql` gives the same rows, and the first of them sooner; all of them later.

    `whole` is False when only the beginning of a large file was looked at: then the rows are those
    of the beginning, and `total` is None. `given` are the names that the file has, where table steps made others of them.
    """

    format: str
    columns: tuple[str, ...]
    decisions: tuple[Decision, ...]
    sql: str
    first_line: int
    row_name: str
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    total: int | None = None
    tables: tuple[Region, ...] = ()
    raw: tuple[RawLine, ...] = ()
    whole: bool = True
    given: tuple[str, ...] = ()
    _careful: Callable[[], Table] | None = field(default=None, repr=False, compare=False)
    _first_sql: str | None = field(default=None, repr=False, compare=False)
    _offsets: Callable[[], Iterator[int]] | None = field(default=None, repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns under names of their own: a second `x` is `x_2`, an empty one `column_3`."""
        return unique_names(self.columns)[0]

    @property
    def first_sql(self) -> str:
        """The SELECT for a look at the first rows."""
        return self._first_sql or self.sql

    @property
    def is_careful(self) -> bool:
        """Whether every row was already parsed, so that `sql` cannot be refused."""
        return self._careful is None

    def careful(self) -> Table:
        """The same file read without assumptions; the table itself when that was done already."""
        return self if self._careful is None else self._careful()

    def decision(self, name: str) -> Decision:
        """The decision of that name. Raises KeyError when nothing of the kind was decided."""
        for decision in self.decisions:
            if decision.name == name:
                return decision
        raise KeyError(name)

    def rows(self, limit: int | None = None, offset: int = 0) -> Iterator[list[str]]:
        """Rows as lists of text, '' for an empty cell, in file order and in bounded memory."""
        return self._resumed(Table._select, limit, offset)

    def spread(self, most: int) -> list[list[str]]:
        """Some rows from all over the file (the first REACH rows of a long one), the same ones each time.

        None where DuckDB refuses a line: whoever reads all rows meets it.
        """
        if not self.columns:
            return []
        every = max(1, min(self.total or REACH, REACH) // most)
        texts = ", ".join(f"c{i}" for i in range(len(self.columns)))
        reached = f"SELECT {texts} FROM ({self.sql}) LIMIT {REACH}"
        sql = (
            f"SELECT {self._cells} FROM ({reached}) WHERE hash({texts}) % {every} = 0 LIMIT {most}"
        )
        try:
            with scratch.looking() as connection:
                return [list(row) for row in connection.execute(sql).fetchall()]
        except duckdb.Error:
            if self._careful is None:
                raise
            return []

    def placed(self, limit: int | None = None, offset: int = 0) -> Iterator[Row]:
        """Rows with their places, in file order and in bounded memory."""
        return self._resumed(Table._placed, limit, offset)

    def _resumed(
        self,
        run: Callable[[Table, int | None, int], Iterator[Given]],
        limit: int | None,
        offset: int,
    ) -> Iterator[Given]:
        """What `run` gives; should DuckDB refuse a line, the careful table goes on from there."""
        if not self.columns:
            return
        given = 0
        try:
            for each in run(self, limit, offset):
                yield each
                given += 1
        except duckdb.Error:
            if self._careful is None:
                raise
            left = None if limit is None else limit - given
            yield from run(self._careful(), left, offset + given)

    def _placed(self, limit: int | None, offset: int) -> Iterator[Row]:
        starts = enumerate(self._offsets(), 1) if self._offsets else iter(())
        at: tuple[int, int | None] = next(starts, (0, None))
        for number, (line, *cells) in enumerate(self._run(f"_line, {self._cells}", limit, offset)):
            line = self.first_line + offset + number if line is None else line
            while at[0] < line and self._offsets:
                at = next(starts, (line, None))
            yield Row(cells, line, self.sheet, at[1] if at[0] == line else None)

    def _select(self, limit: int | None, offset: int) -> Iterator[list[str]]:
        return self._run(self._cells, limit, offset)

    @property
    def _cells(self) -> str:
        return ", ".join(f"coalesce(c{i}, '')" for i in range(len(self.columns)))

    def _run(self, names: str, limit: int | None, offset: int) -> Iterator[list[Any]]:
        few = limit is not None and limit + offset <= FIRST
        source = self.first_sql if few else self.sql
        sql = f"SELECT {names} FROM ({source}) LIMIT {limit if limit is not None else 'ALL'}"
        with scratch.looking() as connection:
            cursor = connection.execute(f"{sql} OFFSET {int(offset)}")
            while batch := cursor.fetchmany(FETCH):
                for row in batch:
                    yield list(row)


def unique_names(header: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Header texts made unique: a second `name` becomes `name_2`, an empty one `column_3`.

    Returns (names, notes). Names are compared without regard to case, as SQL and people do.
    """
    texts = list(header)
    taken = {text.casefold() for text in texts if text.strip()}
    used: set[str] = set()
    last: dict[str, int] = {}
    names: list[str] = []
    notes: list[str] = []
    for number, text in enumerate(texts, 1):
        name = text if text.strip() else f"column_{number}"
        if name.casefold() in used or (name != text and name.casefold() in taken):
            name = _next_free(name, (used, taken), last)
            notes.append(f"Column {number} is called {text!r} like another one; named {name!r}.")
        used.add(name.casefold())
        names.append(name)
    return tuple(names), notes


def _next_free(name: str, taken: tuple[set[str], set[str]], last: dict[str, int]) -> str:
    """The name with the next number that no set has; `last` keeps where each name got to."""
    folded = name.casefold()
    number = last.get(folded, 1) + 1
    while any(f"{folded}_{number}" in names for names in taken):
        number += 1
    last[folded] = number
    return f"{name}_{number}"
