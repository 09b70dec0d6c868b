"""The cells of a sheet that a child wrote, asked for in pieces: rows, gaps, used columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from core.files.books.places import Area
from core.files.parquet import PartWriter, select_parts
from core.files.sheets.grid_memory import Cells, Placed, Run
from core.files.sheets.grid_write import SMALL
from core.files.sheets.summary import Summary, load_summary
from core.storage.sql import literal

KEPT = 500_000  # cells of a sheet, empty ones too, that are kept in memory


class Grid:
    """One sheet. Rows and columns are places of the sheet, from 1. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.summary: Summary = load_summary(folder)
        self._places = {column: i for i, column in enumerate(self.summary.columns)}
        self.sql = select_parts(folder, len(self._places))
        self._connection = duckdb.connect()
        self._connection.execute("SET threads = 2")
        small = self.summary.rows * len(self._places) <= KEPT
        self._cells = self._kept() if small else None

    def __enter__(self) -> Grid:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _kept(self) -> Cells:
        found = self._connection.execute(self.sql).fetchall()
        return Cells(found, self.summary.columns)

    def columns(self, area: Area) -> list[int]:
        """The columns of the area that hold something, somewhere on the sheet."""
        return sorted(c for c in self._places if area.left <= c <= area.right)

    def select(self, area: Area, columns: list[int]) -> str:
        """The SELECT of these columns as c0, c1, ..., rows that are blank in them left out."""
        cells = [f"c{self._places[c]}" if c in self._places else "NULL" for c in columns]
        names = ", ".join(f"{cell}::VARCHAR AS c{i}" for i, cell in enumerate(cells))
        known = [cell for cell in cells if cell != "NULL"]
        rows = f"SELECT _line, {names} FROM ({self.sql}) WHERE {_within(area)}"
        if len(known) == len(self._places):
            return rows  # no row is blank in all of them
        return f"{rows} AND {_any(known)}"

    def rows(self, area: Area, limit: int, *, last: bool = False) -> list[Placed]:
        """The first (or last) rows of the area that hold something, in file order.

        Cells of all columns of the area, from its left to its right border.
        """
        used = self.columns(area)
        if not used or limit < 1:
            return []
        if self._cells is not None:
            return self._cells.rows(area, limit, last=last)
        order = "DESC" if last else "ASC"
        sql = f"{self.select(area, used)} ORDER BY _line {order} LIMIT {limit}"
        found = self._connection.execute(sql).fetchall()
        places = [column - area.left for column in used]
        return [(row[0], _spread(row[1:], places)) for row in (found[::-1] if last else found)]

    def used(self, area: Area) -> list[int]:
        """The columns that hold something in these rows."""
        if self._cells is not None:
            return self._cells.used(area)
        there = self.columns(area)
        if not there:
            return []
        tests = ", ".join(f"bool_or(c{self._places[c]} <> '')" for c in there)
        row = self._one(f"SELECT {tests} FROM ({self.sql}) WHERE {_within(area)}")
        return [column for column, used in zip(there, row, strict=True) if used]

    def count(self, area: Area) -> tuple[int, int, int]:
        """(rows that hold something, the first of them, the last); zeros when there is none."""
        if self._cells is not None:
            return self._cells.count(area)
        used = self.columns(area)
        if not used:
            return 0, 0, 0
        sql = f"SELECT count(*), min(_line), max(_line) FROM ({self.select(area, used)})"
        rows, first, last = self._one(sql)
        return rows, first or 0, last or 0

    def count_in(self, area: Area, columns: Sequence[int]) -> tuple[int, int, int]:
        """The same for rows that hold something in these columns."""
        inner = self.select(area, [c for c in columns if c in self._places])
        sql = f"SELECT count(*), min(_line), max(_line) FROM ({inner})"
        rows, first, last = self._one(sql)
        return rows, first or 0, last or 0

    def without(self, sql: str, names: Sequence[str]) -> tuple[str, list[int]]:
        """A SELECT of c0, c1, ... without the rows that hold nothing but these names; and their places."""
        same = " AND ".join(f"coalesce(c{i}, '') = {literal(name)}" for i, name in enumerate(names))
        lines = self._connection.execute(f"SELECT _line FROM ({sql}) WHERE {same} ORDER BY 1")
        return f"SELECT * FROM ({sql}) WHERE NOT ({same})", [row[0] for row in lines.fetchall()]

    def runs(self, area: Area, most: int) -> list[Run]:
        """Rows of the area without a gap; the last of `most` runs holds all that follow."""
        if self._cells is not None:
            return self._cells.runs(area, most)
        used = self.columns(area)
        if not used:
            return []
        inner = f"SELECT _line FROM ({self.select(area, used)})"
        sql = f"""
            WITH gaps AS (SELECT _line, _line - lag(_line, 1, 0) OVER (ORDER BY _line) > 1 AS gap
                          FROM ({inner})),
                 runs AS (SELECT _line, count_if(gap) OVER (ORDER BY _line ROWS UNBOUNDED PRECEDING)
                                 AS run FROM gaps)
            SELECT min(_line), max(_line), count(*) FROM runs
            GROUP BY least(run, {most}) ORDER BY 1"""
        return [Run(*row) for row in self._connection.execute(sql).fetchall()]

    def _one(self, sql: str) -> tuple[int, ...]:
        row = self._connection.execute(sql).fetchone()
        return tuple(row) if row else ()


def _within(area: Area) -> str:
    return f"_line BETWEEN {area.top} AND {area.bottom}"


def _any(cells: list[str]) -> str:
    return f"({' OR '.join(f'''{cell} <> {chr(39) * 2}''' for cell in cells)})"


def _spread(texts: tuple[str | None, ...], places: list[int]) -> list[str]:
    row = [""] * (places[-1] + 1)
    for place, text in zip(places, texts, strict=True):
        row[place] = text or ""
    return row


def finish(folder: Path) -> None:
    """Make Parquet of a small sheet; larger ones are that already."""
    path = folder / SMALL
    if not path.exists():
        return
    found = json.loads(path.read_text(encoding="utf-8"))
    with PartWriter(folder) as writer:
        writer.write(found["lines"], found["columns"])
    path.unlink()
