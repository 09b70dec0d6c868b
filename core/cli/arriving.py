"""Commands about rows of an upload that are probably somebody who is there."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import output
from core.cli.matching import matching as matching
from core.cli.options import Json, Limit, Place, UploadId, with_place
from core.errors import Usage


@matching.command("rows")
@with_place
def rows(
    upload_id: UploadId,
    place: Place,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Only those that wait for a decision.")
    ] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List rows of a file that are probably somebody who is there, or twice in the file."""
    with place.open() as wb:
        found = wb.matching.arriving(upload_id, undecided=undecided, limit=limit)
        title = wb.datasets.get(wb.uploads.get(upload_id).dataset).title_field
    if as_json:
        output.emit(found)
        return
    lines = [
        (
            p.row,
            p.title,
            p.other.get(title),
            p.record_id or f"row {p.other_row}",
            f"{p.probability:.1%}",
            p.verdict,
        )
        for p in found.pairs
    ]
    output.table(("row", "name", "probably", "who", "probability", "decided"), lines)
    if found.reason:
        output.note(output.printable(found.reason))


@matching.command("decide-rows")
@with_place
def decide_rows(
    upload_id: UploadId,
    verdict: Annotated[
        str, typer.Argument(metavar="VERDICT", help="same, different, later or withdrawn.")
    ],
    place: Place,
    chosen: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ROW...]", help="Numbers from 1, or ROW=RECORD for one of several."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All rows that wait for a decision.")
    ] = False,
    at_least: Annotated[
        float,
        typer.Option("--from", min=0.0, max=1.0, help="With --all: from this probability on."),
    ] = 0.0,
    note: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
) -> None:
    """Say who rows of a file are, before it is imported: the same updates that record."""
    if bool(chosen) == everything:
        raise Usage("name rows, or --all", hint="For example: decide-rows UPLOAD same 3 7")
    named = None if everything else dict(_row(each) for each in chosen or ())
    with place.open() as wb:
        many = wb.matching.decide_arriving(upload_id, verdict, named, at_least=at_least, note=note)
    output.say(f"{many:,} rows: {verdict}")


def _row(text: str) -> tuple[int, str | None]:
    number, _, other = text.partition("=")
    if not number.isdigit():
        raise Usage(f"{text!r} is no row", hint="For example 3, or 3=RECORD.")
    return int(number), other or None
