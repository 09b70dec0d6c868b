"""Commands about recipes: list, show, save, export, import, bind, remove; what steps do; drift."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cleaning.shaping.step import TableStep, parse_table_steps
from core.cli import output
from core.cli.options import InDataset, Json, Place, UploadId, with_place
from core.datasets.registry import DEFAULT
from core.errors import BadRecipe
from core.ingest.effects import Effect

recipes = typer.Typer(no_args_is_help=True, help="Cleaning that is saved by name and replayed.")
RecipeName = Annotated[str, typer.Argument(metavar="NAME", help="The recipe's name.")]
Source = Annotated[
    str | None, typer.Option("--source", help="Bind it: this source's next file gets it.")
]
Add = Annotated[
    list[str] | None,
    typer.Option("--add", metavar="STEP", help="One more table step, as JSON. Repeatable."),
]
Steps = Annotated[
    Path | None,
    typer.Option("--steps", metavar="FILE", help="These instead: a JSON list, - for stdin."),
]
Replace = Annotated[bool, typer.Option("--replace", help="Also when the name is taken.")]


@recipes.command("list")
@with_place
def list_(
    place: Place,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d")] = None,
    as_json: Json = False,
) -> None:
    """List the saved recipes."""
    with place.open() as wb:
        found = wb.recipes(dataset)
    if as_json:
        output.emit(found)
        return
    rows = [
        (s.name, s.dataset, s.source, len(s.recipe.table_steps), len(s.recipe.steps or ()))
        for s in found
    ]
    output.table(("name", "dataset", "source", "table steps", "field steps"), rows)


@recipes.command("save")
@with_place
def save(
    upload_id: UploadId,
    name: RecipeName,
    place: Place,
    source: Source = None,
    replace: Replace = False,
) -> None:
    """Save the recipe of an upload under a name."""
    with place.open() as wb:
        saved = wb.recipes.save(upload_id, name, source=source, replace=replace)
    output.say(f"saved {saved.name}" + (f" for the source {source}" if source else ""))


@recipes.command("export")
@with_place
def export(
    name: RecipeName,
    place: Place,
    dataset: InDataset = DEFAULT,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default: stdout.")
    ] = None,
) -> None:
    """Write a recipe as JSON."""
    with place.open() as wb:
        text = wb.recipes.get(dataset, name).recipe.as_json()
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, "utf-8")


@recipes.command("import")
@with_place
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.json")],
    place: Place,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    source: Source = None,
    replace: Replace = False,
) -> None:
    """Save a recipe that was exported."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadRecipe(f"{file}: {error}") from error
    with place.open(create=True) as wb:
        saved = wb.recipes.put(text, name, source=source, replace=replace)
    output.say(f"saved {saved.name} for {saved.dataset}")


@recipes.command("bind")
@with_place
def bind(
    name: RecipeName,
    place: Place,
    source: Annotated[str | None, typer.Argument(help="Without one it is bound to none.")] = None,
    dataset: InDataset = DEFAULT,
) -> None:
    """Bind a recipe to a source, whose next file gets it by itself."""
    with place.open() as wb:
        saved = wb.recipes.bind(dataset, name, source)
    output.say(f"{saved.name} is bound to {saved.source or 'no source'}")


@recipes.command("remove")
@with_place
def remove(name: RecipeName, place: Place, dataset: InDataset = DEFAULT) -> None:
    """Forget a recipe. What was cleaned with it stays as it is."""
    with place.open() as wb:
        wb.recipes.remove(dataset, name)


@recipes.command("effects")
@with_place
def effects(
    upload_id: UploadId,
    place: Place,
    whole: Annotated[bool, typer.Option("--whole", help="Of all rows, not of the first.")] = False,
    add: Add = None,
    steps: Steps = None,
    as_json: Json = False,
) -> None:
    """What each step of an open upload does: cells changed, rows taken away, an example.

    `--add` and `--steps` try other table steps, and keep nothing; `recipes steps` keeps them.
    """
    with place.open() as wb:
        plan = wb.uploads.get(upload_id).plan
        tried = _given(plan.table_steps, steps, add or [])
        found = wb.uploads.effects(
            upload_id, steps=plan.recipe or (), table_steps=tried, whole=whole
        )
    if as_json:
        output.emit(found)
        return
    output.table(
        ("on", "step", "cells", "rows", "example"),
        [
            (kind, e.sentence, e.cells, e.rows or None, _example(e))
            for kind, steps_ in (("table", found.table), ("fields", found.fields))
            for e in steps_
        ],
    )
    rows = f"{found.looked:,} rows"
    output.say(f"of {'all ' if found.whole else 'the first '}{rows}")


@recipes.command("steps")
@with_place
def steps_(
    upload_id: UploadId,
    place: Place,
    add: Add = None,
    steps: Steps = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last change back.")] = False,
    as_json: Json = False,
) -> None:
    """Give an open upload other table steps, or list those that it has."""
    with place.open() as wb:
        plan = wb.uploads.get(upload_id).plan
        given = _given(plan.table_steps, steps, add or [])
        if undo:
            plan = wb.uploads.undo(upload_id).plan
        elif given is not None:
            plan = wb.uploads.plan(upload_id, table_steps=given).plan
    if as_json:
        output.emit([s.model_dump(mode="json", exclude_defaults=True) for s in plan.table_steps])
        return
    rows = [(n, s.sentence(), s.off or None) for n, s in enumerate(plan.table_steps, start=1)]
    output.table(("step", "what", "off"), rows)


def _given(
    present: Sequence[TableStep], file: Path | None, more: list[str]
) -> tuple[TableStep, ...] | None:
    """The table steps of the options; None where there are none."""
    if file is None and not more:
        return None
    try:
        given: list[Any] = list(present)
        if file is not None:
            text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
            given = json.loads(text)
        return parse_table_steps([*given, *map(json.loads, more)])
    except (OSError, ValueError, TypeError) as error:
        hint = 'Such as {"op": "case", "value": "upper", "columns": ["Name"]}.'
        raise BadRecipe(f"a step is JSON: {error}", hint=hint) from error


def _example(effect: Effect) -> str:
    if effect.error or effect.off:
        return effect.error or "switched off"
    return "; ".join(f"{before or ''} -> {after or ''}" for _, before, after in effect.examples[:1])


@recipes.command("drift")
@with_place
def drift(upload_id: UploadId, place: Place, as_json: Json = False) -> None:
    """Columns that came or are gone, beside the recipe or the source's last file."""
    with place.open() as wb:
        found = wb.recipes.drift(upload_id)
    if as_json:
        output.emit(found)
        return
    if found is None or not found.any:
        output.say("the same columns" if found else "there is nothing to hold it against")
        return
    output.say(f"beside {found.against}:")
    for column in found.new:
        output.say(f"  {output.printable(column)} is new")
    for gone in found.gone:
        told = f"; it is probably {gone.proposal} now ({gone.reason})" if gone.proposal else ""
        output.say(f"  {output.printable(gone.column)} is gone{told}")
