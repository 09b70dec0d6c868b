"""Cells to columns of text, inside the child: every column of the sheet that holds something.

A column gets its place when it is first seen, so a cell far to the right costs one column and not
sixteen thousand. Small sheets go into one JSON file, since a library for Parquet takes longer to load
than they take to read; `core.files.grid` makes Parquet of that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import CellTooLong, TooManyColumns, TooManyRows
from core.files.book import Cells
from core.files.places import Area, cell_name, column_letters

if TYPE_CHECKING:
    from core.files.parquet import PartWriter

BATCH_ROWS, BATCH_CELLS = 10_000, 400_000
SMALL_CELLS, SMALL_CHARS = 50_000, 2_000_000
SMALL = "small.json"


class GridWriter:
    """Takes rows, writes them into `folder`; a context manager."""

    def __init__(self, folder: Path, request: dict[str, Any], area: Area) -> None:
        self.rows = 0
        self.columns: list[int] = []  # sheet columns, in the order in which they were seen
        self.extent: list[int] = []  # top, left, bottom, right of what holds values
        self._folder, self._request, self._area = folder, request, area
        self._places: dict[int, int] = {}
        self._shape: list[int] = []  # columns of the row before, when they stand in their order
        self._lines: list[int] = []
        self._texts: list[list[str]] = []
        self._parts: PartWriter | None = None

    def add(self, cells: Cells) -> None:
        """A row; one without values is left out."""
        line, columns, texts = cells
        if columns is not self._shape and columns != self._shape:
            columns, texts = self._placed(line, columns, texts)
        if line < self._area.top or line > self._area.bottom or not any(texts):
            return
        self._lines.append(line)
        self._texts.append(texts)
        if len(self._lines) >= BATCH_ROWS or len(self._lines) * len(self._places) > BATCH_CELLS:
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
        self._lines, self._texts = [], []

    def _check(self, columns: Sequence[Sequence[str]]) -> None:
        self.rows += len(self._lines)
        if self.rows > self._request["max_rows"]:
            most = self._request["max_rows"]
            raise TooManyRows(f"more than {most:,} rows hold something", limit=most)
        most = self._request["max_cell_chars"]
        for place, column in enumerate(columns):
            if max(map(len, column)) > most:
                line = self._lines[next(i for i, text in enumerate(column) if len(text) > most)]
                name = cell_name(line, self.columns[place])
                raise CellTooLong(f"cell {name} has more than {most:,} characters", row=line)
        self._stretch(columns)

    def _stretch(self, columns: Sequence[Sequence[str]]) -> None:
        used = [self.columns[i] for i, column in enumerate(columns) if any(column)]
        found = [min(self._lines), min(used), max(self._lines), max(used)]
        if self.extent:
            top, left, bottom, right = self.extent
            found = [min(top, found[0]), min(left, found[1])] + [
                max(bottom, found[2]),
                max(right, found[3]),
            ]
        self.extent = found

    def close(self) -> None:
        """Write what is left."""
        cells = len(self._lines) * len(self.columns)
        if self._parts is None and 0 < cells <= SMALL_CELLS and self._small():
            return
        self._flush()
        if self._parts is not None:
            self._parts.close()

    def _small(self) -> bool:
        width = len(self.columns)
        columns = list(zip_longest(*self._texts, fillvalue=""))
        columns += [("",) * len(self._lines)] * (width - len(columns))
        if sum(len(text) for column in columns for text in column) > SMALL_CHARS:
            return False
        self._check(columns)
        text = json.dumps({"lines": self._lines, "columns": columns})
        (self._folder / SMALL).write_text(text, encoding="utf-8")
        return True
