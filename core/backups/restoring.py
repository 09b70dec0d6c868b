"""A backup back into a database file: verified by hash before it is opened, compared when it is there."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.backups import copying
from core.backups.folder import Folder, now, sync
from core.backups.making import copy_checked
from core.backups.manifest import Manifest, TableCopy, Test
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import BackupBroken, Conflict, DiskFull
from core.files.store import raw_path
from core.integrity.files import sha256
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage.ddl import checkpoint
from core.storage import sealing
from core.storage.duckfile import paths, sealed
from core.storage.duckfile.connecting import new_file
from core.storage.faults import translate
from core.storage.sql import ident

_TYPE = re.compile(r"[A-Z]+(\[\])?\Z")
_TOML = re.compile(r"[a-z][a-z0-9_]{0,62}\.toml\Z")


@dataclass(frozen=True)
class Verified:
    """What a verification looked at, and what is wrong with it."""

    name: str
    parts: int
    raw: int
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Every byte is as it was written."""
        return not self.wrong


def verify(folder: Folder, name: str, progress: Progress | None = None) -> Verified:
    """Hash every part and raw file of a backup. Raises NotFound, BackupBroken (the manifest itself).

    One that is damaged is no longer listed as one that passed its test.
    """
    progress, manifest = progress or Progress(), folder.manifest(name)
    began = time.monotonic()
    wrong = wrong_parts(folder, manifest, progress) + wrong_raw(folder, manifest, progress)
    if wrong:
        seconds = round(time.monotonic() - began, 3)
        with suppress(OSError):  # on a disk that is only read
            folder.keep_test(name, Test(at=now(), ok=False, detail=said(wrong), seconds=seconds))
    return Verified(name, len(manifest.parts), len(manifest.raw), tuple(wrong))


def wrong_parts(folder: Folder, manifest: Manifest, progress: Progress) -> list[str]:
    """The parts that are missing or altered."""
    wrong: list[str] = []
    for table in manifest.tables:
        for part in table.parts:
            progress.check()
            wrong += _wrong(folder.part(part), part.sha256, f"a part of {table.label}")
    if manifest.file:
        wrong += _wrong(folder.part(manifest.file), manifest.file.sha256, "the database copy")
    return wrong


def wrong_raw(
    folder: Folder, manifest: Manifest, progress: Progress, known: Collection[str] = ()
) -> list[str]:
    """The raw files that are missing or altered; the `known` ones were hashed a moment ago."""
    wrong: list[str] = []
    for copy in manifest.raw:
        progress.check()
        if copy.sha256 not in known:
            wrong += _wrong(folder.raw(copy.sha256), copy.sha256, f"raw file {copy.sha256[:12]}…")
    return wrong


def said(wrong: list[str]) -> str:
    """The first of them, and how many there are."""
    return "; ".join(wrong[:3]) + (f"; and {len(wrong) - 3} more" if len(wrong) > 3 else "")


def _wrong(path: Path, expected: str, what: str) -> list[str]:
    try:
        return [] if sha256(path) == expected else [f"{what} was altered or cut off: {path}"]
    except FileNotFoundError:
        return [f"{what} is missing: {path}"]
    except OSError as error:
        return [f"{what} cannot be read: {path}: {error.strerror}"]


def build(
    folder: Folder,
    manifest: Manifest,
    target: Path,
    settings: Settings,
    progress: Progress,
    *,
    records: bool = True,
) -> None:
    """Make the database file `target`, which must not be there, and compare it with the manifest.

    Without `records` the tables of records stay out (a rebuild makes them). Raises BackupBroken.
    """
    if target.exists():
        raise Conflict(f"{target} is there already", hint="Name a file that is not there yet.")
    # Nothing is opened whose bytes are not those that were written.
    if wrong := wrong_parts(folder, manifest, progress):
        raise BackupBroken(said(wrong), count=len(wrong))
    target.parent.mkdir(parents=True, exist_ok=True)
    folder_space = Folder(target.parent)
    folder_space.check_space(2 * manifest.size, settings.min_free_mb * 1_000_000)
    try:
        if manifest.file:
            shutil.copyfile(folder.part(manifest.file), target)
            if sealing.keys(settings) and not sealed.is_newest(target, settings):
                sealed.encrypt(target, settings)
        _fill(folder, manifest, target, settings, progress, records)
    except BaseException as error:
        paths.remove(target)
        if isinstance(error, duckdb.Error):
            if isinstance(told := translate(error), DiskFull):
                raise told from error
            raise BackupBroken(f"{manifest.name}: {str(error).splitlines()[0]}") from error
        raise
    sync(target)
    sync(target.parent)


def _fill(
    folder: Folder,
    manifest: Manifest,
    target: Path,
    settings: Settings,
    progress: Progress,
    records: bool,
) -> None:
    wanted = [t for t in manifest.tables if records or t.schema_name != "main"]
    with new_file(target, settings) as connection, progress.watch(connection):
        if not manifest.file:
            datasets = {d.name: d for d in Registry(settings.datasets_dir).all()}
            connection.execute("BEGIN")
            for table in wanted:
                _insert(connection, folder, table, datasets)
            connection.execute("COMMIT")
        _compare(connection, manifest, wanted)
        if not records:
            for table in manifest.tables:
                if table.schema_name == "main":
                    name = copying.name_of(table.schema_name, table.name)
                    connection.execute(f"DROP TABLE IF EXISTS {name}")
        checkpoint(connection)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    folder: Folder,
    table: TableCopy,
    datasets: dict[str, Dataset],
) -> None:
    for kind in table.columns.values():
        if not _TYPE.match(kind):
            raise BackupBroken(f"{table.label} has a column of the unknown type {kind!r}")
    body = copying.declared(table, datasets)
    name = copying.name_of(table.schema_name, table.name)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {ident(table.schema_name)}")
    connection.execute(f"CREATE TABLE {name} ({body})")
    for part in table.parts:  # one after the other: the order of an append-only table is its rowid
        source = copying.reading([folder.part(part)], part.key)
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {source}")


def _compare(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, wanted: list[TableCopy]
) -> None:
    """Every table has the rows, and within one version of DuckDB the contents, of the snapshot."""
    same = manifest.duckdb == duckdb.__version__
    for table in wanted:
        rows, hashed = copying.contents(connection, copying.name_of(table.schema_name, table.name))
        if rows != table.rows:
            raise BackupBroken(f"{table.label} has {rows} rows and had {table.rows}")
        if same and hashed != table.contents:
            raise BackupBroken(f"{table.label} has as many rows as it had, but other contents")


def put_back_files(folder: Folder, manifest: Manifest, settings: Settings) -> tuple[int, list[str]]:
    """Raw files and dataset definitions that are missing come back; nothing is ever overwritten.

    Gives how many came back, and what could not.
    """
    count, lost = 0, []
    for copy in manifest.raw:
        final = raw_path(settings.data_dir, copy.sha256)
        if final.exists():
            continue
        if copy_checked(folder.raw(copy.sha256), final, copy.sha256):
            count += 1
        else:
            lost.append(f"raw file {copy.sha256[:12]}… is missing in the backup, or altered")
    settings.datasets_dir.mkdir(parents=True, exist_ok=True)
    for name, text in manifest.datasets.items():
        path = settings.datasets_dir / name
        if _TOML.match(name) and not path.exists():
            temporary = path.with_suffix(".part")
            temporary.write_text(text, "utf-8")
            os.replace(temporary, path)
            count += 1
    return count, lost
