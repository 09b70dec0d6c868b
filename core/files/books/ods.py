"""Workbooks of kind .ods (LibreOffice and others), and .fods, which is the same as one XML file.

A cell says what it is: a number, a date, a duration, a percentage, a truth value, text, an error.
Repeated rows and columns are bounded: blank ones cost nothing, filled ones count. All sheets stand in one
part, so it is parsed once: the rows of each sheet are kept in a temporary file until one sheet is chosen.
"""

from __future__ import annotations

import marshal
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.errors import BrokenFile, EmptyFile
from core.files.books.book import Cells, Facts, SheetInfo
from core.files.books.ods_cells import ContentReader, Rows
from core.files.books.places import Area

BATCH = 2_000  # rows that are written together


class OdsBook:
    """An open .ods; see `core.files.books.book.Book`."""

    def __init__(self, path: Path) -> None:
        reader = ContentReader()
        self._aside = _Aside()
        with _content(path) as stream:
            for row in reader.rows(stream, "content.xml"):
                self._aside.add(row)
        self.sheets: list[SheetInfo] = reader.sheets
        self._areas, self._facts = reader.areas, reader.facts
        if not self.sheets:
            raise EmptyFile("the workbook has no sheet with cells")

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom."""
        vars(facts).update(vars(self._facts[index]))
        for first, last, columns, texts in self._aside.rows(index):
            for row in range(first, last + 1):
                yield row, columns, texts

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet."""
        return self._areas[index]

    def close(self) -> None:
        """Remove the temporary file."""
        self._aside.close()


def _content(path: Path) -> IO[bytes]:
    if not zipfile.is_zipfile(path):
        return path.open("rb")
    archive = zipfile.ZipFile(path)
    if "content.xml" not in archive.namelist():
        raise BrokenFile("the workbook's own part, content.xml, is not in the archive")
    return archive.open("content.xml")


class _Aside:
    """Rows of sheets in a temporary file, in batches of one sheet each."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._batches: dict[int, list[int]] = {}  # sheet to the places of its batches
        self._rows: list[tuple[Any, ...]] = []
        self._sheet = -1

    def add(self, row: Rows) -> None:
        """Keep one row, or equal ones."""
        if row[0] != self._sheet or len(self._rows) >= BATCH:
            self._write()
            self._sheet = row[0]
        self._rows.append(row[1:])

    def rows(self, sheet: int) -> Iterator[tuple[int, int, list[int], list[str]]]:
        """What was kept of a sheet, in its order."""
        self._write()
        for place in self._batches.get(sheet, ()):
            self._file.seek(place)
            yield from marshal.load(self._file)  # nosec B302 (written by this very object)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _write(self) -> None:
        if self._rows:
            self._batches.setdefault(self._sheet, []).append(self._file.seek(0, 2))
            marshal.dump(self._rows, self._file)
            self._rows = []
