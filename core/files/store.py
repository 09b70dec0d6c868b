"""Raw files, kept by the hash of their bytes: `<folder>/raw/<sha[:2]>/<sha>`.

Bytes stream through a temporary file beside their final place, so a crash or a full disk leaves
nothing that looks like a file, and the same bytes are kept once. When `finish` is back, bytes, name and
folders are on the disk itself: what a door accepted after it survives a power cut.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from core.errors import DiskFull, FileTooLarge, StorageError, UnsafePath
from core.files import hidden
from core.storage.replacing import sync_folder

try:
    import fcntl
except ImportError:  # Windows, which removes no file that is open
    fcntl = None  # type: ignore[assignment]

CHUNK = 1 << 20
LOOK = 16 << 20  # bytes between two looks at the free space
NAME_LIMIT = 200  # characters; file systems allow 255 bytes, some scripts need three per character
BYTE_LIMIT = 240
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class RawFile:
    """A received file: hash and size of its bytes, where they are, and how its owner called it."""

    sha256: str
    size: int
    path: Path
    filename: str


class Receiving:
    """A file while it arrives: `write` bytes, then `finish()` or `abort()`.

    Raises FileTooLarge as soon as more than `max_bytes` came (nothing stays on disk), UnsafePath
    for a bad name, DiskFull when the disk is.
    """

    def __init__(self, *, filename: str, folder: Path, max_bytes: int, min_free: int = 0) -> None:
        self.filename = safe_name(filename)
        self.size = 0
        self._min_free, self._looked = (
            min_free,
            0,
        )  # bytes that stay free; how many came at the last look
        self._root = Path(folder) / "raw"
        self._max = max_bytes
        self._hash = hashlib.sha256()
        incoming = self._root / ".incoming"
        self._file: BinaryIO | None = None
        try:
            incoming.mkdir(parents=True, exist_ok=True)
            handle, self._temp = _temporary(incoming)
        except OSError as error:
            self._fail(error)
        self._file = os.fdopen(handle, "wb")
        self._sealing = hidden.Writer(self._file, Path(folder))

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._file is None:
            raise ValueError("this file was already finished or aborted")
        self.size += len(data)
        if self.size > self._max:
            self.abort()
            raise FileTooLarge(
                f"{self.filename!r} has more than {self._max:,} bytes", limit=self._max
            )
        self._hash.update(data)
        try:
            self._leave_room()
            self._sealing.write(data)
        except OSError as error:
            self._fail(error)

    def _leave_room(self) -> None:
        # What lives on the same disk, the database above all, must never find it full.
        if self._looked and self.size - self._looked < LOOK:
            return
        self._looked = self.size
        if shutil.disk_usage(self._temp.parent).free < self._min_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def finish(self) -> RawFile:
        """Everything came: make it durable and give it its name."""
        if self._file is None:
            raise ValueError("this file was already finished or aborted")
        sha = self._hash.hexdigest()
        final = self._root / sha[:2] / sha
        try:
            self._sealing.end()
            self._file.flush()
            os.fsync(self._file.fileno())
            if (
                os.name == "nt"
            ):  # where an open file cannot be renamed; elsewhere it stays ours until then
                self._file.close()
            if not final.parent.is_dir():
                final.parent.mkdir(exist_ok=True)
                for folder in (self._root, self._root.parent):  # either may be new
                    sync_folder(folder)
            if _holds(final, sha, self.size):
                self._temp.unlink()
            else:
                os.replace(self._temp, final)
            sync_folder(final.parent)  # in both cases: who kept it before may not be that far yet
            self._file.close()
        except OSError as error:
            self._fail(error)
        self._file = None
        return RawFile(sha, self.size, final, self.filename)

    def abort(self) -> None:
        """Forget it; nothing stays on disk. Harmless when repeated or after finish()."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._temp.unlink(missing_ok=True)

    def _fail(self, error: OSError) -> NoReturn:
        try:
            self.abort()
        except OSError:  # closing flushes what is buffered, which fails again on a full disk
            self._file = None
            self._temp.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"no room left while receiving {self.filename!r}") from error
        raise StorageError(f"{self.filename!r} cannot be kept: {error}") from error


def _temporary(folder: Path) -> tuple[int, Path]:
    # A lock says to `sweep`, also of another process, that somebody is at it. A sweep may come between
    # the making and the locking; then there is a next one.
    while True:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        if not hasattr(fcntl, "flock"):
            return handle, Path(name)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, Path(name)
        os.close(handle)


def receive(
    source: Path | BinaryIO | Iterable[bytes],
    *,
    filename: str,
    folder: Path,
    max_bytes: int,
    min_free: int = 0,
) -> RawFile:
    """Copy a file, stream or iterable of bytes into the store. Errors: see Receiving."""
    receiving = Receiving(filename=filename, folder=folder, max_bytes=max_bytes, min_free=min_free)
    try:
        for chunk in _chunks(source):
            receiving.write(chunk)
        return receiving.finish()
    finally:
        receiving.abort()


def adopt(path: Path, sha256: str, *, filename: str, folder: Path) -> RawFile:
    """A file that is complete and synced, on the same disk, becomes a raw file without being copied.

    `sha256` is that of its bytes. Raises StorageError.
    """
    root, size = Path(folder) / "raw", path.stat().st_size
    if hidden.writes(Path(folder)):
        raw = receive(path, filename=filename, folder=Path(folder), max_bytes=size)
        path.unlink()
        return raw
    final = root / sha256[:2] / sha256
    try:
        if not final.parent.is_dir():
            final.parent.mkdir(parents=True, exist_ok=True)
            for each in (root, root.parent):
                sync_folder(each)
        if _holds(final, sha256, size):
            path.unlink()
        else:
            os.replace(path, final)
        sync_folder(final.parent)
    except OSError as error:
        raise StorageError(f"{filename!r} cannot be kept: {error}") from error
    return RawFile(sha256, size, final, safe_name(filename))


def sweep(folder: Path) -> int:
    """Remove what uploads left behind that were cut off by a crash; returns how many.

    What another thread or process still receives is left alone.
    """
    removed = 0
    for part in (Path(folder) / "raw" / ".incoming").glob("*.part"):
        try:
            with part.open("rb") as file:
                if hasattr(fcntl, "flock"):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    part.unlink()
            part.unlink(missing_ok=True)
            removed += 1
        except OSError:
            pass  # somebody is at it, or it is gone
    return removed


def raw_path(folder: Path, sha256: str) -> Path:
    """Where the bytes with that hash are kept."""
    return folder / "raw" / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """A plain file name in NFC, every script kept, at most 200 characters with its suffix.

    Control characters, and those that turn letters round so that a name looks like another one, become `_`.

    Raises UnsafePath when it is empty, names a folder or a device, or holds separators or NUL.
    """
    text = unicodedata.normalize("NFC", str(name)).strip()
    if not text or text.strip(". ") == "":
        raise UnsafePath(f"the file name {name!r} is empty or names a folder")
    if any(char in text for char in "/\\\0") or re.match(r"[A-Za-z]:", text):
        raise UnsafePath(f"the file name {name!r} holds a folder or a NUL character")
    if _DEVICES.fullmatch(text):
        raise UnsafePath(f"{name!r} is the name of a device on Windows")
    text = "".join(
        "_" if unicodedata.category(char) == "Cc" or char in _TURNS else char for char in text
    )
    return _shorten(text)


def _shorten(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or len(suffix) > 20:
        stem, dot, suffix = name, "", ""
    tail = dot + suffix
    stem = stem[: NAME_LIMIT - len(tail)]
    while len((stem + tail).encode("utf-8", "surrogatepass")) > BYTE_LIMIT:
        stem = stem[:-1]
    return stem + tail


def _chunks(source: Path | BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(source, Path):
        if not source.is_file():
            raise UnsafePath(f"{source} is not a plain file")
        with source.open("rb") as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    elif hasattr(source, "read"):
        stream = cast(BinaryIO, source)
        yield from iter(lambda: stream.read(CHUNK), b"")
    else:
        yield from source


def _holds(path: Path, sha256: str, size: int) -> bool:
    # The name promises the hash; a disk that lost some of the bytes does not keep the promise.
    return path.is_file() and hidden.size(path) == size and hidden.sha256(path) == sha256
