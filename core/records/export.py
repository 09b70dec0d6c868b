"""Records on the way out: CSV and Excel in which no cell can act as a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from core.errors import InputError
from core.formulas import neutral

CHUNK = 64 * 1024  # characters
XLSX_ROWS = 1_048_575  # below the header
XLSX_CHARS = 32_767  # what one cell can hold


def text_of(value: Any) -> str:
    """A value as the text of a cell: '' for None, lists joined with a separator they do not hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(*([" "] if isinstance(value, datetime) else []))
    if isinstance(value, (list, tuple)):
        parts = [text_of(part) for part in value]
        mark = " | " if any(";" in p for p in parts) and not any("|" in p for p in parts) else "; "
        return mark.join(parts)
    # A lone surrogate cannot be written as UTF-8.
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _cell(value: Any) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number else neutral(text_of(value))


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file in pieces of about 64 KB: UTF-8 with a BOM (so that Excel reads it), CRLF, one
    header line, every cell neutral. `rows` is read as it is written, never held."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_cell(column) for column in columns])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def xlsx_file(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "Records"
) -> int:
    """Write a workbook with one sheet, row by row in constant memory; gives the number of rows.

    Raises InputError when there are more rows, or a cell with more text, than Excel can hold;
    nothing is left at `path` then.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False}) as book:
            return _write_sheet(book, sheet, columns, rows)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_sheet(
    book: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
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
            _write(page, number, place, value, columns)
    return number


def _write(page: Any, row: int, place: int, value: Any, columns: Sequence[str]) -> None:
    if _exact_in_excel(value):
        page.write_number(row, place, value)
        return
    text = neutral(text_of(value))
    if len(text) > XLSX_CHARS:
        raise InputError(
            f"row {row}, {columns[place]}: an Excel cell holds {XLSX_CHARS:,} characters, not {len(text):,}",
            hint="Export as CSV.",
        )
    if text:
        page.write_string(row, place, text)


def _exact_in_excel(value: Any) -> bool:
    """Excel keeps 15 digits; a longer number goes out as text and stays what it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 10**15 if isinstance(value, int) else math.isfinite(value)
