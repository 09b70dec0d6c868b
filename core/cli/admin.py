"""Commands about the installation: datasets, template, audit, serve."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.datasets.registry import DEFAULT
from core.cli import output, show
from core.cli.options import InDataset, Json, Limit, Place, with_place
from core.cli.remote import App
from core.datasets import templates
from core.datasets.registry import Registry
from core.errors import DatabaseLocked, InputError, SettingsError
from core.launch import server

ROOT = Path(__file__).resolve().parents[2]


@with_place
def datasets(
    place: Place,
    name: Annotated[str | None, typer.Argument(help="Show the fields of this one.")] = None,
    as_json: Json = False,
) -> None:
    """List the datasets, or the fields of one. Needs no database."""
    registry = Registry(place.settings().datasets_dir)
    if name:
        dataset = registry.get(name)
        if as_json:
            output.emit(dataset)
        else:
            show.fields(dataset)
        return
    found = registry.all()
    if as_json:
        output.emit([d.model_dump(mode="json", include=_SHORT) for d in found])
    else:
        output.table(
            ("dataset", "title", "origin", "fields"),
            [(d.name, d.label, d.origin, ", ".join(d.field_names)) for d in found],
        )
    for file, error in registry.broken.items():
        output.note(f"warning: {output.printable(f'{file}: {error.detail}')}")


_SHORT = {"name", "title", "description", "origin"}


@with_place
def template(
    place: Place,
    dataset: InDataset = DEFAULT,
    format: Annotated[templates.Format, typer.Option("--format", "-f")] = "csv",
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default: stdout.")
    ] = None,
    examples: Annotated[bool, typer.Option("--examples/--empty", help="With example rows.")] = True,
) -> None:
    """Write a file to fill in: the field names and example rows. Needs no database."""
    found = Registry(place.settings().datasets_dir).get(dataset)
    data = templates.template(found, format, examples=examples)
    if to is not None:
        try:
            to.write_bytes(data)
        except OSError as error:
            raise InputError(f"{to} cannot be written: {error.strerror}") from error
        return
    if format == "xlsx" and sys.stdout.isatty():
        raise InputError("a workbook is nothing for a terminal", hint="Add --output people.xlsx.")
    sys.stdout.buffer.write(data)


audit = typer.Typer(no_args_is_help=True, help="The audit trail: who did what, when, to what.")


@audit.command("verify")
@with_place
def verify(place: Place, as_json: Json = False) -> None:
    """Check that no event was altered or left out. Ends with 8 when one was."""
    with place.open() as wb:
        events = wb.history.verify()
    if as_json:
        output.emit({"ok": True, "events": events})
    else:
        output.say(f"{events:,} events, every one in its place")


@audit.command("list")
@with_place
def list_(
    place: Place,
    limit: Limit = 50,
    before: Annotated[int | None, typer.Option("--before", help="Page on from here.")] = None,
    as_json: Json = False,
) -> None:
    """List events, the newest first."""
    with place.open() as wb:
        events = wb.history.events(limit=limit or sys.maxsize, before=before)
    if as_json:
        output.emit(events)
        return
    output.table(
        ("no", "when (UTC)", "what", "by", "dataset", "upload", "record", "details"),
        [
            (e.seq, f"{e.at:%Y-%m-%d %H:%M:%S}", e.kind, f"{e.actor} ({e.door})")
            + (e.dataset, e.upload_id, e.record_id, output.dumps(e.details))
            for e in events
        ],
    )


# ------------------------------------------------------------------ the engine


@with_place
def performance(
    place: Place,
    days: Annotated[
        float, typer.Option("--days", min=0.01, max=30, help="Operations of so many.")
    ] = 7,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, max=1_000, help="At most so many imports.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """Show how long operations and imports took, and what the database takes on disk and in memory.

    Beside a running app it asks the app, whose memory is then shown.
    """
    try:
        with place.open() as wb:
            found = wb.engine.report(days=days, imports=limit)
    except DatabaseLocked as locked:
        found = App(place.settings(), locked).get(f"/performance?days={days}&imports={limit}")
    if as_json:
        output.emit(found)
    else:
        show.performance(found)


# ------------------------------------------------------------------ the server


@with_place
def serve(
    place: Place,
    host: Annotated[str | None, typer.Option("--host", help="Default: MARQUEE_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Default: MARQUEE_PORT.")
    ] = None,
) -> int:
    """Start the server: the pages, the API and the watched folder. Stop it with Ctrl-C."""
    given = {k: v for k, v in {"host": host, "port": port}.items() if v is not None}
    settings = place.settings().model_copy(update=given)
    settings.check_address()
    if not (ROOT / "app.py").is_file():
        raise SettingsError(
            f"there is no app.py in {ROOT}", hint="Run this in the project's folder."
        )
    return _become(server.command(settings), {**os.environ, **server.environment(settings)})


def _become(command: list[str], environment: dict[str, str]) -> int:
    """Run another program in this one's place: whoever stops this process stops it."""
    if os.name != "nt":
        os.chdir(ROOT)
        os.execve(command[0], command, environment)  # nosec B606
    child = subprocess.Popen(command, cwd=ROOT, env=environment)  # nosec B603
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # the console told the server, too; it stops by itself


def mock(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8502,
) -> int:
    """Serve the real API on made-up data that is always the same, for tests of programs. Stop it with Ctrl-C.

    POST /mock/reset brings the data back; POST /mock/faults {"status": 429, "times": 3} lets answers fail.
    """
    if not (ROOT / "api" / "mock.py").is_file():
        raise SettingsError(f"there is no api in {ROOT}", hint="Run this in the project's folder.")
    return _become([sys.executable, "-m", "api.mock", "--port", str(port)], dict(os.environ))
