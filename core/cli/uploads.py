"""Commands about what was brought: uploads, upload, changes, problems, quarantine, rollback."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from core.cli import output, show
from core.cli.options import Csv, InDataset, Json, Limit, Place, UploadId, with_place
from core.datasets.registry import DEFAULT
from core.errors import NotFound
from core.ingest import preview as rows
from core.ingest.back.rollback import Outcome as Taken, Rollback
from core.ingest.preview import Outcome
from core.records.export import csv_bytes
from core.workbench.request import ImportRequest


@with_place
def uploads(
    place: Place,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d")] = None,
    status: Annotated[str | None, typer.Option("--status", help="For example imported.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List uploads and rollbacks, the newest first."""
    with place.open() as wb:
        found = wb.uploads(dataset=dataset, status=status, limit=limit or sys.maxsize)
    if as_json:
        output.emit(found)
    else:
        show.uploads(found)


@with_place
def analytics(
    place: Place,
    days: Annotated[int, typer.Option("--days", min=1)] = 30,
    by: Annotated[Literal["door", "source", "actor", "dataset"], typer.Option("--by")] = "door",
    dataset: Annotated[str | None, typer.Option("--dataset", "-d")] = None,
    as_json: Json = False,
) -> None:
    """Figures of what was brought: uploads, rows, rejects, speed, seconds from file to record, top causes."""
    with place.open() as wb:
        found = wb.uploads.analytics(days=days, by=by, dataset=dataset)
    if as_json:
        output.emit(found)
        return
    names = (by, "uploads", "imported", "failed", "rows", "rejected", "rows/s", "wait s")
    rows = [
        (
            *(f.name, f.uploads, f.imported, f.failed, f.rows, f.rejected),
            *(f.rate and round(f.rate), f.wait and round(f.wait, 1)),
        )
        for f in (*found.groups, found.total)
    ]
    output.table(names, rows)
    for cause in found.causes[:5]:
        output.say(
            f"{cause.rows:,} rows in {cause.uploads} uploads: {output.printable(cause.title)}"
        )


@with_place
def fetch(
    url: Annotated[str, typer.Argument(help="An http or https address.")],
    place: Place,
    dataset: InDataset = DEFAULT,
    source: Annotated[str | None, typer.Option(help="Whose data this is.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also the same bytes again.")] = False,
    as_json: Json = False,
) -> None:
    """Fetch a file from an address. `preview ID` shows what it would do, `import ID` does it."""
    with place.open(create=True) as wb:
        asked = ImportRequest(dataset=dataset, source_name=source, force=force)
        found = wb.uploads.fetch(url, asked)
    if as_json:
        output.emit(found)
    else:
        output.say(f"{found.id}  {output.printable(found.filename)}, {found.size or 0:,} bytes")


@with_place
def upload(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Show one upload: what it was, what it did."""
    with place.open() as wb:
        found = wb.uploads.get(upload_id)
    if as_json:
        output.emit(found)
    else:
        show.upload(found)


@with_place
def changes(
    upload_id: UploadId,
    place: Place,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only such rows.")] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="Changed rows only: those that change this field.")
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="Rows with this text in their name.")
    ] = None,
    limit: Limit = 50,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Pass over so many.")] = 0,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """What an open upload would do, row by row: new, changed, repeated, conflicting, rejected, deleted.

    With `--csv` a line for each field. What an import did is said by `record ID --history` and the API.
    """
    with place.open() as wb:
        handle = wb.preview(upload_id)
        fields_ = (*handle.staged.dataset.field_names, "_extra")
        if field and field not in fields_:
            raise NotFound(f"there is no field {field!r}", hint=f"There are: {', '.join(fields_)}.")
        found = handle.changes(outcome, limit or sys.maxsize, offset, field, search)
        total = handle.number(outcome, field, search)
    if as_json:
        output.emit({"changes": found, "total": total})
    elif as_csv:
        for part in csv_bytes(list(rows.COLUMNS), (line for r in found for line in rows.lines(r))):
            sys.stdout.buffer.write(part)
    else:
        show.changes(found)
        output.note(f"{len(found):,} of {total:,} rows")


@with_place
def problems(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """List what was wrong, grouped by cause; errors first."""
    with place.open() as wb:
        found = wb.uploads.problems(upload_id)
    if as_json:
        output.emit(found)
    else:
        show.problem_table(found)


@with_place
def quarantine(
    upload_id: UploadId,
    place: Place,
    limit: Limit = 0,
    as_csv: Csv = False,
    to: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="A workbook with the faulty cells marked."),
    ] = None,
    back: Annotated[
        Path | None,
        typer.Option("--back", metavar="FILE", help="Bring the repaired workbook or CSV back."),
    ] = None,
    discard: Annotated[
        list[int] | None, typer.Option("--discard", metavar="ROW", help="This row waits no more.")
    ] = None,
    discard_all: Annotated[
        bool, typer.Option("--discard-all", help="No row waits any more.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the rows that were not imported, as they stood. As CSV or a workbook they can be fixed and brought back."""
    with place.open() as wb:
        if to is not None:
            number = wb.uploads.quarantine_workbook(upload_id, to)
            output.note(f"{number:,} rows in {output.printable(str(to))}")
            return
        if back is not None or discard or discard_all:
            done = (
                wb.uploads.bring_back(upload_id, back)
                if back is not None
                else wb.uploads.discard(upload_id, discard)
            )
            if as_json:
                output.emit(done)
            else:
                output.say(f"{done.counts.rows:,} rows; {done.waiting:,} wait")
            return
        if as_csv and not as_json:
            for part in wb.uploads.quarantine_csv(upload_id):
                sys.stdout.buffer.write(part)
            return
        columns = wb.uploads.get(upload_id).reading.get("columns", [])
        rows = wb.uploads.quarantine(upload_id, limit=limit or sys.maxsize)
    if as_json:
        output.emit(rows)
    else:
        cells = (
            (r.row, r.line, ", ".join(r.rules), *(r.cells.get(c, "") for c in columns))
            for r in rows
        )
        output.table(("row", "line", "problems", *columns), cells)


@with_place
def rollback(
    upload_id: UploadId,
    place: Place,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Take an upload back, record by record. What was changed later is kept, and said.

    A rollback has an id of its own and can be taken back the same way.
    """
    with place.open() as wb:
        found = wb.rollback(upload_id, dry_run=dry_run, limit=limit or sys.maxsize)
    if as_json:
        output.emit({**asdict(found), "dry_run": dry_run})
    else:
        _show(found, dry_run)


def _show(found: Rollback, dry_run: bool) -> None:
    counts = ", ".join(f"{number:,} {name}" for name, number in found.counts.items())
    output.say(f"{'would be' if dry_run else 'done'}: {counts}")
    rows = [
        (name, o.record_id, o.title, o.reason)
        for name in ("failed", "kept", "reversed")
        for o in _outcomes(found, name)
    ]
    if rows:
        output.table(("outcome", "record", "name", "reason"), rows)
    if found.id:
        output.say(f"to bring it back: python -m core rollback {found.id}")


def _outcomes(found: Rollback, name: str) -> tuple[Taken, ...]:
    part: tuple[Taken, ...] = getattr(found, name)
    return part
