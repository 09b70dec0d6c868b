"""Commands about safety: check, backup, backups, verify, rebuild, and the restore of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.backups import acts, ownership, restoring
from core.backups.acts import Restored
from core.backups.folder import Folder
from core.backups.manifest import Format, Manifest
from core.backups.retention import prune
from core.cli import output, running
from core.cli.options import Json, Place, with_place
from core.cli.remote import App
from core.errors import BackupBroken, DatabaseLocked, InputError, StorageError
from core.files import hidden

Name = Annotated[str, typer.Argument(metavar="NAME", help="The backup's name.")]
To = Annotated[Path | None, typer.Option("--to", help="A new file; it must not be there yet.")]
UNSOUND = StorageError.exit_code


@with_place
def check(
    place: Place,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also hold every value against the row it came from.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Check tables against history, ledger against uploads, files against hashes. Ends with 8 on errors.

    It changes nothing and says what is wrong, what is safe, and what to do. Beside a running app it
    asks the app.
    """
    try:
        with place.open() as wb:
            found = running.run(lambda p: wb.check(deep=deep, progress=p), "check").as_dict()
    except DatabaseLocked as locked:
        found = App(place.settings(), locked).get(f"/check?deep={str(deep).lower()}")
    if as_json:
        output.emit(found)
    else:
        _show(found)
    return 0 if found["ok"] else UNSOUND


def _show(found: dict[str, Any]) -> None:
    for finding in found["findings"]:
        output.say(
            f"{finding['severity']}: {finding['title']}: {finding['count']:,}"
            f" ({output.printable(finding['where'])})"
        )
        for example in finding["examples"]:
            output.say(f"    {output.printable(example)}")
        output.say(f"  safe: {finding['safe']}")
        output.say(f"  to do: {finding['action']}")
    looked = ", ".join(f"{n:,} {what}" for what, n in found["looked"].items())
    word = "nothing is wrong" if found["ok"] else "something is wrong"
    output.say(f"{word}: {looked}, in {found['seconds']:.1f} s")
    if not found["deep"]:
        output.note("cells were not held against the rows they came from: --deep does that")


@with_place
def backup(
    place: Place,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: MARQUEE_BACKUP_FORMAT.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a backup and test that it can be restored. Beside a running app the app makes it."""
    try:
        with place.open() as wb:
            made = running.run(lambda p: wb.backups.create(format, p), "backup").name
        found = _summary(Folder(place.settings().backup_dir), made)
    except DatabaseLocked as locked:
        found = App(place.settings(), locked).backup(format)
    if as_json:
        output.emit(found)
    else:
        output.say(
            f"{found['name']}: {found['records']:,} records, {found['size'] / 1e6:,.1f} MB"
            f" ({found['written'] / 1e6:,.1f} MB new); restore test passed"
        )
        for name in found["missing"]:
            output.note(f"warning: this raw file was gone or altered: {output.printable(name)}")


@with_place
def encrypt(place: Place) -> None:
    """Write the database anew under the newest key: one that has none yet, or an older one. Marquee must not run."""
    rows = acts.encrypt(place.settings())
    output.say(
        f"The database and the raw files are encrypted under the newest key; {rows:,} rows were compared."
    )
    output.note("Backups of before are as they were; delete them when you need them no more.")


@with_place
def backups(
    place: Place,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Delete all but the newest so many.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the backups, the newest first. Needs no database."""
    settings = place.settings()
    folder, owner = Folder(settings.backup_dir), ownership.of_file(settings.database)
    if keep is not None:
        with folder.held():
            for name in prune(folder, owner, keep):
                output.note(f"deleted {name}")
    mine = set(ownership.own(folder, owner))
    found = [_summary(folder, name) | {"foreign": name not in mine} for name in folder.names()]
    if as_json:
        output.emit(found)
        return
    output.table(
        ("name", "made (UTC)", "format", "records", "MB", "restore test", "of another database"),
        [
            (
                f["name"],
                f["made_at"],
                f["format"],
                f["records"],
                f"{f['size'] / 1e6:.1f}",
                f["tested"],
                f["database"] if f["foreign"] else "",
            )
            for f in found
        ],
    )


def _summary(folder: Folder, name: str) -> dict[str, Any]:
    try:
        manifest = folder.manifest(name)
    except BackupBroken as error:
        empty = dict.fromkeys(("made_at", "format", "database"), "")
        return {"name": name, **empty, "records": 0, "size": 0, "written": 0, "missing": []} | {
            "tested": error.detail
        }
    test = folder.test(name)
    tested = "never" if test is None else "passed" if test.ok else test.detail
    return {**summary(manifest), "tested": tested}


def summary(manifest: Manifest) -> dict[str, Any]:
    """What a list shows of a backup."""
    return {
        "name": manifest.name,
        "made_at": f"{manifest.made_at:%Y-%m-%d %H:%M:%S}",
        "format": manifest.format,
        "records": manifest.records,
        "size": manifest.size,
        "written": manifest.written,
        "missing": list(manifest.missing),
        "database": manifest.database,
    }


@with_place
def verify(
    name: Name,
    place: Place,
    test: Annotated[bool, typer.Option("--test", help="Also restore it and compare.")] = False,
    as_json: Json = False,
) -> int:
    """Check every byte of a backup. Ends with 8 when one is not as it was written. Needs no database."""
    settings = place.settings()
    hidden.use(settings)
    folder = Folder(settings.backup_dir)
    found = running.run(lambda p: restoring.verify(folder, name, p), name)
    wrong = list(found.wrong)
    if test and not wrong:
        running.run(lambda p: acts.test(settings, name, p), name)
    if as_json:
        output.emit(
            {"ok": found.ok, "name": name, "parts": found.parts, "raw": found.raw, "wrong": wrong}
        )
    elif found.ok:
        output.say(f"{name}: {found.parts} parts and {found.raw} raw files, every byte as written")
    else:
        for line in wrong:
            output.note(f"error: {output.printable(line)}")
    return 0 if found.ok else UNSOUND


@with_place
def rebuild(
    place: Place,
    to: To = None,
    backup: Annotated[
        str | None, typer.Option("--backup", help="Take the history and the files of this backup.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Make the database again from raw files and history alone, into a new file.

    The record tables are not looked at, so they may be damaged; the present database stays as it is.
    """
    if to is None:
        raise InputError("say where the new database goes", hint="For example --to new.duckdb.")
    done = running.run(
        lambda p: acts.rebuild(place.settings(), to, name=backup, progress=p), "rebuild"
    )
    if as_json:
        output.emit({"database": str(to), "records": done.records, "check": done.report.as_dict()})
    else:
        for name, count in done.records.items():
            output.say(f"{name}: {count:,} records made again")
        _show(done.report.as_dict())
        output.say(f"to use it: stop Marquee and set MARQUEE_DATABASE={to}, or move it there")
    return 0 if done.report.ok else UNSOUND


def restore_backup(
    place: Place, name: str, to: Path | None, files: bool, foreign: bool, as_json: bool
) -> int:
    """What `restore --backup` does."""
    settings = place.settings()
    if files:
        count, lost = acts.put_back(settings, name)
        if as_json:
            output.emit({"files": count, "lost": lost})
        else:
            output.say(f"{count} files put back")
            for line in lost:
                output.note(f"error: {line}")
        return UNSOUND if lost else 0
    done = running.run(
        lambda p: acts.restore(settings, name, to=to, foreign=foreign, progress=p), name
    )
    if as_json:
        output.emit(
            {"database": str(done.database), "kept": str(done.kept) if done.kept else None}
            | {"files": done.files, "check": done.report.as_dict()}
        )
    else:
        _show_restored(done)
    return 0 if done.report.ok else UNSOUND


def _show_restored(done: Restored) -> None:
    output.say(f"{done.name} is now {done.database}, with {done.files} files put back beside it")
    if done.kept:
        output.say(f"the database of before is kept: {done.kept}")
    _show(done.report.as_dict())
