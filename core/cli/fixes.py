"""Commands about the cells of an open upload: grid, and fix with cell, all, replace, undo, redo, facet, clusters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from core.cli import output
from core.cli.options import Json, Limit, Place, UploadId, with_place
from core.errors import Usage
from core.cleaning.clusters import Method
from core.ingest.grid.models import Fixed, Only, Severity

group = typer.Typer(help="Fix cells of an upload before it is imported.", no_args_is_help=True)
Column = Annotated[str, typer.Argument(help="A column of the file, or a field.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say in how many cells.")]


@with_place
def grid(
    upload_id: UploadId,
    place: Place,
    severity: Annotated[str | None, typer.Option(help="error, warning or info.")] = None,
    field: Annotated[str | None, typer.Option(help="Only what is wrong with this field.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only rows that break this rule.")] = None,
    search: Annotated[str | None, typer.Option(help="Only rows with this text.")] = None,
    every: Annotated[bool, typer.Option("--every", help="Rows without a problem, too.")] = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show the rows of an open upload that have a problem, with what is wrong in each."""
    if severity not in (None, "error", "warning", "info"):
        raise Usage(f"there is no severity {severity!r}", hint="It is error, warning or info.")
    given: Severity | None = severity  # type: ignore[assignment]
    only = Only(not every, field, rule, given, search)
    with place.open() as wb:
        found = wb.uploads.grid(upload_id, only, limit=limit or 1_000_000)
    if as_json:
        output.emit(asdict(found))
        return
    names = ("row", *(c.name for c in found.columns), "what is wrong")
    rows = [
        (
            r.row,
            *(r.cells.get(c.index) for c in found.columns),
            "; ".join(f"{m.title} ({m.repair}?)" if m.repair else m.title for m in r.marks),
        )
        for r in found.rows
    ]
    output.table(names, rows)
    output.say(f"{found.total:,} of {found.all:,} rows; {found.errors:,} would be kept out")


def _say(found: Fixed, as_json: bool) -> None:
    if as_json:
        output.emit(asdict(found))
        return
    word = "would be fixed" if found.dry_run else "fixed"
    cells = "cell" if found.cells == 1 else "cells"
    output.say(f"{found.cells:,} {cells} {word}; {found.errors:,} rows would be kept out")


@group.command("cell")
@with_place
def cell(
    upload_id: UploadId,
    row: Annotated[int, typer.Argument(min=1, help="The row of the file, from 1.")],
    column: Column,
    text: Annotated[str, typer.Argument(help="The new text.")],
    place: Place,
    as_json: Json = False,
) -> None:
    """Type one cell anew."""
    with place.open() as wb:
        _say(wb.uploads.fix(upload_id, {row: {column: text}}), as_json)


@group.command("all")
@with_place
def all_(
    upload_id: UploadId,
    column: Column,
    found: Annotated[str, typer.Argument(help="The text to be found.")],
    text: Annotated[str, typer.Argument(help="The new text.")],
    place: Place,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Type every cell of a column anew in which exactly this text stands."""
    with place.open() as wb:
        _say(wb.uploads.fix_all(upload_id, column, [found], text, dry_run=dry_run), as_json)


@group.command("replace")
@with_place
def replace(
    upload_id: UploadId,
    find: Annotated[str, typer.Argument(help="The part of a text.")],
    text: Annotated[str, typer.Argument(help="What it becomes.")],
    place: Place,
    column: Annotated[str | None, typer.Option(help="Only in this column.")] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Find a part of a text, and replace it."""
    with place.open() as wb:
        done = wb.uploads.find_and_replace(upload_id, find, text, column=column, dry_run=dry_run)
        _say(done, as_json)


@group.command("undo")
@with_place
def undo(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Take the newest act of fixing back."""
    with place.open() as wb:
        _say(wb.uploads.undo_fix(upload_id), as_json)


@group.command("redo")
@with_place
def redo(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Do again what was undone last."""
    with place.open() as wb:
        _say(wb.uploads.redo_fix(upload_id), as_json)


@group.command("facet")
@with_place
def facet(
    upload_id: UploadId, column: Column, place: Place, limit: Limit = 50, as_json: Json = False
) -> None:
    """List the texts of a column with their counts."""
    with place.open() as wb:
        found = wb.uploads.facet(upload_id, column, limit=limit or 1_000_000)
    if as_json:
        output.emit(asdict(found))
        return
    output.table(("text", "rows", "kind"), [(t.text, t.count, t.kind) for t in found.texts])
    output.say(f"{found.distinct:,} different, {found.blank:,} blank, {found.errors:,} wrong")


@group.command("clusters")
@with_place
def clusters(
    upload_id: UploadId,
    column: Column,
    place: Place,
    method: Annotated[
        str, typer.Option(help="fingerprint, ngram, phonetic or nearest.")
    ] = "fingerprint",
    as_json: Json = False,
) -> None:
    """List spellings of a column that may be one text."""
    given: Method = method  # type: ignore[assignment]
    with place.open() as wb:
        found = wb.uploads.clusters(upload_id, column, given)
    if as_json:
        output.emit([asdict(c) for c in found])
        return
    rows = [(c.into, c.count, "; ".join(t.text or "" for t in c.texts)) for c in found]
    output.table(("becomes", "rows", "spellings"), rows)
