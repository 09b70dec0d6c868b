"""Workbooks of kind .xlsx and .xlsm, read part by part with our own reader.

It gives what general readers do not: error cells, formulas without a value, hidden rows and
columns, digits as they are stored.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from core.errors import BrokenFile, EmptyFile
from core.files.books.book import Cells, Facts, SheetInfo
from core.files.books.places import Area, parse_area
from core.files.books.xlsx_cells import SheetReader
from core.files.books.xlsx_package import Converter, Package, read_styles, struck_styles
from core.files.books.xlsx_strings import SharedTexts, read_strings

PART_STRINGS = 30_000  # shared texts that the first rows may name


class XlsxBook:
    """An open .xlsx; see `core.files.books.book.Book`.

    With `part`, for a look at the first rows: the texts that they name come first, and a sheet that
    does not say its size is not counted through. BrokenFile where that was not enough.
    """

    def __init__(self, path: Path, part: bool = False) -> None:
        self._part = part
        self._archive = zipfile.ZipFile(path)
        self._package = Package(self._archive)
        self._workbook = self._package.workbook()
        listed = self._workbook.sheets
        if not listed:
            raise EmptyFile("the workbook has no sheet with cells")
        if len({part.target for part in listed}) < len(listed):
            raise BrokenFile("two sheets of the workbook are the same part of its archive")
        self.sheets = [self._measured(index) for index in range(len(listed))]

    @cached_property
    def _strings(self) -> SharedTexts:
        return read_strings(self._package, PART_STRINGS if self._part else None)

    @cached_property
    def _styles(self) -> list[Converter]:
        return read_styles(self._package, self._workbook.epoch_1904)

    @cached_property
    def _struck(self) -> frozenset[str]:
        return struck_styles(self._package)

    def _measured(self, index: int) -> SheetInfo:
        """The size that the sheet claims, unless it holds fewer than two rows of values."""
        part = self._workbook.sheets[index]
        info = SheetInfo(part.name, hidden=part.state != "visible")
        facts = Facts()
        reader = SheetReader(self._strings, self._styles, facts)
        first = list(islice(self._cells(reader, part.target), 2))
        claimed = parse_area(reader.dimension)
        info.hidden_columns = facts.hidden_columns
        if len(first) == 2 and claimed is not None and claimed.height > 1:
            info.rows, info.columns = claimed.height, claimed.width
        elif len(first) == 2 and self._part:
            info.rows, info.columns = 2, max(first[1][1]) - min(first[1][1]) + 1
        elif len(first) == 2:
            info.rows, info.columns = self._counted(index)
        elif first:
            info.rows, info.columns = 1, max(first[0][1]) - min(first[0][1]) + 1
        return info

    def _counted(self, index: int) -> tuple[int, int]:
        """The size of a sheet that does not say it, or says it wrongly."""
        rows = self.rows(index, Facts())
        top, columns, _ = next(rows)
        bottom, left, right = top, min(columns), max(columns)
        for bottom, columns, _ in rows:
            left, right = min(left, *columns), max(right, *columns)
        return bottom - top + 1, right - left + 1

    def _cells(self, reader: SheetReader, target: str) -> Iterator[Cells]:
        stream = self._package.open(target)
        if stream is None:
            raise BrokenFile(f"the part {target!r} is not in the archive")
        with stream:
            for row in reader.rows(stream, target):
                if any(row[2]):
                    yield row

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom, rows without values left out."""
        facts.recalculated = self._workbook.recalculate
        target = self._workbook.sheets[index].target
        for place in self._package.comments(target):
            facts.comment(place)
        reader = SheetReader(self._strings, self._styles, facts, self._struck)
        return self._cells(reader, target)

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet: they stand behind its cells."""
        facts = Facts()
        for _ in self.rows(index, facts):
            pass
        return facts.merged

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()
