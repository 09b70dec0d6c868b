"""The folder of the backups: the only place they are ever read from.

<folder>/<name>/manifest.json    a whole backup; without it there is none
<folder>/<name>/marquee.duckdb   the copy, for the format duckdb
<folder>/parts/<ab>/<sha256>     Parquet, by the hash of its bytes, shared by the backups
<folder>/raw/<ab>/<sha256>       raw files, by hash, shared as well
<folder>/.making-*               unfinished; a backup gets its name when all of it is on the disk
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from filelock import FileLock, Timeout

from core.backups import manifest as manifest_
from core.backups.manifest import Manifest, Part, Test
from core.errors import BackupBroken, BackupBusy, DiskFull, NotFound, StorageError, of_system
from core.files import hidden
from core.integrity.files import sha256 as hashed

_NAME = re.compile(r"\d{8}T\d{6}Z(-\d{1,3})?\Z")
_TIME = "%Y%m%dT%H%M%SZ"
_PLACE = re.compile(
    r"(?:parts/[0-9a-f]{2}/[0-9a-f]{64}|\d{8}T\d{6}Z(?:-\d{1,3})?/marquee\.duckdb)\Z"
)
_SHA = re.compile(r"[0-9a-f]{64}\Z")
MAKING = ".making-"


class Folder:
    """One folder of backups. It is made when the first backup is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """The whole backups, the newest first. Those of a wrong clock are behind: they were made before now."""
        found = [p.parent.name for p in self.path.glob(f"*/{manifest_.FILE}")]
        return sorted((n for n in found if _NAME.match(n)), key=_order, reverse=True)

    def manifest(self, name: str) -> Manifest:
        """What a backup says of itself. Raises NotFound, BackupBroken."""
        return manifest_.load(self.of(name) / manifest_.FILE)

    def of(self, name: str) -> Path:
        """The folder of a backup. Raises NotFound: only names that this program gave are looked at."""
        if not _NAME.match(name) or not (self.path / name / manifest_.FILE).is_file():
            raise NotFound(
                f"there is no backup {name!r} in {self.path}",
                hint="`python -m core backups` lists them.",
            )
        return self.path / name

    def part(self, part: Part) -> Path:
        """Where a part is. Raises BackupBroken when its path is none that this program writes."""
        if not _PLACE.match(part.path):
            raise BackupBroken(f"a manifest names {part.path!r}, which is no part of a backup")
        return self.path / part.path

    def raw(self, sha256: str) -> Path:
        """Where a raw file is kept."""
        if not _SHA.match(sha256):
            raise BackupBroken(f"a manifest names {sha256!r}, which is no hash")
        return self.path / "raw" / sha256[:2] / sha256

    def new_name(self, at: datetime) -> str:
        """A name from the time; with a number when two backups are made within a second."""
        name = f"{at:{_TIME}}"
        names = [name, *(f"{name}-{n}" for n in range(2, 1000))]
        return next(n for n in names if not (self.path / n).exists())

    def test(self, name: str) -> Test | None:
        """The result of the last restore test, if there was one."""
        try:
            text = (self.of(name) / manifest_.TESTED).read_text("utf-8")
            return Test.model_validate_json(text)
        except (OSError, ValueError):
            return None

    def keep_test(self, name: str, test: Test) -> None:
        """Put a result beside the manifest."""
        write(self.of(name) / manifest_.TESTED, test.model_dump_json(indent=1))

    def needed(self, manifest: Manifest) -> set[Path]:
        """Every file that a restore of this backup reads, beside the manifest."""
        return {
            *(self.part(part) for part in manifest.parts),
            *(self.raw(copy.sha256) for copy in manifest.raw),
        }

    def doubt(self, damaged: set[Path], test: Test) -> None:
        """Backups share files: each one that needs a damaged one fails, whatever its last test said."""
        for name in self.names() if damaged else ():
            with suppress(BackupBroken):  # it says so of itself
                if damaged & self.needed(self.manifest(name)):
                    self.keep_test(name, test)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One process at a time makes, tests or deletes. Raises BackupBusy, NoAccess, DiskFull."""
        lock = FileLock(self.path / ".lock", timeout=0, thread_local=False)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise BackupBusy(f"somebody works in {self.path} right now") from error
        except OSError as error:
            raise of_system(error) from error
        try:
            yield
        finally:
            lock.release()

    def check_space(self, needed: int, floor: int) -> None:
        """Refuse before the disk is full. Raises DiskFull."""
        free = shutil.disk_usage(self.path).free
        if free < needed + floor:
            raise DiskFull(
                f"{free // 1_000_000} MB are free in {self.path}, and this needs about"
                f" {(needed + floor) // 1_000_000 + 1} MB",
                hint="Free some space, keep fewer backups, or set MARQUEE_BACKUP_DIR to another disk.",
            )

    def tidy(self) -> None:
        """Remove what an interrupted backup left. Only the holder of the lock calls this."""
        for path in self.path.glob(f"{MAKING}*"):
            shutil.rmtree(path, ignore_errors=True)


def now() -> datetime:
    """What the clock of the machine says, in UTC.

    The time of the audit trail never goes back while an app runs; a backup is dated rightly, and due, as soon
    as the clock was put right.
    """
    return datetime.now(timezone.utc).replace(tzinfo=None)


def ahead(at: datetime, present: datetime) -> bool:
    """Whether a time was written under a wrong clock, as the audit trail judges it: more than a day to come."""
    return at - present > timedelta(days=1)


def _order(name: str) -> tuple[bool, str, int]:
    stem, _, number = name.partition("-")
    to_come = stem > f"{now() + timedelta(days=1):{_TIME}}"
    return not to_come, stem, int(number or 1)


def intact(path: Path, sha256: str, size: int | None = None) -> bool:
    """Whether a file is there with the very bytes that were written: a flipped one shows in no size."""
    try:
        return size in (None, hidden.size(path)) and hashed(path) == sha256
    except OSError:  # gone, or it cannot be read
        return False


def write(path: Path, text: str) -> None:
    """A text file, on the disk before it has its name."""
    temporary = path.with_name(f"{path.name}.part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file, or a folder's list of names, durable. (Windows cannot open folders.)"""
    if os.name == "nt":
        if path.is_dir():
            return
        with path.open("r+b") as file:
            os.fsync(file.fileno())
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        raise StorageError(f"{path} could not be written to the disk: {error.strerror}") from error
    finally:
        os.close(handle)


def move_in(temporary: Path, final: Path) -> None:
    """Give a finished file its place, durably."""
    final.parent.mkdir(parents=True, exist_ok=True)
    sync(temporary)
    os.replace(temporary, final)
    sync(final.parent)
