"""Commands about what a role sees of a dataset: row rules, hidden fields, masks; and looking as a role does."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from core.cli import output
from core.cli.access import access
from core.cli.options import Json, Place, with_place
from core.datasets.registry import DEFAULT
from core.errors import Usage
from core.records.narrowing import MASKS

__all__ = ["access"]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="See `access roles`.")]
Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="What the rules are about.")]


@access.command("rules")
@with_place
def rules(
    place: Place,
    role: Role,
    dataset: Dataset = DEFAULT,
    rows: Annotated[
        str | None, typer.Option("--rows", help="A filter as JSON: which records are seen.")
    ] = None,
    hide: Annotated[
        list[str] | None, typer.Option("--hide", help="A field that is not seen. Repeatable.")
    ] = None,
    mask: Annotated[
        list[str] | None,
        typer.Option("--mask", help=f"FIELD=MASK: {', '.join(MASKS)}. Repeatable."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Everything is seen.")] = False,
) -> None:
    """Say what a role sees of a dataset; without options, show it."""
    with place.open() as wb:
        if clear or rows or hide or mask:
            wanted = None if clear else _rules(rows, hide, mask)
            wb.access.save_rules(role, dataset, wanted)
        found = wb.access.roles()[role].rules.get(dataset) if role in wb.access.roles() else None
    if found is None:
        return output.note(f"{role} sees all of {dataset}.")
    output.say(found.model_dump_json(exclude_defaults=True))


@access.command("see")
@with_place
def see(
    place: Place,
    role: Role,
    dataset: Dataset = DEFAULT,
    search: Annotated[str, typer.Option("--search", help="Words that must all occur.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000)] = 20,
    as_json: Json = False,
) -> None:
    """Show records as somebody with a role sees them."""
    with place.open() as wb:
        seen = wb.seeing_as(role)
        names = list(seen.datasets.get(dataset).field_names)
        found = list(seen.records(dataset, search=search, fields=names, limit=limit).rows())
    if as_json:
        return output.emit(found)
    output.table(tuple(names), [tuple(row.values()) for row in found])


def _rules(rows: str | None, hide: list[str] | None, mask: list[str] | None) -> dict[str, Any]:
    pairs = [each.partition("=") for each in mask or ()]
    if any(not (field and equals and name) for field, equals, name in pairs):
        raise Usage("a mask is FIELD=MASK", hint="Such as --mask birth_date=year.")
    try:
        tree = json.loads(rows) if rows else None
    except ValueError as error:
        raise Usage(f"--rows is no JSON: {error}") from error
    return {
        "rows": tree,
        "hidden": hide or [],
        "masks": {field: name for field, _, name in pairs},
    }
