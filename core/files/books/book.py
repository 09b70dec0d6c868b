"""What a reader of one kind of workbook offers, whatever the kind: sheets, and their cells as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from core.files.books.places import Area, cell_name

REMEMBERED = 100  # hidden rows, hidden columns
AREAS = 10_000  # merged areas that are remembered

Cells = tuple[int, list[int], list[str]]  # row, columns in any order, their texts


@dataclass
class SheetInfo:
    """A sheet as it is listed. `rows` and `columns` may be more than what really holds values."""

    name: str
    rows: int = 0
    columns: int = 0
    hidden: bool = False
    hidden_columns: list[int] = field(default_factory=list)


@dataclass
class Facts:
    """What was seen beside the values while a sheet was read."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_row_count: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    merged_count: int = 0
    formulas: int = 0
    valueless: int = 0
    first_valueless: str = ""
    errors: int = 0
    recalculated: bool = False
    links: int = 0  # cells with an address behind their text
    first_link: str = ""
    comments: int = 0  # cells with a comment beside their text
    first_comment: str = ""
    struck: bool = False  # some cells with a value are struck through
    notes: list[str] = field(default_factory=list)

    def hide_row(self, first: int, count: int = 1) -> None:
        """Rows from `first` on are hidden."""
        self.hidden_row_count += count
        free = REMEMBERED - len(self.hidden_rows)
        self.hidden_rows.extend(range(first, first + min(count, free)))

    def hide_columns(self, first: int, last: int) -> None:
        """Columns are hidden; both ends count."""
        free = REMEMBERED - len(self.hidden_columns)
        self.hidden_columns.extend(range(first, min(last, first + free - 1) + 1))

    def merge(self, area: Area) -> None:
        """Cells of an area are merged."""
        self.merged_count += 1
        if len(self.merged) < AREAS:
            self.merged.append(area)

    def link(self, place: str) -> None:
        """A cell has an address behind its text, which is not read."""
        self.links += 1
        self.first_link = self.first_link or place

    def comment(self, place: str) -> None:
        """A cell has a comment, which is not read."""
        self.comments += 1
        self.first_comment = self.first_comment or place

    def formula(self, row: int, column: int, has_value: bool) -> None:
        """A cell holds a formula, and perhaps the value that was computed last."""
        self.formulas += 1
        if not has_value:
            self.valueless += 1
            self.first_valueless = self.first_valueless or cell_name(row, column)


class Book(Protocol):
    """An open workbook."""

    sheets: list[SheetInfo]

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom; empty ones may be left out or be ''."""

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet, before its rows are read."""

    def close(self) -> None:
        """Let go of the file."""
