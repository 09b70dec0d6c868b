"""Commands about what was brought: uploads, upload, problems, quarantine, rollback."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from core.cli import output, show
from core.cli.options import Csv, Json, Limit, Place, UploadId, with_place
from core.ingest.back.rollback import Outcome, Rollback


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
def upload(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Show one upload: what it was, what it did."""
    with place.open() as wb:
        found = wb.uploads.get(upload_id)
    if as_json:
        output.emit(found)
    else:
        show.upload(found)


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
    as_json: Json = False,
) -> None:
    """List the rows that were not imported, as they stood. As CSV they can be fixed and imported."""
    with place.open() as wb:
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


def _outcomes(found: Rollback, name: str) -> tuple[Outcome, ...]:
    part: tuple[Outcome, ...] = getattr(found, name)
    return part
