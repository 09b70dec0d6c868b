"""Error cells (#N/A, #DIV/0! ...) of an .xlsx sheet, which calamine gives as empty ones.

Runs inside the child process, over the sheet's XML as a stream; nothing is built from it but the
few cells that are errors.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from defusedxml.ElementTree import fromstring

CHUNK = 1 << 20
LIMIT = 1_000_000  # errors that are remembered
_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(#[^<]{1,20})</",
    re.DOTALL,
)


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """{(row, column): text}, both 1-based; empty for anything that is no .xlsx."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        if part is None:
            return {}
        found: dict[tuple[int, int], str] = {}
        for chunk in _chunks(archive, part):
            for letters, row, text in _CELL.findall(chunk):
                found[int(row), column_number(letters)] = text.decode("ascii", "replace")
            if len(found) > LIMIT:
                break
        return found


def column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            data = rest + chunk
            cut = data.rfind(b"<row") if len(data) < 8 * CHUNK else len(data)
            data, rest = data[: max(cut, 0)], data[max(cut, 0) :]
            if b't="e"' in data:
                yield data
    yield rest


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's member that holds the sheet of this name."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    wanted = None
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            ids = (value for key, value in element.attrib.items() if key.endswith("}id"))
            wanted = next(ids, None)
    for element in fromstring(archive.read("xl/_rels/workbook.xml.rels")).iter():
        if wanted is not None and element.get("Id") == wanted:
            target = posixpath.normpath(posixpath.join("xl", str(element.get("Target"))))
            target = str(element.get("Target")).lstrip("/") if target.startswith("/") else target
            return target if target in names else None
    return None
