"""Files on their way through the watched folder: claimed by one app, delivered with a report.

A claim is a rename into `pending/.claimed/<owner>/`: beside what it was claimed from, so that it also
works where `pending` is another file system, and in a folder of its own for every database, so that of
several apps on one folder none takes what another one is working on. What a crash leaves there is
taken up by the app of the same database, or by anybody when that database is gone (see `owner`).

Delivering is in an order that a crash cannot tear: first the report, which also reserves the name,
then the file. A report without its file belongs to a claim that is still there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from core.errors import UnsafePath
from core.folder.owner import OWNER, RENEWAL, Home, Lock, gone
from core.storage.replacing import sync_folder

LOCK_WAIT = 1.0  # seconds for somebody who only looks whether a database is worked on
NAME_BYTES = 255  # what a file system takes


class Claims:
    """The claims of one database below `<root>/pending`: of its id `name`, which `renew` changes."""

    def __init__(self, root: Path, home: Home, name: str, renew: Callable[[], str]) -> None:
        self.root = root
        self.pending = root / "pending"
        self._all = self.pending / ".claimed"
        self._home = home
        self._renew = renew
        self._use(name)
        self._tended = 0.0

    def _use(self, name: str) -> None:
        self.own = self._all / name
        self._lock = Lock(self.own)

    def open(self) -> None:
        """Make the folder, hold its lock, and take over what nobody else will come back for."""
        self._all.mkdir(parents=True, exist_ok=True)
        if not self._hold():  # a copy of a database, beside its original
            self._use(self._renew())
            self._hold()
        self.own.mkdir(exist_ok=True)
        (self.own / OWNER).write_bytes(os.fsencode(self._home.database))
        self._take_over()

    def _hold(self) -> bool:
        """False when the id belongs to another database, which is worked on, or lies where it lay.

        Of a database that is elsewhere and not worked on, a copy cannot be told from the file itself,
        moved: it goes on with the claims, and the other one gets a new id when it comes back.
        """
        told = self._lock.told()
        if not self._lock.take(LOCK_WAIT):
            # One file is never open twice. So at our own home that is this process, or one that ends.
            return told == self._home
        if told and told.place == self._home.place and told.database != self._home.database:
            if told.there:  # it was copied, not moved
                self._lock.release()
                return False
        self._lock.tell(self._home)
        return True

    def tend(self) -> None:
        """Once a minute: the lease is renewed, and what others left meanwhile."""
        if time.monotonic() - self._tended >= RENEWAL and self.own.is_dir():
            self._take_over()

    def close(self) -> None:
        """Nobody works on the database any more; its claims stay."""
        self._lock.release()

    def _take_over(self) -> None:
        self._tended = time.monotonic()
        if self._lock.take() or self._lock.told() == self._home:
            self._lock.tell(self._home)
        earlier = self.root / ".claimed"  # where the oldest versions had it
        for folder in (earlier, *sorted(self._all.iterdir())):
            if folder == self.own or not folder.is_dir():
                continue
            with suppress(OSError):  # it is closed to this app
                self._empty(folder)

    def _empty(self, folder: Path) -> None:
        lock = Lock(folder)
        try:
            left = _claimed(folder)
            if left and gone(folder, self._home, lock):
                for path in left:
                    with suppress(FileNotFoundError):
                        path.rename(free(self.own / path.name))
        finally:
            lock.release()

    def mine(self) -> list[Path]:
        """What is claimed and not delivered, in the order of names."""
        if not self.own.is_dir():
            return []
        return _claimed(self.own)

    def claim(self, path: Path, forget: Callable[[str], None] = lambda key: None) -> Path:
        """Take a file out of `pending`. Raises FileNotFoundError when somebody else was faster.

        `forget` is called with the claim's key first. A file that was delivered and is brought again has
        the key that it had; what is known by it is of the claim that ended. Forgotten before the rename,
        whatever is known afterwards is of this claim.
        """
        if not self.own.is_dir():  # somebody tidied up
            self.open()
        target = free(self.own / path.name)
        forget(self.key(path, target.name))
        mine = path.rename(target)
        _sync(mine)
        return mine

    def put_back(self, path: Path) -> Path:
        """It is not complete after all: where it came from, or beside it when the name is taken."""
        return path.rename(free(self.pending / path.name))

    def key(self, path: Path, name: str | None = None) -> str:
        """What tells this claim, under its name, from every other one, also after a restart."""
        info = path.lstat()
        # With the path and not the id, as earlier versions did: what they began goes on. It need not be
        # different from the keys of others: each database has its own.
        home = hashlib.sha256(os.fsencode(self._home.database)).hexdigest()[:16]
        told = f"{home}/{info.st_ino}/{info.st_size}/{info.st_mtime_ns}/".encode()
        return "folder " + hashlib.sha256(told + os.fsencode(name or path.name)).hexdigest()

    def deliver(self, path: Path, folder: Path, report: dict[str, Any]) -> Path:
        """Move a claimed file into `folder` with its report beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        report = {**report, "claim": self._mark(path)}
        text = json.dumps(report, ensure_ascii=False, indent=2, default=str) + "\n"
        if target := self._torn(path, folder, report):
            tell(target, text)
        else:
            target = reserve(folder / path.name, text)
        move(path, target)
        return target

    def _mark(self, path: Path) -> str:
        """What tells this delivery from an earlier one of the same file, also after a restart.

        A rename is a change of the inode, so whoever brings the file once more changes this time.
        """
        told = f"{self.key(path)}/{path.lstat().st_ctime_ns}".encode()
        return hashlib.sha256(told).hexdigest()[:16]

    @staticmethod
    def _torn(path: Path, folder: Path, report: dict[str, Any]) -> Path | None:
        """The name that a crash has reserved for this file: its report is there, the file is not."""
        target = short(folder / path.name)
        if os.path.lexists(target):
            return None
        with suppress(OSError, ValueError):
            told = json.loads(beside(target).read_text("utf-8"))
            if "claim" in told:
                return target if told["claim"] == report["claim"] else None
            # Of an earlier version. Without an upload it may be of any file that failed under that name.
            if told.get("upload_id") and told["upload_id"] == report.get("upload_id"):
                return target
        return None


def _claimed(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != OWNER)


def _sync(path: Path) -> None:
    # What is claimed is accepted: its bytes and its new name must survive a power cut.
    with suppress(OSError):  # a network folder, a file without permission: said when it is read
        if not path.is_symlink() and path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(path.parent)


def reserve(path: Path, text: str) -> Path:
    """A free name like the path's, with the report written beside it: nobody else can take it then."""
    with _whole(path, text) as part:
        while True:
            target = free(path)
            try:
                _name(part, beside(target))
            except FileExistsError:
                continue
            return target


def tell(path: Path, text: str) -> None:
    """Write the report of a name that is reserved already, in one step."""
    with _whole(path, text) as part:
        os.replace(part, beside(path))


@contextmanager
def _whole(path: Path, text: str) -> Iterator[Path]:
    """A report under a hidden name, all of it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    part = path.with_name(f".{name}.{os.getpid()}.report.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, report: Path) -> None:
    """Give a whole file its name, unless that is taken: a crash leaves no report that is cut short."""
    try:
        os.link(part, report)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        os.close(os.open(report, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.replace(part, report)


def move(path: Path, target: Path) -> None:
    """Rename, or copy where that is another file system; never a half file under the target's name."""
    try:
        path.rename(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    if path.is_symlink() or not path.is_file():
        shutil.move(path, target)
        return
    part = target.with_name(f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]}.part")
    try:
        with path.open("rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        shutil.copystat(path, part)
        part.rename(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    path.unlink()


def beside(path: Path) -> Path:
    """Where the report of a file is."""
    return path.parent / (path.name + ".report.json")


def taken(path: Path) -> bool:
    """Whether the name, or that of its report, is in use; a symlink to nothing takes its name as well."""
    return os.path.lexists(path) or os.path.lexists(beside(path))


def short(path: Path) -> Path:
    """The path, its name cut so that a time stamp and the report's ending still fit."""
    room = NAME_BYTES - len(beside(Path()).name) - len(".20260101-000000-9999")
    stem, suffix = path.stem, path.suffix
    while len(os.fsencode(stem + suffix)) > room:
        stem, suffix = (stem[:-1], suffix) if stem else ("_", "")
    return path.with_name(stem + suffix)


def free(path: Path) -> Path:
    """The path itself, or one like it that is not taken."""
    path = short(path)
    if not taken(path):
        return path
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    for number in range(1, 10_000):
        candidate = path.with_name(f"{path.stem}.{stamp}-{number}{path.suffix}")
        if not taken(candidate):
            return candidate
    raise UnsafePath(f"there are too many files named {path.name}")
