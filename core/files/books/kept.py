"""A workbook whose sheets are read whole: from one XML file, a web page, or by the second reader of .xls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import EmptyFile
from core.files.books.book import Cells, Facts, SheetInfo
from core.files.books.places import Area


@dataclass
class KeptSheet:
    """The cells of a sheet by row and column, from 1, and what is said about them."""

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    hidden: bool = False

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell that holds something."""
        if text:
            self.cells.setdefault(row, {})[column] = text

    def merge(self, area: Area) -> None:
        """Cells of an area are one."""
        self.areas.append(area)
        self.facts.merge(area)

    @property
    def info(self) -> SheetInfo:
        """The sheet as it is listed."""
        columns = [column for row in self.cells.values() for column in row]
        wide = max(columns) - min(columns) + 1 if columns else 0
        high = max(self.cells) - min(self.cells) + 1 if self.cells else 0
        hidden_columns = list(self.facts.hidden_columns)
        return SheetInfo(self.name, high, wide, self.hidden, hidden_columns)


class KeptBook:
    """An open workbook; see `core.files.books.book.Book`. Raises EmptyFile when there is no sheet."""

    def __init__(self, sheets: list[KeptSheet]) -> None:
        if not sheets:
            raise EmptyFile("the workbook has no sheet with cells")
        self._kept = sheets
        self.sheets = [sheet.info for sheet in sheets]

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom."""
        sheet = self._kept[index]
        vars(facts).update(vars(sheet.facts))
        for row in sorted(sheet.cells):
            cells = sheet.cells[row]
            yield row, list(cells), list(cells.values())

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet."""
        return self._kept[index].areas

    def close(self) -> None:
        """Let go of the cells."""
        self._kept.clear()
