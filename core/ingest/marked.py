"""The quarantine as a workbook with the faulty cells coloured and commented, and the way back from it.

An .xlsx file is marked as it is; of other files a workbook is made. Either has a column that names the rows, and the id of its
upload among its properties.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from core.errors import InputError
from core.files import hidden, reader
from core.files.safe import sandbox
from core.files.sheets.marking import MARKED, ROW, UPLOAD
from core.formulas import neutral
from core.ingest import importing, problems, quarantine
from core.ingest.columns.exported import quarantined
from core.ingest.corridor import Corridor
from core.ingest.quarantine import QuarantinedRow
from core.ingest.receiving import original
from core.ingest.uploads import Upload

MOST = 100_000  # rows; a workbook with more is no help to anybody
_PROPERTY = re.compile(rf'name="{UPLOAD}"[^>]*>\s*<[^>]*>([0-9a-f-]{{36}})<'.encode())
_DOCPROPS, _LARGEST = "docProps/custom.xml", 1_000_000


@dataclass(frozen=True)
class Returned:
    """What a repaired file says: what was changed, by row of the file."""

    fixes: Mapping[int, Mapping[str, str | None]]
    seen: int  # rows of the quarantine that are in it


def workbook(corridor: Corridor, upload: Upload, to: Path) -> int:
    """Write the rows that wait as a workbook; gives how many. Raises InputError where none waits, or too many."""
    importing.read_quarantine(corridor, upload)
    columns = list(upload.reading.get("columns", []))
    rows = corridor.database.read(lambda c: quarantine.load(c, upload.id, columns, limit=MOST + 1))
    if not rows:
        raise InputError("no row of this upload waits in quarantine")
    if len(rows) > MOST:
        raise InputError(f"more than {MOST:,} rows wait", hint="Take the CSV file.")
    if _own(upload):
        _mark(corridor, upload, columns, rows, to)
    else:
        _write(corridor, upload, columns, rows, to)
    return len(rows)


def _own(upload: Upload) -> bool:
    """Whether the user's own file can be marked: its cells are those of the quarantine."""
    name = upload.filename.lower()
    whole = upload.format == "excel" and name.endswith((".xlsx", ".xlsm"))
    return whole and not upload.plan.table_steps


def _decided(upload: Upload, name: str) -> object:
    return next(
        (d["value"] for d in upload.reading.get("decisions", []) if d["name"] == name), None
    )


def _mark(
    corridor: Corridor, upload: Upload, columns: list[str], rows: list[QuarantinedRow], to: Path
) -> None:
    letters = re.match(r"\$?([A-Za-z]{1,3})", str(_decided(upload, "range") or "A"))
    request = {
        "path": str(original(corridor, upload).resolve()),
        "sheet": upload.reading.get("sheet"),
        "header": int(str(_decided(upload, "header") or 0)),
        "left": _number(letters.group(1)) if letters else 1,
        "columns": columns,
        "upload": upload.id,
        "macros": upload.filename.lower().endswith(".xlsm"),
        "rows": [
            [
                r.line,
                r.row,
                {columns.index(c): said for c, said in _wrong(corridor, upload, r, columns)},
            ]
            for r in rows
            if r.line is not None
        ],
    }
    with tempfile.TemporaryDirectory(prefix="marquee-marks-") as folder:
        sandbox.run("marks", request, Path(folder), corridor.settings)
        to.write_bytes((Path(folder) / MARKED).read_bytes())


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _wrong(
    corridor: Corridor, upload: Upload, row: QuarantinedRow, columns: list[str]
) -> Iterator[tuple[str, str]]:
    """The columns that are wrong in a row, with what is wrong; a rule of no column is told at the first one."""
    dataset = corridor.registry.get(upload.dataset)
    told: dict[str, list[str]] = {}
    for rule in row.rules:
        field, _, name = rule.rpartition(":")
        known = field if field in dataset.field_names else None
        title = problems.title(dataset, known, name)
        places = [c.column for c in upload.plan.sources(field) if c.column in columns]
        for column in places or columns[:1]:
            told.setdefault(column, []).append(title)
    for column, titles in told.items():
        yield column, "; ".join(dict.fromkeys(titles))


def _write(
    corridor: Corridor, upload: Upload, columns: list[str], rows: list[QuarantinedRow], to: Path
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(to), options) as book:
        book.set_custom_property(UPLOAD, upload.id)
        page = book.add_worksheet("Quarantine")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        red = book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
        grey = book.add_format({"font_color": "#808080", "italic": True})
        page.freeze_panes(1, 0)
        for place, name in enumerate(columns):
            page.set_column(place, place, max(14, min(len(name) + 2, 40)), text)
            page.write_string(0, place, neutral(name), bold)
        page.set_column(len(columns), len(columns), 14)
        page.write_string(0, len(columns), ROW, grey)
        for number, row in enumerate(rows, start=1):
            page.write_number(number, len(columns), row.row, grey)
            wrong = dict(_wrong(corridor, upload, row, columns))
            for place, name in enumerate(columns):
                cell = neutral(row.cells.get(name, ""))[:32_767]
                if cell or name in wrong:
                    page.write_string(number, place, cell, red if name in wrong else text)
                if name in wrong:
                    page.write_comment(number, place, wrong[name], {"author": "Marquee"})


# ------------------------------------------------------------------ the way back


def upload_of(path: Path) -> str | None:
    """The id of the upload whose quarantine a workbook holds; None for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(_DOCPROPS).file_size > _LARGEST:
                return None
            found = _PROPERTY.search(archive.read(_DOCPROPS))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return None
    return found.group(1).decode() if found else None


def repaired(corridor: Corridor, upload: Upload, path: Path, filename: str) -> Returned:
    """What was changed in a repaired workbook or CSV file. Raises InputError for a file that names no rows.

    A row that is not in the file, or has nothing changed, stays in quarantine.
    """
    sheet = upload.reading.get("sheet") if upload_of(path) and _own(upload) else None
    reading = {"sheet": sheet} if sheet else {}
    table = reader.read(
        path,
        filename=filename,
        cache_dir=hidden.cache_dir(corridor.settings),
        settings=corridor.settings,
        **reading,
    )
    names = list(table.names)
    sample = [[row[i].strip() for row in table.rows(limit=200)] for i in range(min(3, len(names)))]
    if ROW in names:
        at = names.index(ROW)
    elif quarantined(names, sample):
        at = 0
    else:
        raise InputError(
            f"{filename} does not say which rows of the quarantine it holds",
            hint=f"Repair the file that was downloaded here, and leave its column {ROW} (or row) as it is.",
        )
    columns = list(upload.reading.get("columns", []))
    there = {c: names.index(c) for c in columns if c in names}
    rows = corridor.database.read(lambda c: quarantine.load(c, upload.id, columns, limit=MOST + 1))
    waiting = {r.row: r for r in rows}
    return _returned(table.rows(), at, there, waiting)


def _returned(
    rows: Iterator[list[str]],
    at: int,
    there: Mapping[str, int],
    waiting: Mapping[int, QuarantinedRow],
) -> Returned:
    fixes: dict[int, dict[str, str | None]] = {}
    seen = 0
    for cells in rows:
        number = cells[at].strip().removesuffix(".0") if at < len(cells) else ""
        kept = waiting.get(int(number)) if number.isascii() and number.isdecimal() else None
        if kept is None:
            continue
        seen += 1
        changed: dict[str, str | None] = {}
        for column, place in there.items():
            now, was = cells[place], kept.cells.get(column, "")
            if now not in (was, neutral(was)):
                changed[column] = now
        if changed:
            fixes[kept.row] = changed
    return Returned(fixes, seen)
