"""Records on the way out: CSV and Excel in which no cell can act as a formula."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from core.datasets.model import Cleaning, Dataset
from core.errors import InputError
from core.formulas import neutral
from core.cleaning.own import PLACE

CHUNK = 64 * 1024  # characters
XLSX_ROWS = 1_048_575  # below the header
XLSX_CHARS = 32_767  # what one cell can hold
SEPARATORS = Cleaning().list_separators
# In an element of a list: what would cut it, or be trimmed, or make it look like JSON,
# or like a letter of HTML before a semicolon.
CUTS = r'[\x00-\x1f;|,；，、"\[\]{}]|^ | $|^$|&(?:#[0-9A-Za-z]+|[0-9A-Za-z]{2,})$'
_CUTS = re.compile(CUTS)
_SHORT = {34: '\\"', 92: "\\\\", 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_ESCAPES = {**{n: f"\\u{n:04X}" for n in range(32)}, **_SHORT}


def columns(dataset: Dataset) -> list[str]:
    """What an export has of a record, so that it comes back: its id, the fields, the extra fields."""
    return ["record_id", *dataset.field_names, "_extra"]


def text_of(value: Any, separators: str = SEPARATORS) -> str:
    """A value as the text of a cell, '' for None. `separators` are those of the dataset: see `list_text`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(*([" "] if isinstance(value, datetime) else []))
    if isinstance(value, (list, tuple)):
        return list_text([None if part is None else text_of(part) for part in value], separators)
    # A lone surrogate cannot be written as UTF-8.
    return str(value).encode("utf-8", "replace").decode("utf-8")


def list_text(parts: Sequence[str | None], separators: str) -> str:
    """`one; two`, or a list in JSON where reading that would cut it elsewhere."""
    joined = ";" in separators or len(parts) < 2
    if joined and all(part is not None and not cuts(part, separators) for part in parts):
        return "; ".join(map(str, parts))
    texts = ("null" if p is None else f'"{p.translate(_ESCAPES)}"' for p in parts)
    return f"[{','.join(texts)}]"


def cuts(part: str, separators: str) -> bool:
    """Whether an element would not come back as it is."""
    return bool(_CUTS.search(part)) or any(sign in part for sign in separators)


def _cell(value: Any, separators: str) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number else neutral(text_of(value, separators))


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], separators: str = SEPARATORS
) -> Iterator[bytes]:
    """A CSV file in pieces of about 64 KB: UTF-8 with a BOM (so that Excel reads it), CRLF, one
    header line, every cell neutral. `rows` is read as it is written, never held."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_cell(column, separators) for column in columns])
    for row in rows:
        writer.writerow([_cell(value, separators) for value in row])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def xlsx_file(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Records",
    separators: str = SEPARATORS,
) -> int:
    """Write a workbook with one sheet, row by row in constant memory; gives the number of rows.

    Raises InputError when there are more rows, or a cell with more text, than Excel can hold;
    nothing is left at `path` then.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False}) as book:
            return _write_sheet(book, sheet, columns, rows, separators)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_sheet(
    book: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], separators: str
) -> int:
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        page.write_string(0, place, neutral(text_of(column)), bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > XLSX_ROWS:
            raise InputError(
                f"an Excel sheet holds {XLSX_ROWS:,} rows, and there are more",
                hint="Export as CSV, or fewer records at a time.",
            )
        for place, value in enumerate(row):
            _write(page, number, place, value, columns, separators)
    return number


def _write(
    page: Any, row: int, place: int, value: Any, columns: Sequence[str], separators: str
) -> None:
    if _exact_in_excel(value):
        page.write_number(row, place, value)
        return
    text = neutral(text_of(value, separators))
    if len(text) > XLSX_CHARS:
        raise InputError(
            f"row {row}, {columns[place]}: an Excel cell holds {XLSX_CHARS:,} characters, not {len(text):,}",
            hint="Export as CSV.",
        )
    if text:
        page.write_string(row, place, text)


def _exact_in_excel(value: Any) -> bool:
    """Excel shows 15 digits, and 16 are written; a longer number goes out as text and stays what it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(value, int):
        return abs(value) < 10**15
    return math.isfinite(value) and float(f"{value:.16G}") == value


# ------------------------------------------------------------------ rows that were not imported


def quarantine_csv(
    columns: Sequence[str], rows: Iterable[Any], titles: Mapping[str, str]
) -> Iterator[bytes]:
    """Rows of the quarantine (core/ingest/quarantine.py) with their place and problems, as they stood.

    Repaired, the file can be imported: how it begins tells that Marquee wrote it.
    """
    head = [*(_free(name, columns) for name in PLACE), *columns]
    return csv_bytes(
        head,
        (
            [row.row, row.line, "; ".join(titles.get(r, r) for r in row.rules), *row.cells.values()]
            for row in rows
        ),
    )


def _free(name: str, columns: Sequence[str]) -> str:
    while name in columns:
        name = f"_{name}"
    return name
