"""Commands about the preview of an upload: decide row, all, keep, withdraw, conflicts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from core.cli import output
from core.cli.options import Json, Limit, Place, UploadId, with_place
from core.ingest.choosing import Sweeping
from core.ingest.previewing import PreviewHandle

group = typer.Typer(help="Decide in the preview of an upload.", no_args_is_help=True)


def _say(made: PreviewHandle, as_json: bool) -> None:
    counts = made.counts
    if as_json:
        output.emit(counts.model_dump())
        return
    output.say(
        f"{counts.new:,} new, {counts.changed:,} changed, {counts.repeated:,} repeated,"
        f" {counts.conflicting:,} conflicting,"
        f" {counts.rejected:,} kept out, {counts.deleted:,} deleted; nothing is imported yet"
    )


@group.command("row")
@with_place
def row(
    upload_id: UploadId,
    rows: Annotated[list[int], typer.Argument(min=1, help="Rows of the file, from 1.")],
    choice: Annotated[str, typer.Option("--as", help="leave, new, counts, or the id of a record.")],
    place: Place,
    as_json: Json = False,
) -> None:
    """Leave rows out, make new records of them, say which record they are, or that they count.

    Of several rows of the file that are one record, the one that counts stands for all.
    """
    with place.open() as wb:
        _say(wb.decisions.rows(upload_id, dict.fromkeys(rows, choice)), as_json)


@group.command("all")
@with_place
def all_(
    upload_id: UploadId,
    outcome: Annotated[
        Literal["new", "changed", "conflicting", "repeated"], typer.Argument(help="Which rows.")
    ],
    choice: Annotated[
        Sweeping, typer.Option("--as", help="Of several rows for one record, first or last counts.")
    ],
    place: Place,
    as_json: Json = False,
) -> None:
    """The same for all rows that would be new, changed, conflicting or repeated."""
    with place.open() as wb:
        _say(wb.decisions.sweep(upload_id, outcome, choice), as_json)


@group.command("keep")
@with_place
def keep(
    upload_id: UploadId,
    place: Place,
    fields: Annotated[
        list[str] | None,
        typer.Option("--field", help="A field in which existing records keep their values."),
    ] = None,
    records: Annotated[
        list[str] | None, typer.Option("--record", help="A record that is not deleted.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set which fields existing records keep as they are, and which records are not deleted.

    Both lists are replaced: name every field and record that shall be kept. Without --field no field is kept, without
    --record no record.
    """
    with place.open() as wb:
        _say(wb.decisions.keep(upload_id, fields=fields or [], records=records or []), as_json)


@group.command("withdraw")
@with_place
def withdraw(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Withdraw every decision about rows; kept fields and records stay."""
    with place.open() as wb:
        _say(wb.decisions.sweep(upload_id, "new", None), as_json)


@group.command("conflicts")
@with_place
def conflicts(upload_id: UploadId, place: Place, limit: Limit = 50, as_json: Json = False) -> None:
    """Rows that could mean several records, with the ids of those."""
    with place.open() as wb:
        found = wb.decisions.conflicts(upload_id, limit=limit or 1_000_000)
    if as_json:
        output.emit([asdict(c) for c in found])
        return
    may_be = [", ".join(f"{r.record_id} ({r.apart or '-'})" for r in c.records) for c in found]
    output.table(
        ("row", "name", "why", "may be"),
        [(c.row, c.title, c.why, m) for c, m in zip(found, may_be)],
    )
