"""Somebody's own workbook with faulty cells coloured and commented, everything else as it was. Runs in the sandbox.

A column behind the table names the rows, so that they are known again when rows were sorted or taken out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.packaging.custom import StringProperty  # type: ignore[import-untyped]
from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped]

from core.errors import BrokenFile
from core.files.safe.zipguard import check_zip

ROW = "marquee_row"  # the name of the column that names the rows
UPLOAD = "MarqueeUpload"  # the property of the workbook that names the upload
MARKED = "marked.xlsx"  # the file that is written
_RED = PatternFill("solid", start_color="FFC7CE", end_color="FFC7CE")
_GREY = Font(color="808080", italic=True)
_AUTHOR = "Marquee"
_MOST = 1_000  # characters of a comment


def convert(request: dict[str, Any], folder: Path) -> None:
    """Write `marked.xlsx`. `request`: path, sheet, header (row), columns, upload, macros, rows.

    `rows` are [row of the sheet, number, {place of a column: what is wrong}]. Raises BrokenFile where the
    workbook cannot be opened for writing.
    """
    path = Path(request["path"])
    check_zip(path, request)
    try:
        with path.open(
            "rb"
        ) as file:  # a raw file has no suffix, without which openpyxl opens no path
            book = openpyxl.load_workbook(file, keep_vba=bool(request["macros"]))
    except Exception as error:  # whatever a damaged part makes of it
        raise BrokenFile(f"it cannot be opened to be marked: {error}") from error
    page = book[request["sheet"]] if request["sheet"] in book.sheetnames else book.worksheets[0]
    places = _places(page, request["header"], request["columns"], request["left"])
    last = max(page.max_column, *places) + 1
    if request["header"]:
        page.cell(request["header"], last, ROW).font = _GREY
    for line, number, wrong in request["rows"]:
        page.cell(line, last, number).font = _GREY
        for index, said in wrong.items():
            _mark(page.cell(line, places[int(index)]), said)
    page.column_dimensions[page.cell(1, last).column_letter].width = 14
    _name(book, request["upload"])
    book.save(folder / MARKED)


def _places(page: Any, header: int, columns: list[str], left: int) -> list[int]:
    """Where the columns stand in the sheet: by their names in the header row, else one beside the other."""
    if not header:
        return [left + i for i in range(len(columns))]
    found, at = [], left
    heads = {
        c: str(page.cell(header, c).value or "").strip() for c in range(left, page.max_column + 1)
    }
    for name in columns:
        same = [c for c, head in heads.items() if c >= at and head == name.strip()]
        at = same[0] if same else at
        found.append(at)
        at += 1
    return found


def _mark(cell: Any, said: str) -> None:
    if (
        type(cell).__name__ == "MergedCell"
    ):  # only the first cell of merged ones can carry something
        return
    cell.fill = _RED
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(f"{before}{said}"[:_MOST], _AUTHOR, height=90, width=260)


def _name(book: Any, upload: str) -> None:
    properties = book.custom_doc_props
    if UPLOAD in properties.names:
        del properties[UPLOAD]
    properties.append(StringProperty(name=UPLOAD, value=upload))
