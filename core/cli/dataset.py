"""Commands that change datasets: save, copy, remove, try."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from core.cli import output
from core.cli.options import Json, Place, with_place
from core.datasets.model import from_toml
from core.errors import InputError, NotFound
from core.ingest.redefining import Tried

dataset = typer.Typer(no_args_is_help=True, help="Make, change, copy and delete datasets.")
Definition = Annotated[Path, typer.Argument(metavar="FILE.toml", help="The definition.")]
Renames = Annotated[
    list[str] | None,
    typer.Option("--rename", metavar="OLD=NEW", help="A field has another name now."),
]


@dataset.command("save")
@with_place
def save(
    file: Definition,
    place: Place,
    renames: Renames = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change the one of this name.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    as_json: Json = False,
) -> None:
    """Save a definition, and say what changes. Renamed fields keep their values and history."""
    definition, renamed = from_toml(_there(file)), _pairs(renames)
    with place.open(create=True) as wb:
        told = wb.datasets.changes(definition, renamed)
        if not dry_run:
            wb.datasets.save(definition, replace=replace, renamed=renamed)
    if as_json:
        output.emit(told)
        return
    for change in told:
        output.say(f"{'refused: ' if change.refused else ''}{change.what}")


@dataset.command("try")
@with_place
def try_(
    file: Definition,
    place: Place,
    sample: Annotated[
        Path | None, typer.Option("--sample", help="A file; default: the records that are there.")
    ] = None,
    renames: Renames = None,
    as_json: Json = False,
) -> None:
    """Hold a definition, which need not be saved, against a sample or the records that are there."""
    definition = from_toml(_there(file))
    with place.open(create=True) as wb:
        found = wb.datasets.try_out(definition, sample, renamed=_pairs(renames))
    if as_json:
        output.emit(found)
    else:
        _show(found)


@dataset.command("copy")
@with_place
def copy(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    to: Annotated[str, typer.Argument(help="The name of the copy.")],
    place: Place,
    title: Annotated[str, typer.Option("--title")] = "",
) -> None:
    """Copy a dataset's fields and rules, without its records."""
    with place.open(create=True) as wb:
        wb.datasets.copy(name, to, title=title)
    output.say(f"{to} has the fields of {name}")


@dataset.command("remove")
@with_place
def remove(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    place: Place,
    typed: Annotated[str, typer.Option("--typed", help="Its name once more.")] = "",
) -> None:
    """Delete a dataset with its records, history and uploads. Raw files, backups and the audit trail stay."""
    with place.open() as wb:
        number = wb.datasets.remove(name, typed=typed)
    output.say(f"{name} is deleted, with {number:,} records")


def _show(found: Tried) -> None:
    output.say(f"{found.rows:,} rows; {found.refused:,} would be refused")
    output.table(
        ("field", "rule", "severity", "rows"),
        [(b.field, b.rule, b.severity, b.rows) for b in found.broken],
    )


def _there(file: Path) -> Path:
    if not file.exists():
        raise NotFound(f"there is no file {output.printable(str(file))}", hint="Check the path.")
    return file


def _pairs(texts: Sequence[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts or ()]
    if any(not old or not new for old, _, new in pairs):
        raise InputError("a renaming is OLD=NEW", hint="For example --rename born=birth_date.")
    return {old: new for old, _, new in pairs}
