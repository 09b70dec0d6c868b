"""Cells to columns of text, inside the child: every column of the sheet that holds something.

A column gets its place when it is first seen, so a cell far to the right costs one column and not
sixteen thousand. Small sheets go into one JSON file, since a library for Parquet takes longer to load
than they take to read; `core.files.sheets.grid` makes Parquet of that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import CellTooLong, FileTooLarge, TooManyColumns, TooManyRows
from core.files.books.book import Cells
from core.files.books.places import Area, cell_name, column_letters, hull

if TYPE_CHECKING:
    from core.files.parquet import PartWriter

BATCH_ROWS, BATCH_CELLS, BATCH_CHARS = 10_000, 400_000, 32_000_000
SMALL_CELLS, SMALL_CHARS = 50_000, 2_000_000
SMALL = "small.json"


class GridWriter:
    """Takes rows, writes them into `folder`; a context manager."""

    def __init__(self, folder: Path, request: dict[str, Any], area: Area) -> None:
        self.rows = 0
        self.columns: list[int] = []  # sheet columns, in the order in which they were seen
        self.extent: Area | None = None  # of what holds values
        self._folder, self._request, self._area = folder, request, area
        self._places: dict[int, int] = {}
        self._shape: list[int] = []  # columns of the row before, when they stand in their order
        self._lines: list[int] = []
        self._texts: list[list[str]] = []
        self._parts: PartWriter | None = None
        self._chars = self._written = 0  # characters: of the batch, of those before it

    def add(self, cells: Cells) -> None:
        """A row; one without values is left out."""
        line, columns, texts = cells
        if columns is not self._shape and columns != self._shape:
            columns, texts = self._placed(line, columns, texts)
        if line < self._area.top or line > self._area.bottom or not any(texts):
            return
        self._lines.append(line)
        self._texts.append(texts)
        self._chars += sum(map(len, texts))
        count = len(self._lines) * len(self._places)
        if len(self._lines) >= BATCH_ROWS or count > BATCH_CELLS or self._chars > BATCH_CHARS:
            self._flush()

    def _placed(
        self, line: int, columns: Sequence[int], texts: Sequence[str]
    ) -> tuple[list[int], list[str]]:
        """The row with each text at its column's place."""
        row: list[str] = []
        for column, text in zip(columns, texts, strict=True):
            if text and self._area.left <= column <= self._area.right:
                place = self._places.get(column)
                if place is None:
                    place = self._new(line, column)
                row.extend([""] * (place + 1 - len(row)))
                row[place] = text
        if len(columns) == len(self.columns) and list(columns) == self.columns:
            self._shape = self.columns
        return self.columns, row

    def _new(self, line: int, column: int) -> int:
        most = self._request["max_columns"]
        if len(self.columns) >= most:
            raise TooManyColumns(
                f"more than {most:,} columns hold something; row {line:,} has another in column "
                f"{column_letters(column)}",
                columns=len(self.columns) + 1,
            )
        self._places[column] = len(self.columns)
        self.columns.append(column)
        # The list is the shape that rows are compared with: a copy, since it grows.
        self._shape = []
        return self._places[column]

    def _flush(self) -> None:
        if not self._lines:
            return
        width = len(self.columns)
        columns = list(zip_longest(*self._texts, fillvalue=""))
        columns += [("",) * len(self._lines)] * (width - len(columns))
        self._check(columns)
        if self._parts is None:
            from core.files.parquet import PartWriter

            self._parts = PartWriter(self._folder)
        self._parts.write(self._lines, columns)
        self._lines, self._texts, self._chars = [], [], 0

    def _check(self, columns: Sequence[Sequence[str]]) -> None:
        """Hold a batch against the limits, and stretch the extent to it."""
        self.rows += len(self._lines)
        self._written += self._chars
        if self.rows > self._request["max_rows"]:
            most = self._request["max_rows"]
            raise TooManyRows(f"more than {most:,} rows hold something", limit=most)
        if self._written > self._request["max_unpacked"]:
            raise FileTooLarge(
                f"its cells hold more than {self._request['max_unpacked']:,} characters",
                hint="Split the sheet, or raise MARQUEE_MAX_UNPACKED_MB.",
            )
        for place, column in enumerate(columns):
            self._check_cells(self.columns[place], column)
        self._stretch([self.columns[i] for i, column in enumerate(columns) if any(column)])

    def _check_cells(self, column: int, texts: Sequence[str]) -> None:
        most = self._request["max_cell_chars"]
        if max(map(len, texts)) > most:
            line = self._lines[next(i for i, text in enumerate(texts) if len(text) > most)]
            name = cell_name(line, column)
            raise CellTooLong(f"cell {name} has more than {most:,} characters", row=line)

    def _stretch(self, used: Sequence[int]) -> None:
        found = Area(min(self._lines), min(used), max(self._lines), max(used))
        self.extent = found if self.extent is None else hull([self.extent, found])

    def close(self) -> None:
        """Write what is left."""
        cells = len(self._lines) * len(self.columns)
        small = cells <= SMALL_CELLS and self._chars <= SMALL_CHARS
        if self._parts is None and self._lines and small:
            self._keep_small()
            return
        self._flush()
        if self._parts is not None:
            self._parts.close()

    def _keep_small(self) -> None:
        width = len(self.columns)
        columns = list(zip_longest(*self._texts, fillvalue=""))
        columns += [("",) * len(self._lines)] * (width - len(columns))
        self._check(columns)
        text = json.dumps({"lines": self._lines, "columns": columns})
        (self._folder / SMALL).write_text(text, encoding="utf-8")
