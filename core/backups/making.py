"""Making a backup: one snapshot of the tables, the raw files by hash, and the definitions.

It is written under another name and gets its own when all of it is on the disk, the manifest last; a
crash in the middle leaves nothing that is taken for a backup.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from core.backups import copying, manifest as manifest_, retention
from core.backups.folder import MAKING, Folder, intact, move_in, now, sync, write
from core.backups.manifest import Format, Manifest, RawCopy, Test
from core.errors import BackupBroken, NotFound
from core.files import hidden
from core.files.store import CHUNK, raw_path
from core.ingest.corridor import Corridor
from core.jobs.progress import Progress
from core.storage import installation, sealing
from core.storage.duckfile import paths


@dataclass(frozen=True)
class Made:
    """The manifest, and the raw files of earlier backups that were hashed on the way and are whole."""

    manifest: Manifest
    hashed: frozenset[str]


@dataclass
class _Raw:
    """The raw copies, what is gone, and what was found of those that were there."""

    copies: list[RawCopy] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    written: int = 0
    hashed: set[str] = field(default_factory=set)
    doubtful: set[Path] = field(default_factory=set)


def make(corridor: Corridor, folder: Folder, format: Format, progress: Progress) -> Made:
    """Make a backup of the database as it is now. The caller holds the folder. Raises DiskFull."""
    folder.tidy()
    began, at = time.monotonic(), now()
    _check_space(corridor, folder)
    name = folder.new_name(at)
    making = Path(tempfile.mkdtemp(prefix=f"{MAKING}{name}-", dir=folder.path))
    try:
        progress.stage("copying the tables")
        copied, wanted, version = _snapshot(corridor, folder, making, format, name, progress)
        progress.stage("copying the files")
        raw = _raw(corridor, folder, wanted, progress)
        manifest = Manifest(
            name=name,
            format=format,
            made_at=at,
            seconds=round(time.monotonic() - began, 3),
            duckdb=version,
            tables=tuple(copied.tables),
            file=copied.file,
            raw=tuple(raw.copies),
            missing=tuple(raw.missing),
            datasets=_definitions(corridor),
            written=copied.written + raw.written,
            installation=corridor.database.read(installation.known),
            database=str(corridor.settings.database.resolve()),
        )
        progress.check()
        _tell(folder, copied.doubtful | raw.doubtful)
        write(making / manifest_.FILE, manifest_.sealed(manifest))
        os.replace(making, folder.path / name)
        sync(folder.path)
        return Made(manifest, frozenset(raw.hashed))
    except BaseException:
        retention.sweep(folder)  # the parts that only this one would have named
        raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _snapshot(
    corridor: Corridor,
    folder: Folder,
    making: Path,
    format: Format,
    name: str,
    progress: Progress,
) -> tuple[copying.Copied, list[tuple[str, int, str]], str]:
    with corridor.database.reader() as cursor, progress.watch(cursor):
        if format == "duckdb":
            copied = copying.to_duckdb(cursor, making, name, corridor.settings)
            return copied, _wanted(cursor), duckdb.__version__
        cursor.execute("BEGIN")
        try:
            copied = copying.to_parquet(cursor, folder, making, _earlier(folder), _key(corridor))
            return copied, _wanted(cursor), duckdb.__version__
        finally:
            cursor.execute("ROLLBACK")  # it only read


def _key(corridor: Corridor) -> str:
    """The name of the key of what is written; none where nothing is encrypted."""
    known = sealing.keys(corridor.settings)
    return sealing.for_parquet(known[0])[0] if known else ""


def _wanted(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    return cursor.execute(
        "SELECT sha256, max(size), min(filename) FROM ops.uploads WHERE sha256 IS NOT NULL"
        " GROUP BY sha256 ORDER BY sha256"
    ).fetchall()


def _earlier(folder: Folder) -> Manifest | None:
    """The newest backup whose parts may be used again."""
    for name in folder.names():
        try:
            found = folder.manifest(name)
        except (BackupBroken, NotFound):
            continue
        if found.format == "parquet" and found.duckdb == duckdb.__version__:
            return found
    return None


def _check_space(corridor: Corridor, folder: Folder) -> None:
    # The copy, and the file that the restore test makes; the raw files that are not there yet.
    database = corridor.database.path
    size = paths.size(database)
    with corridor.database.reader() as cursor:
        raw = sum(n or 0 for sha, n, _ in _wanted(cursor) if not folder.raw(sha).is_file())
    folder.check_space(2 * size + raw, corridor.settings.min_free_mb * 1_000_000)


def _raw(
    corridor: Corridor,
    folder: Folder,
    wanted: list[tuple[str, int, str]],
    progress: Progress,
) -> _Raw:
    """Copy what is not there yet, or not as it came; what is gone or altered at its source is named."""
    raw = _Raw()
    for sha, size, filename in wanted:
        progress.check()
        final = folder.raw(sha)
        if intact(final, sha, size):
            raw.hashed.add(sha)
        elif copy_checked(raw_path(corridor.folder, sha), final, sha):
            raw.written += size
        else:
            raw.missing.append(f"{sha} {filename}")
            raw.doubtful.add(final)
            continue
        raw.copies.append(RawCopy(sha256=sha, size=final.stat().st_size))
    return raw


def _tell(folder: Folder, doubtful: set[Path]) -> None:
    """What was damaged and did not come back by being written anew fails the backups that need it."""
    damaged = {path for path in doubtful if not intact(path, path.name)}
    said = "a file of it was found missing or altered when another backup was made"
    folder.doubt(damaged, Test(at=now(), ok=False, detail=said, seconds=0))


def copy_checked(source: Path, final: Path, sha256: str) -> bool:
    """Copy a file to its place if its bytes have that hash; durably, never half. False: they have not."""
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = final.with_name(f".{final.name}.part")
    try:
        with source.open("rb") as old, temporary.open("wb") as new:
            while chunk := old.read(CHUNK):
                new.write(chunk)
        if hidden.sha256(temporary) != sha256:
            return False
        move_in(temporary, final)
        return True
    except FileNotFoundError:
        return False
    finally:
        temporary.unlink(missing_ok=True)


def _definitions(corridor: Corridor) -> dict[str, str]:
    found = {}
    for path in sorted(corridor.settings.datasets_dir.glob("*.toml")):
        try:
            found[path.name] = path.read_text("utf-8-sig")
        except (OSError, UnicodeError):
            continue  # the check tells of it
    return found
