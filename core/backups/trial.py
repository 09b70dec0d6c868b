"""The trial of a restored database: brought up to date as an opening app does it, and checked.

A restore asks it before anything takes a place, and so does the test after each backup: what passes here
can be restored, also when a definition grew a field or has another key since.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.backups import restoring
from core.backups.folder import MAKING, Folder, now
from core.backups.manifest import Manifest, Test
from core.datasets.registry import Registry
from core.errors import (
    BackupBroken,
    Cancelled,
    DiskFull,
    MarqueeError,
    MemoryShort,
    SpillFull,
    Unsound,
)
from core.ingest.corridor import Corridor
from core.integrity import check as check_
from core.integrity.findings import Report
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage.duckfile.database import open_database

# What says nothing about the backup.
_BESIDE = (Cancelled, DiskFull, MemoryShort, SpillFull)


@contextmanager
def opened(settings: Settings, path: Path) -> Iterator[Corridor]:
    """A corridor of the definitions of now over another database file."""
    own = settings.model_copy(update={"database": path})
    database = open_database(path, own)
    try:
        yield Corridor(database, Registry(settings.datasets_dir), own)
    finally:
        database.release()
        for aside in path.parent.glob(f"{path.name}.before-[0-9]*"):
            aside.unlink()  # before a migration; the backup itself is that copy


def checked(
    settings: Settings, path: Path, progress: Progress, *, raw_files: bool = True
) -> Report:
    """What the check says of a restored file, once its tables are what the definitions of now say."""
    with opened(settings, path) as corridor:
        corridor.look_at_all()
        return check_.check(corridor, raw_files=raw_files, progress=progress)


def must_be_sound(report: Report) -> None:
    """Raises Unsound when anything of the database itself is lost."""
    if report.lost:
        said = "; ".join(f"{f.kind.title}: {f.count} ({f.where})" for f in report.lost[:3])
        raise Unsound(said, findings=[f.as_dict() for f in report.lost])


def test(
    folder: Folder,
    manifest: Manifest,
    settings: Settings,
    progress: Progress,
    *,
    hashed: Collection[str] = (),
) -> tuple[Test, MarqueeError | None]:
    """Restore a backup into a file that goes again, and check it; the result is kept beside the backup.

    Gives the result, and what was wrong. The raw files `hashed` were looked at a moment ago. The caller
    holds the folder. Raises what says nothing about the backup: Cancelled, DiskFull, MemoryShort, SpillFull.
    """
    progress.stage("testing the backup")
    began, wrong = time.monotonic(), None
    try:
        detail = _tried(folder, manifest, settings, progress, hashed)
    except MarqueeError as error:
        if isinstance(error, _BESIDE):
            raise
        wrong, detail = error, str(error)
    seconds = round(time.monotonic() - began, 3)
    found = Test(at=now(), ok=wrong is None, detail=detail, seconds=seconds)
    folder.keep_test(manifest.name, found)
    return found, wrong


def _tried(
    folder: Folder,
    manifest: Manifest,
    settings: Settings,
    progress: Progress,
    hashed: Collection[str],
) -> str:
    place = Path(tempfile.mkdtemp(prefix=f"{MAKING}test-", dir=folder.path))
    try:
        target = place / "test.duckdb"
        restoring.build(folder, manifest, target, settings, progress)
        must_be_sound(checked(settings, target, progress, raw_files=False))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if wrong := restoring.wrong_raw(folder, manifest, progress, known=hashed):
        raise BackupBroken(f"the tables came back the same, but {restoring.said(wrong)}")
    rows = sum(t.rows for t in manifest.tables)
    tables = f"{len(manifest.tables)} tables with {rows:,} rows came back the same"
    return f"{tables}; raw files as they came: {len(manifest.raw):,}"
