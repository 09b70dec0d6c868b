"""Commands about checks that somebody made: checks, expect, run, suite, gate, accept, incidents, incident."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli import output
from core.cli.options import InDataset, Json, Place, UploadId, with_place
from core.cli.quality import quality
from core.datasets.registry import DEFAULT
from core.errors import Usage

group = quality  # with the commands of both modules

FAILING = 10  # exit code: done, and something does not pass


@quality.command("checks")
@with_place
def checks(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> None:
    """List the checks that were made, with their newest results."""
    with place.open() as wb:
        found, last = wb.quality.checks(dataset), wb.quality.results(dataset)
    if as_json:
        output.emit([{"check": c, "last": last.get(c.id)} for c in found])
        return
    names = ("id", "kind", "check", "severity", "gate", "owner", "state", "what came of it")
    rows = []
    for each in found:
        result = last.get(each.id)
        state = (result.state, result.message) if result else ("never run", "")
        rows.append((each.id, each.kind, each.title, each.severity, each.gate, each.owner, *state))
    output.table(names, rows)


@quality.command("expect")
@with_place
def expect(
    kind: Annotated[str, typer.Argument(help="Such as not_null, between or sql.")],
    place: Place,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE...", help="Such as field=name.")
    ] = None,
    dataset: InDataset = DEFAULT,
    as_json: Json = False,
) -> None:
    """Make a check: `expect between field=birth_date min=1900 severity=warning`; with id=ID it replaces that one."""
    with place.open() as wb:
        made = wb.quality.expect(dataset, kind, **_given(values or []))
    if as_json:
        output.emit(made)
    else:
        output.say(f"{made.id}  {output.printable(made.title)}")


def _given(values: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"{text!r} is not NAME=VALUE")
        found[name] = value.split(",") if name == "values" else value
    return found


@quality.command("forget")
@with_place
def forget(check: Annotated[str, typer.Argument(metavar="ID")], place: Place) -> None:
    """Delete a check."""
    with place.open() as wb:
        wb.quality.forget(check)


@quality.command("run")
@with_place
def run(place: Place, dataset: InDataset = DEFAULT, as_json: Json = False) -> int:
    """Run the checks of a dataset now. Exit code 10 when one does not pass."""
    with place.open() as wb:
        found = wb.quality.run(dataset)
    if as_json:
        output.emit(found)
    else:
        output.table(
            ("state", "bad", "of", "check", "what came of it"),
            [
                (o.state, f"{o.bad:,}", f"{o.counted:,}", o.expectation.title, o.message)
                for o in found
            ],
        )
    return FAILING if any(o.failing for o in found) else 0


@quality.command("suite")
@with_place
def suite(
    file: Annotated[Path, typer.Argument(help="A suite of Great Expectations or pandera.")],
    place: Place,
    dataset: InDataset = DEFAULT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it.")] = False,
    as_json: Json = False,
) -> None:
    """Take the checks of a suite, and list what has no check here."""
    with place.open() as wb:
        found = wb.quality.import_suite(file, dataset, dry_run=dry_run)
    if as_json:
        output.emit(found)
        return
    output.table(("taken", "kind"), [(e.title, e.kind) for e in found.taken])
    if found.left:
        output.say()
        output.table(("not taken", "why"), found.left)


@quality.command("gate")
@with_place
def gate(upload: UploadId, place: Place, as_json: Json = False) -> int:
    """Show whether an upload would be let in. Exit code 10 when it would not."""
    with place.open() as wb:
        found = wb.quality.gate(upload)
    if as_json:
        output.emit(found)
    else:
        output.say(found.verdict + (", and accepted" if found.accepted else ""))
        for reason in found.reasons:
            output.say(output.printable(reason))
    return 0 if found.verdict == "pass" or found.accepted else FAILING


@quality.command("accept")
@with_place
def accept(
    upload: UploadId,
    place: Place,
    reason: Annotated[str, typer.Option("--reason", help="Why it may come in.")],
) -> None:
    """Let an upload in that the gate asks about."""
    with place.open() as wb:
        wb.quality.accept(upload, reason)


@quality.command("incidents")
@with_place
def incidents(
    place: Place,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones, too.")] = False,
    dataset: Annotated[
        str | None, typer.Option("--dataset", "-d", help="Of this dataset alone.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List what is wrong."""
    with place.open() as wb:
        found = wb.quality.incidents(dataset, status=None if everything else "open")
    if as_json:
        output.emit(found)
        return
    output.table(
        ("id", "status", "severity", "owner", "since (UTC)", "dataset", "what"),
        [
            (
                i.id,
                i.status,
                i.severity,
                i.owner,
                f"{i.opened_at:%Y-%m-%d %H:%M}",
                i.dataset,
                i.title,
            )
            for i in found
        ],
    )


@quality.command("incident")
@with_place
def incident(
    incident_id: Annotated[str, typer.Argument(metavar="ID")],
    place: Place,
    owner: Annotated[str | None, typer.Option("--owner", help="Give it to somebody.")] = None,
    note: Annotated[str, typer.Option("--note", help="Add a note.")] = "",
    resolve: Annotated[bool, typer.Option("--resolve", help="It is done.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="It is not done.")] = False,
    as_json: Json = False,
) -> None:
    """Show an incident; assign it, note something, resolve it or open it again."""
    with place.open() as wb:
        if owner is not None:
            wb.quality.assign(incident_id, owner)
        if resolve:
            wb.quality.resolve(incident_id, note)
        elif reopen:
            wb.quality.reopen(incident_id, note)
        elif note:
            wb.quality.note(incident_id, note)
        found = wb.quality.incident(incident_id)
    if as_json:
        output.emit(found)
        return
    output.pairs({"what": found.title, "status": found.status, "owner": found.owner or "nobody"})
    output.table(
        ("when (UTC)", "who", "what", "note"),
        [(f"{n.at:%Y-%m-%d %H:%M:%S}", n.actor, n.what, n.note) for n in found.notes],
    )
