"""Commands about the queue: many files and folders at once; sheets; large files sent in chunks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from core.cli import output
from core.cli.files import Deletions
from core.cli.options import Json, Place, UploadId, with_place
from core.cli.sending import Sender
from core.datasets.registry import DEFAULT
from core.errors import DuplicateUpload, NotFound
from core.files.registry import FORMATS, NAMES
from core.folder.watcher import meant
from core.ingest.queue import Entry
from core.workbench import ImportRequest, Workbench

queue = typer.Typer(no_args_is_help=True, help="Many files at once, with what is done for each.")
Ids = Annotated[list[str] | None, typer.Argument(metavar="UPLOAD...", help="Without any: all.")]
SUFFIXES = {s for name in NAMES for s in FORMATS[name].suffixes} | {".zip", ".gz"}


@queue.command("list")
@with_place
def list_(place: Place, as_json: Json = False) -> None:
    """The files in the order in which they came."""
    with place.open() as wb:
        _show(wb.queue(), as_json)


def _show(entries: list[Entry], as_json: bool) -> None:
    if as_json:
        output.emit(entries)
        return
    rows = [
        (
            *(e.upload.id, e.upload.filename, e.upload.dataset, e.state),
            e.upload.counts.rows or None,
            e.error["title"] if e.error else _asked(e),
        )
        for e in entries
    ]
    output.table(("upload", "file", "dataset", "state", "rows", "told"), rows)


def _asked(entry: Entry) -> str | None:
    return entry.proposals[0].why if entry.state == "asks" and entry.proposals else None


@queue.command("add")
@with_place
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...")],
    place: Place,
    dataset: Annotated[
        str | None, typer.Option("--dataset", "-d", help="Default: told from the content.")
    ] = None,
    mode: Annotated[Literal["upsert", "insert", "replace"], typer.Option("--mode")] = "upsert",
    force: Annotated[bool, typer.Option("--force", help="Import the same bytes again.")] = False,
    confirm_deletions: Deletions = False,
    run: Annotated[
        bool, typer.Option("--run/--no-run", help="Look at them now, or when the app runs.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Put files, and those in folders, into the queue; then look at each."""
    added: list[str] = []
    with place.open(create=True) as wb:
        for path in _all(files):
            request = ImportRequest(
                dataset=dataset or DEFAULT,
                mode=mode,
                force=force,
                confirm_deletions=confirm_deletions,
            )
            try:
                added.append(wb.queue.add(path, request, dataset=dataset).upload.id)
            except DuplicateUpload as error:
                output.note(f"{output.printable(path.name)}: {error}")
        if run:
            _work(wb)
        _show(wb.queue(only=added) if added else [], as_json)


def _all(given: list[Path]) -> list[Path]:
    found = []
    for path in given:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.is_file() and meant(p.name))
            found += [p for p in inside if p.suffix.lower() in SUFFIXES]
        elif path.is_file():
            found.append(path)
        else:
            raise NotFound(f"there is no file {path}")
    return found


def _work(wb: Workbench) -> None:
    """Do what waits in this process."""
    wb.start()
    while any(e.state in ("waiting", "working") for e in wb.queue()):
        time.sleep(0.05)


@queue.command("import")
@with_place
def import_(place: Place, uploads: Ids = None, as_json: Json = False) -> None:
    """Import what is ready."""
    with place.open() as wb:
        done = wb.queue.import_(uploads or None)
        _work(wb)
        _show(wb.queue(only=done) if done else [], as_json)


@queue.command("retry")
@with_place
def retry(place: Place, uploads: Ids = None, as_json: Json = False) -> None:
    """Look again at what failed."""
    with place.open() as wb:
        done = wb.queue.retry(uploads or None)
        _work(wb)
        _show(wb.queue(only=done) if done else [], as_json)


@queue.command("cancel")
@with_place
def cancel(place: Place, uploads: Ids = None) -> None:
    """Stop what waits."""
    with place.open() as wb:
        output.say(f"{len(wb.queue.cancel(uploads or None))} cancelled")


@queue.command("discard")
@with_place
def discard(place: Place, uploads: Ids = None) -> None:
    """Take files off the list; those that are not imported are cancelled."""
    with place.open() as wb:
        output.say(f"{len(wb.queue.discard(uploads or None))} taken off the list")


@queue.command("place")
@with_place
def place_(
    upload_id: UploadId,
    place: Place,
    dataset: Annotated[str | None, typer.Argument(metavar="DATASET")] = None,
    new: Annotated[bool, typer.Option("--new", help="Make a dataset of the file.")] = False,
    as_json: Json = False,
) -> None:
    """Say which dataset a file is for; without one, how well each of them fits is shown."""
    with place.open() as wb:
        if dataset is None and not new:
            rows = [
                (p.dataset, "yes" if p.fits else "no", p.why)
                for p in wb.uploads.proposals(upload_id)
            ]
            output.table(("dataset", "fits", "why"), rows)
            return
        if new:
            dataset = wb.uploads.new_dataset(upload_id, dataset).dataset
        assert dataset is not None  # nosec B101
        wb.queue.place(upload_id, dataset)
        _work(wb)
        _show(wb.queue(only=[upload_id]), as_json)


@queue.command("sheets")
@with_place
def sheets(
    upload_id: UploadId,
    place: Place,
    take: Annotated[
        list[str] | None, typer.Option("--take", help="Take this sheet as an upload of its own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The sheets of a workbook; with `--take` several of them as uploads."""
    with place.open() as wb:
        if take:
            made = [e.upload.id for e in wb.queue.split(upload_id, take)]
            _work(wb)
            _show(wb.queue(only=made), as_json)
            return
        found = wb.uploads.sheets(upload_id)
    if as_json:
        output.emit(found)
        return
    rows = [
        (
            s.name,
            s.rows,
            s.columns,
            "yes" if s.chosen else None,
            s.problem or ", ".join(s.names[:6]),
        )
        for s in found
    ]
    output.table(("sheet", "rows", "columns", "read", "columns or problem"), rows)


def send(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    to: Annotated[str, typer.Option("--to", help="The app: http://host:8501")],
    dataset: Annotated[str | None, typer.Option("--dataset", "-d")] = None,
    mode: Annotated[Literal["upsert", "insert", "replace"], typer.Option("--mode")] = "upsert",
    confirm_deletions: Deletions = False,
    source: Annotated[str | None, typer.Option("--source", help="Whose data this is.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Import the same bytes again.")] = False,
    now: Annotated[bool, typer.Option("--import", help="Import it when it is there.")] = False,
    as_json: Json = False,
) -> None:
    """Send a large file to a running app in chunks; after a break, the same command goes on."""
    sender = Sender(to)
    try:
        act = "import" if now else "preview"
        options = {"mode": mode, "confirm_deletions": confirm_deletions, "source": source}
        entry = sender.send(file, dataset=dataset, force=force, act=act, **options)
    finally:
        sender.close()
    if as_json:
        output.emit(entry)
    else:
        output.say(f"{entry['upload']['id']} is in the queue: {entry['state']}")
