"""Workbooks of kind .ods (LibreOffice and others), read from content.xml as a stream.

A cell says what it is: a number, a date, a duration, a percentage, a truth value, text, an error.
Repeated rows and columns are bounded: blank ones cost nothing, filled ones count.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.errors import BrokenFile, EmptyFile
from core.files.book import Cells, Facts, SheetInfo
from core.files.ods_cells import ContentReader
from core.files.places import Area


class OdsBook:
    """An open .ods; see `core.files.book.Book`."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        if "content.xml" not in self._archive.namelist():
            raise BrokenFile("the workbook's own part, content.xml, is not in the archive")
        reader = ContentReader(None, Facts())
        for _ in self._read(reader):
            pass
        self.sheets: list[SheetInfo] = reader.sheets
        self._areas = reader.areas
        if not self.sheets:
            raise EmptyFile("the workbook has no sheet with cells")

    def _read(self, reader: ContentReader) -> Iterator[Cells]:
        with self._archive.open("content.xml") as stream:
            yield from reader.rows(stream, "content.xml")

    def rows(self, index: int, facts: Facts) -> Iterator[Cells]:
        """The cells of a sheet from top to bottom."""
        return self._read(ContentReader(index, facts))

    def merged(self, index: int) -> list[Area]:
        """The merged areas of a sheet."""
        return self._areas[index]

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()
