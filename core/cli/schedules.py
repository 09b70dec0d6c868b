"""Commands about schedules: list, save, try, run, runs, pause, resume, remove."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from core.cli import output
from core.cli.files import Deletions
from core.cli.options import InDataset, Json, Limit, Place, with_place
from core.datasets.registry import DEFAULT

schedules = typer.Typer(no_args_is_help=True, help="Files that are imported by themselves.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name or id.")]


@schedules.command("list")
@with_place
def list_(place: Place, as_json: Json = False) -> None:
    """Schedules with their next time."""
    with place.open() as wb:
        found = wb.schedules()
    if as_json:
        output.emit(found)
        return
    rows = [
        (
            *(s.definition.name, s.definition.dataset, s.definition.place.sentence()),
            *(
                s.definition.rhythm.sentence(),
                "paused" if s.paused else s.next_at,
                s.failures or None,
            ),
        )
        for s in found
    ]
    output.table(("name", "dataset", "from", "when", "next (UTC)", "failures"), rows)


@schedules.command("save")
@with_place
def save(
    name: Name,
    place: Place,
    source: Annotated[
        str, typer.Option("--from", help="A folder, an http(s) address, or s3://bucket/folder/.")
    ],
    dataset: InDataset = DEFAULT,
    pattern: Annotated[str, typer.Option("--pattern", help="Which files, such as '*.csv'.")] = "*",
    deep: Annotated[bool, typer.Option("--deep", help="Folders in it, too.")] = False,
    every: Annotated[int, typer.Option("--every")] = 1,
    unit: Annotated[Literal["minutes", "hours", "days", "weeks"], typer.Option("--unit")] = "days",
    at: Annotated[str, typer.Option("--at", help="HH:MM, for days and weeks.")] = "03:00",
    day: Annotated[list[str] | None, typer.Option("--day", help="monday ... sunday")] = None,
    zone: Annotated[str, typer.Option("--zone", help="Such as Europe/Berlin.")] = "UTC",
    recipe: Annotated[str | None, typer.Option("--recipe", help="A saved recipe.")] = None,
    mode: Annotated[Literal["upsert", "insert", "replace"], typer.Option("--mode")] = "upsert",
    confirm_deletions: Deletions = False,
    on_error: Annotated[
        Literal["quarantine", "refuse"],
        typer.Option("--on-error", help="What is done when rows have errors."),
    ] = "quarantine",
    whose: Annotated[
        str | None, typer.Option("--source", help="Whose data this is; else the schedule's name.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Import nothing: let it wait.")
    ] = False,
    most_rejected: Annotated[
        float, typer.Option("--most-rejected", help="Percent of rows that may have errors.")
    ] = 100,
    catch_up: Annotated[
        bool, typer.Option("--catch-up/--no-catch-up", help="Make up for a missed run.")
    ] = True,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change the one of this name.")
    ] = False,
    try_: Annotated[
        bool, typer.Option("--try", help="Only say which files it would take.")
    ] = False,
) -> None:
    """Make or change a schedule."""
    definition: dict[str, Any] = {
        "name": name,
        "dataset": dataset,
        "place": _place(source, pattern, deep),
        "rhythm": {"every": every, "unit": unit, "at": at, "days": day or [], "zone": zone},
        "recipe": recipe,
        "mode": mode,
        "confirm_deletions": confirm_deletions,
        "on_error": on_error,
        "source": whose,
        "catch_up": catch_up,
        "act": "preview" if preview else "import",
        "most_rejected": most_rejected,
    }
    with place.open(create=True) as wb:
        if try_:
            for file in wb.schedules.try_out(definition).files:
                output.say(output.printable(file))
            return
        saved = wb.schedules.save(definition, replace=name if replace else None)
    output.say(f"{saved.definition.name}: next {saved.next_at} UTC, while the app runs")


def _place(source: str, pattern: str, deep: bool) -> dict[str, Any]:
    which = {"pattern": pattern, "deep": deep}
    if source.startswith("s3://"):
        return {"kind": "s3", "url": source, **which}
    if source.startswith(("http://", "https://")):
        return {"kind": "address", "url": source}
    return {"kind": "folder", "folder": str(Path(source).resolve()), **which}


@schedules.command("run")
@with_place
def run(
    name: Name,
    place: Place,
    again: Annotated[bool, typer.Option("--again", help="Also files taken before.")] = False,
    as_json: Json = False,
) -> int | None:
    """Run one now, and wait for it."""
    with place.open() as wb:
        wb.schedules.run(name, again=again)
        wb.worker.start()
        while (done := wb.schedules.runs(name, limit=1)[0]).status in ("waiting", "running"):
            time.sleep(0.05)
    if as_json:
        output.emit(done)
    else:
        told = f": {done.error['title']}. {done.error['detail']}" if done.error else ""
        output.say(f"{done.status}; {done.files} files, {done.rows:,} rows{told}")
    return 5 if done.status == "failed" else None


@schedules.command("runs")
@with_place
def runs(name: Name, place: Place, limit: Limit = 20, as_json: Json = False) -> None:
    """The last runs of one."""
    with place.open() as wb:
        found = wb.schedules.runs(name, limit=limit)
    if as_json:
        output.emit(found)
        return
    rows = [
        (r.due_at, r.why, r.status, r.files, r.rows, r.error["detail"] if r.error else None)
        for r in found
    ]
    output.table(("due (UTC)", "why", "status", "files", "rows", "error"), rows)


@schedules.command("pause")
@with_place
def pause(name: Name, place: Place) -> None:
    """Let one rest."""
    with place.open() as wb:
        wb.schedules.pause(name)


@schedules.command("resume")
@with_place
def resume(name: Name, place: Place) -> None:
    """Let one go on."""
    with place.open() as wb:
        output.say(f"next {wb.schedules.pause(name, on=False).next_at} UTC")


@schedules.command("remove")
@with_place
def remove(name: Name, place: Place) -> None:
    """Forget one. What it imported stays."""
    with place.open() as wb:
        wb.schedules.remove(name)
