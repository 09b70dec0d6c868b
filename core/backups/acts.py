"""Restore and rebuild: acts on files, while no app has the database open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import duckdb

from core.backups import ownership, rebuilding, restoring, swapping, trial
from core.backups.folder import Folder
from core.datasets.registry import Registry
from core.errors import Conflict, NotFound, SettingsError
from core.files import hidden
from core.ingest import replay
from core.integrity import check as check_
from core.integrity.findings import EXAMPLES, Finding, Report
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage import sealing
from core.storage.duckfile import sealed
from core.storage.faults import translate
from core.storage.store import Connection


@dataclass(frozen=True)
class Restored:
    """What was put where. `kept` is the database that was there before."""

    name: str
    database: Path
    kept: Path | None
    files: int
    report: Report


@dataclass(frozen=True)
class Rebuilt:
    """The new file, and the records that it has by dataset."""

    database: Path
    records: dict[str, int]
    report: Report


def restore(
    settings: Settings,
    name: str,
    *,
    to: Path | None = None,
    foreign: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """A backup into a new file, verified and checked; without `to` it takes the database's place.

    Raises NotFound, BackupBroken, DatabaseLocked (somebody has it open), Unsound, and ForeignBackup when it
    is of another database than the one whose place it would take, unless `foreign` says that this is
    meant; nothing was changed then.
    """
    hidden.use(settings)
    progress, folder = progress or Progress(), Folder(settings.backup_dir)
    manifest = folder.manifest(name)
    if to is None:
        swapping.must_be_free(settings.database)
        if not foreign:
            ownership.must_be_own(manifest, settings.database)
    new = to or _beside(settings.database)
    progress.stage("restoring")
    restoring.build(folder, manifest, new, settings, progress)
    try:
        files, _ = restoring.put_back_files(folder, manifest, settings)
        progress.stage("checking")
        report = trial.checked(settings, new, progress)
        if to is not None:
            _with_ledger(settings.database, new)
            return Restored(name, new, None, files, report)
        trial.must_be_sound(report)
        kept = swapping.swap(new, settings.database)
        return Restored(name, settings.database, kept, files, report)
    except BaseException:
        # When it is named by the note, it is half in its place; one that an older note names is not this.
        if to is None and swapping.noted(settings.database) != new:
            swapping.forget(new)
        raise


def _with_ledger(database: Path, to: Path) -> None:
    """Whoever was forgotten stays so in another file, too: the erasure ledger comes along (core/privacy)."""
    for ending in (".forgotten.jsonl", ".forgotten.key"):
        there = database.with_name(f"{database.stem}{ending}")
        if there.is_file():
            copied = to.with_name(f"{to.stem}{ending}")
            copied.touch(mode=0o600)
            copied.write_bytes(there.read_bytes())


def encrypt(settings: Settings) -> int:
    """The database and the raw files under the newest key, whether it had another one or none; how many rows were compared.

    Raises DatabaseLocked while somebody has it open, SettingsError without a key, StorageError.
    """
    if not sealing.keys(settings):
        raise SettingsError(
            "no key is set", hint="Set MARQUEE_ENCRYPTION_KEY_FILE, or another of the three."
        )
    if not settings.database.exists():
        raise NotFound(f"there is no database {settings.database}")
    swapping.must_be_free(settings.database)
    try:
        rows = sealed.encrypt(settings.database, settings, swapping.held(settings.database))
    except duckdb.Error as error:
        raise translate(error, settings.database) from error
    hidden.seal_all(settings)
    return rows


def put_back(settings: Settings, name: str) -> tuple[int, list[str]]:
    """Only the raw files and definitions that are missing; how many came, and what is lost."""
    hidden.use(settings)
    folder = Folder(settings.backup_dir)
    return restoring.put_back_files(folder, folder.manifest(name), settings)


def test(settings: Settings, name: str, progress: Progress | None = None) -> None:
    """The test that follows each backup, once more. Raises BackupBroken, Unsound, BackupBusy."""
    hidden.use(settings)
    folder = Folder(settings.backup_dir)
    manifest = folder.manifest(name)
    with folder.held():  # or whoever makes one sweeps up the file
        _, wrong = trial.test(folder, manifest, settings, progress or Progress())
    if wrong:
        raise wrong


def rebuild(
    settings: Settings, to: Path, *, name: str | None = None, progress: Progress | None = None
) -> Rebuilt:
    """The database from raw files and history, those of the database or of the backup `name`.

    Raises NotFound, Unsound, StorageError; the file is not there then. The database itself stays as it is.
    """
    progress = progress or Progress()
    if to.exists():
        raise Conflict(f"{to} is there already", hint="Name a file that is not there yet.")
    to.parent.mkdir(parents=True, exist_ok=True)
    if name is not None:
        hidden.use(settings)
        folder = Folder(settings.backup_dir)
        manifest = folder.manifest(name)
        restoring.build(folder, manifest, to, settings, progress, records=False)
        restoring.put_back_files(folder, manifest, settings)
    else:
        if not settings.database.exists():
            raise NotFound(f"there is no database {settings.database}")
        swapping.must_be_free(settings.database)
        rebuilding.take_over(settings.database, to, settings)
    try:
        with trial.opened(settings, to) as corridor:
            rebuilding.must_have_files(corridor)
            made = rebuilding.rebuild(corridor, progress)
            progress.stage("checking")
            report = check_.check(corridor, progress=progress)
            other = corridor.database.read(
                lambda c: _read_otherwise(c, list(made), corridor.registry)
            )
            report = replace(report, findings=(*report.findings, *other))
        return Rebuilt(to, made, report)
    except BaseException:
        swapping.forget(to)
        raise


def _read_otherwise(cursor: Connection, names: list[str], registry: Registry) -> list[Finding]:
    """Reading a file again makes of it what rules and definition say now."""
    found = [
        upload
        for name in names
        for upload in replay.imported(cursor, name)
        if upload.read_otherwise(registry.get(name))
    ]
    told = tuple(f"{u.id} {u.filename}" for u in found[:EXAMPLES])
    return [Finding("made_otherwise", "uploads", len(found), told)] if found else []


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.new-{uuid4().hex[:8]}")
