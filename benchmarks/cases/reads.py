"""Reading and previewing, without writing a record."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.cases.case import DATASET, Case, Work
from benchmarks.clock import Clock
from core.workbench import Workbench


def read(work: Work) -> dict[str, Any]:
    """The file as text cells, every one of them looked at once."""
    with Workbench.open(settings=work.settings) as wb:
        clock = Clock()
        table = wb.read(work.files.path("people"))
        with wb.database.reader() as cursor:
            # The longest cell of each column: nothing that DuckDB could answer without reading.
            row = cursor.execute(f"SELECT count(*), max(COLUMNS(*)) FROM ({table.sql})").fetchone()
        return {**clock.read(), "rows": int(row[0]) if row else 0}


def receive(work: Work) -> dict[str, Any]:
    """Until the file's bytes are kept by their hash, on the disk itself, and an upload is open for them."""
    with Workbench.open(settings=work.settings) as wb:
        clock = Clock()
        upload = wb.receive(work.files.path("people"), dataset=DATASET)
        return {**clock.read(), "bytes": upload.size}


def first_screen(work: Work, kind: str = "people") -> dict[str, Any]:
    """Until somebody sees the columns, their mapping and the first rows of a file that was received."""
    with Workbench.open(settings=work.settings) as wb:
        upload = wb.receive(work.files.path(kind), dataset=DATASET, force=True)
        clock = Clock()
        draft = wb.draft(upload.id, first=True)
        shown = list(draft.table.rows(limit=100))
        return {**clock.read(), "rows": len(shown)}


def preview(work: Work) -> dict[str, Any]:
    """Until somebody sees what an import would do, all rows checked and compared."""
    with Workbench.open(settings=work.settings) as wb:
        clock = Clock()
        counts = wb.preview(work.files.path("people"), DATASET).counts
        return {**clock.read(), "rows": counts.rows, "counts": counts.model_dump()}


def _first(name: str, kind: str, what: str) -> Case:
    title = f"First preview screen of {what} that was received: columns, mapping, 100 rows"
    return Case(name, title, partial(first_screen, kind=kind), (kind,), floor=None)


CASES = (
    Case("read", "Read: the file as text cells, all of them fetched once by DuckDB", read),
    Case("receive", "Receive: the bytes kept by their hash, on the disk itself", receive),
    _first("first screen", "people", "the CSV file"),
    _first("first screen lines", "lines", "the JSON lines"),
    _first("first screen array", "array", "the JSON array"),
    _first("first screen sheet", "sheet", "the workbook"),
    Case("preview", "Preview, in full (every row checked and compared)", preview),
)
