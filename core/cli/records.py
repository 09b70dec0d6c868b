"""Commands about records: records, record, edit, delete, restore, sql."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from core.datasets.registry import DEFAULT
from core.cli import backups, output
from core.cli.options import Csv, InDataset, Json, Place, RecordId, Version, with_place
from core.datasets.model import Dataset
from core.errors import BadQuery, BadValue, Usage
from core.history.changes import Change
from core.records import filters
from core.records.export import SEPARATORS, columns
from core.records.lines import csv_records
from core.records.query import OPERATORS, Result

SHOWN = 50  # records in a table when no limit is given


@with_place
def records(
    place: Place,
    dataset: InDataset = DEFAULT,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FIELD[.OP]=VALUE",
            help=f"All must hold. Operators: {', '.join(OPERATORS)}.",
        ),
    ] = None,
    tree: Annotated[
        str | None,
        typer.Option("--filter", metavar="JSON", help="A tree of conditions: all, any, not."),
    ] = None,
    search: Annotated[str | None, typer.Option("--search", help="Words, in any text.")] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="FIELD,-FIELD", help="A minus: downwards.")
    ] = None,
    fields: Annotated[
        str | None, typer.Option("--fields", metavar="A,B", help="Only these fields.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=0, help=f"A table shows {SHOWN}, a file holds all."),
    ] = None,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """List records; as CSV or JSON in bounded memory."""
    most = SHOWN if limit is None and not (as_csv or as_json) else limit or None
    with place.open() as wb:
        definition = wb.datasets.get(dataset)
        conditions = [parse_where(definition, text) for text in where or []]
        found = wb.records(
            dataset,
            where=joined(conditions, tree),
            search=search,
            order_by=sort,
            fields=[f.strip() for f in fields.split(",")] if fields else None,
            limit=most,
        )
        names = found.columns()
        if not fields and not as_json:
            names = columns(definition)[: None if as_csv else -1]  # a screen is narrow
        write(names, found, as_csv, as_json, definition.cleaning.list_separators)


@with_place
def sql(
    statement: Annotated[str, typer.Argument(metavar="SELECT", help="One SELECT.")],
    place: Place,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """Ask with SQL, read-only. Tables: one per dataset, history.changes, ops.*."""
    with place.open() as wb:
        found = wb.sql(statement)
        write(found.columns(), found, as_csv, as_json)


def write(
    names: Sequence[str],
    found: Result,
    as_csv: bool,
    as_json: bool,
    separators: str = SEPARATORS,
) -> None:
    """An answer as a table, CSV or JSON."""
    if as_json:
        output.emit_all(found.rows())
        return
    if as_csv:
        for part in csv_records(found, names, separators):
            sys.stdout.buffer.write(part)
    else:
        output.table(names, ([row[name] for name in names] for row in found.rows()))


def parse_where(dataset: Dataset, text: str) -> tuple[str, str, str]:
    """FIELD=VALUE or FIELD.OP=VALUE as (field, operator, value); a list has the value."""
    left, equals, value = text.partition("=")
    if not equals or not left:
        raise BadQuery(f"{text!r} is not FIELD=VALUE", hint="For example --where mbti=INTJ.")
    name, dot, operator = left.rpartition(".")
    if dot:
        return name, operator, value
    is_list = left in dataset.field_names and dataset.field(left).type == "list"
    return left, "has" if is_list else "eq", value


def joined(conditions: list[tuple[str, str, str]], tree: str | None) -> Any:
    """Conditions and a tree, all of which must hold."""
    found = filters.read(tree)
    if found is None:
        return conditions
    flat = [{"field": f, "op": o, "value": v} for f, o, v in conditions]
    return filters.both(filters.read(flat), found)


@with_place
def record(
    record_id: RecordId,
    place: Place,
    dataset: InDataset = DEFAULT,
    history: Annotated[
        bool, typer.Option("--history", help="Every version, newest first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one record, or everything that ever happened to it (also when it was deleted)."""
    with place.open() as wb:
        if history:
            changes = wb.history(dataset, record_id)
            output.emit(changes) if as_json else _show_history(changes)
            return
        _show_record(wb.record(dataset, record_id), as_json)


def _show_record(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.emit(values)
    else:
        output.pairs({name: value for name, value in values.items() if name != "_key"})


def _show_history(changes: Sequence[Change]) -> None:
    rows = [
        (c.version, f"{c.at:%Y-%m-%d %H:%M:%S}", c.kind, f"{c.actor} ({c.door})")
        + (f"{c.filename}, row {c.row}" if c.filename else "", name, old, new)
        for c in changes
        for name, (old, new) in (c.fields or {"": (None, None)}).items()
    ]
    output.table(("version", "when (UTC)", "what", "by", "from", "field", "old", "new"), rows)


@with_place
def edit(
    record_id: RecordId,
    assignments: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE...", help="Nothing after = empties it.")
    ],
    place: Place,
    dataset: InDataset = DEFAULT,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Change fields of a record; values are cleaned and checked like those of a file."""
    values = dict(_assignment(text) for text in assignments)
    with place.open() as wb:
        _show_record(wb.edit(dataset, record_id, values, version=version), as_json)


@with_place
def new(
    assignments: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
    place: Place,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> None:
    """A record of these values, cleaned and checked like a row of a file."""
    values = dict(_assignment(text) for text in assignments)
    with place.open(create=True) as wb:
        _show_record(wb.records.new(dataset, values), as_json)


@with_place
def undo(
    record_id: RecordId,
    version: Annotated[int, typer.Argument(metavar="VERSION")],
    place: Place,
    whole: Annotated[
        bool, typer.Option("--back", help="Bring all values of that version back instead.")
    ] = False,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> None:
    """Undo one edit of a record, or bring one version back."""
    with place.open() as wb:
        act = wb.records.back_to if whole else wb.records.undo_edit
        _show_record(act(dataset, record_id, version), as_json)


def _assignment(text: str) -> tuple[str, str | None]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadValue(f"{text!r} is not FIELD=VALUE", hint="For example mbti=INTJ.")
    return name, value or None


@with_place
def delete(
    record_id: RecordId,
    place: Place,
    dataset: InDataset = DEFAULT,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Delete a record; restore brings it back."""
    with place.open() as wb:
        wb.records.delete(dataset, record_id, version=version)
    if as_json:
        output.emit({"record_id": record_id, "deleted": True})
    else:
        output.say(f"deleted; to bring it back: python -m core restore {record_id}")


@with_place
def restore(
    place: Place,
    record_id: Annotated[
        str | None, typer.Argument(metavar="[RECORD]", help="The record's id.")
    ] = None,
    backup: Annotated[
        str | None, typer.Option("--backup", help="Restore this backup instead of a record.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="With --backup: only into this new file.")
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="With --backup: only put back files that are missing.")
    ] = False,
    foreign: Annotated[
        bool,
        typer.Option("--foreign", help="With --backup: also in the place of another database."),
    ] = False,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> int | None:
    """Bring a deleted record back as it was; or, with --backup NAME, the whole database.

    A backup is restored into a new file, verified and checked, and takes the place of the database,
    which is kept beside it. Stop the app first.
    """
    if (record_id is None) == (backup is None):
        raise Usage("name a record, or a backup with --backup NAME")
    if backup is not None:
        return backups.restore_backup(place, backup, to, files, foreign, as_json)
    if to is not None or files:
        raise Usage("--to and --files go with --backup")
    with place.open() as wb:
        _show_record(wb.records.restore(dataset, str(record_id)), as_json)
    return None
