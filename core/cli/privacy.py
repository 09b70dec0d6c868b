"""Commands about one person: what is known, a file for them, forgetting them, and the paper about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import output
from core.cli.options import Json, Place, with_place
from core.datasets.registry import DEFAULT
from core.errors import Usage

privacy = typer.Typer(
    no_args_is_help=True, help="A person everywhere: what is known of them, and forgetting them."
)
Record = Annotated[str, typer.Argument(metavar="RECORD", help="The id of the record.")]
Dataset = Annotated[str, typer.Option("--dataset", help="Where the record is.")]


@privacy.command("known")
@with_place
def known(place: Place, record: Record, dataset: Dataset = DEFAULT, as_json: Json = False) -> None:
    """Show where a person is: what forgetting them takes out."""
    with place.open() as wb:
        found = wb.privacy.known(record, dataset)
    if as_json:
        output.emit(found.places)
        return
    output.pairs(
        {
            "record": "there" if found.live else "deleted",
            "versions": found.versions,
            "files": ", ".join(f"{f.upload.filename} ({len(f.rows)})" for f in found.files),
            "rows in quarantine": found.quarantined,
            "decisions on duplicates": found.decisions,
            "part of a merge": "yes" if found.merged else "no",
            "being imported": ", ".join(found.importing) or "nothing",
        }
    )


@privacy.command("export")
@with_place
def export(place: Place, record: Record, dataset: Dataset = DEFAULT, as_json: Json = False) -> None:
    """Write all that is known of a person to stdout, to be handed out."""
    with place.open() as wb:
        found = wb.privacy.export(record, dataset)
    output.say(found.json if as_json else found.text)


@privacy.command("forget")
@with_place
def forget(
    place: Place,
    record: Record,
    dataset: Dataset = DEFAULT,
    reason: Annotated[str, typer.Option("--reason", help="Stands in the paper.")] = "",
    destroy_files: Annotated[
        bool, typer.Option("--destroy-files", help="Files that cannot be changed alone go whole.")
    ] = False,
    paper: Annotated[Path | None, typer.Option("--paper", help="Where the paper goes.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="It cannot be taken back, and is meant.")
    ] = False,
) -> None:
    """Forget a person everywhere. It cannot be taken back."""
    if not yes:
        raise Usage("forgetting cannot be taken back", hint="See `privacy known`, then add --yes.")
    with place.open() as wb:
        done = wb.privacy.forget(record, dataset, reason=reason, destroy_files=destroy_files)
    if paper:
        paper.write_text(done.paper, "utf-8")
    else:
        output.say(done.paper)


@privacy.command("paper")
@with_place
def paper_(
    place: Place, act: Annotated[str, typer.Argument(metavar="ACT", help="The id in the paper.")]
) -> None:
    """Write the paper about somebody who was forgotten to stdout, in Markdown."""
    with place.open() as wb:
        output.say(wb.privacy.paper(act))
