"""Reading and previewing, without writing a record."""

from __future__ import annotations

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


def first_screen(work: Work) -> dict[str, Any]:
    """Until somebody sees the columns, their mapping and the first rows of a file just dropped."""
    with Workbench.open(settings=work.settings) as wb:
        clock = Clock()
        upload = wb.receive(work.files.path("people"), dataset=DATASET, force=True)
        shown = list(wb.draft(upload.id).table.rows(limit=100))
        return {**clock.read(), "rows": len(shown)}


def preview(work: Work) -> dict[str, Any]:
    """Until somebody sees what an import would do, all rows checked and compared."""
    with Workbench.open(settings=work.settings) as wb:
        clock = Clock()
        counts = wb.preview(work.files.path("people"), DATASET).counts
        return {**clock.read(), "rows": counts.rows, "counts": counts.model_dump()}


CASES = (
    Case("read", "Read: the file as text cells, all of them fetched once by DuckDB", read),
    Case("first screen", "Preview, first screen (columns, mapping, 100 rows)", first_screen),
    Case("preview", "Preview, in full (every row checked and compared)", preview),
)
