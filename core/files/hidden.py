"""Raw files that are encrypted on the disk, and the folder in memory where they are read.

A file is AES-256-GCM in pieces of 1 MiB: a head with the name of its key and a random prefix, then each piece with its number
and whether it is the last, so none can be left out, put elsewhere or cut off. A file is known by its head, so those of before
there was a key stay as they are. Where a reader needs a path, it gets a copy in a folder of this process, in memory where the
system has such a place (/dev/shm); it goes with the process.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from core.errors import StorageError
from core.settings import Settings
from core.storage import replacing, sealing

MAGIC = b"MQSEALED1\n"
_HEAD = struct.Struct("!10s16s7s")
PIECE, TAG = 1 << 20, 16
IDLE = 7_200.0  # seconds after which a copy that nobody asked for goes
SHM = Path("/dev/shm")  # nosec B108
_keys: dict[bytes, bytes] = {}  # name to key
_folders: dict[Path, bytes] = {}  # folders of raw files to the name of the key that writes there
_lock = threading.Lock()


def use(settings: Settings) -> None:
    """From now on this process reads what the keys of the settings wrote, and writes raw files under the newest."""
    for key in reversed(sealing.keys(settings)):
        name = sealing.for_parquet(key)[0][2:].encode()
        _keys[name] = sealing.derived(key, "files")
        _folders[settings.data_dir.resolve()] = name


# ------------------------------------------------------------------ writing


class Writer:
    """Writes a raw file of a folder: encrypted where the folder has a key, else as it is."""

    def __init__(self, file: BinaryIO, folder: Path) -> None:
        self._file, self._waiting, self._number = file, bytearray(), 0
        name = _folders.get(folder.resolve()) if _folders else None
        self._name, self._prefix = name, os.urandom(7)
        if name is not None:
            file.write(_HEAD.pack(MAGIC, name, self._prefix))

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._name is None:
            self._file.write(data)
            return
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def end(self) -> None:
        """All came."""
        if self._name is not None:
            self._seal(bytes(self._waiting), last=True)
            self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = self._prefix + struct.pack("!IB", self._number, last)
        self._file.write(AESGCM(_keys[self._name or b""]).encrypt(nonce, piece, None))
        self._number += 1


def writes(folder: Path) -> bool:
    """Whether raw files of a folder are encrypted."""
    return bool(_folders) and folder.resolve() in _folders


def seal_all(settings: Settings) -> int:
    """Write every raw file that is not under the newest key anew; the old bytes are overwritten. Returns how many.

    Nobody may use them meanwhile. Raises OSError, StorageError for one that cannot be read.
    """
    use(settings)
    wanted, count = _folders[settings.data_dir.resolve()], 0
    for path in sorted((settings.data_dir / "raw").glob("??/*")):
        with path.open("rb") as file:
            if file.read(_HEAD.size)[:26] == MAGIC + wanted:
                continue
        temporary = path.with_name(f".{path.name}.part")
        with temporary.open("wb") as new:
            writer = Writer(new, settings.data_dir)
            for piece in pieces(path):
                writer.write(piece)
            writer.end()
            new.flush()
            os.fsync(new.fileno())
        replacing.replace(temporary, path)
        count += 1
    shutil.rmtree(settings.data_dir / ".cache", ignore_errors=True)
    return count


# ------------------------------------------------------------------ reading


def is_sealed(path: Path) -> bool:
    """Whether a file is one of these. Raises OSError."""
    if not _keys:
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file as they came. Raises OSError, StorageError for what was altered, or has another key."""
    sealed = is_sealed(path)
    with path.open("rb") as file:
        if not sealed:
            yield from iter(lambda: file.read(PIECE), b"")
            return
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            _, name, prefix = _HEAD.unpack(file.read(_HEAD.size))
            cipher, number = AESGCM(_keys[name]), 0
            piece = file.read(PIECE + TAG)
            while True:
                following = file.read(PIECE + TAG)
                nonce = prefix + struct.pack("!IB", number, not following)
                yield cipher.decrypt(nonce, piece, None)
                if not following:
                    return
                piece, number = following, number + 1
        except KeyError as error:
            raise StorageError(f"{path.name} was encrypted with a key that is not set") from error
        except (InvalidTag, struct.error, ValueError) as error:
            raise StorageError(f"{path.name} was altered or cut off") from error


def sha256(path: Path) -> str:
    """The hash of a file's bytes as they came; of what is altered, one that fits nothing. Raises OSError."""
    digest = hashlib.sha256()
    try:
        for piece in pieces(path):
            digest.update(piece)
    except StorageError:
        return "altered"
    return digest.hexdigest()


def size(path: Path) -> int:
    """How many bytes came. Raises OSError."""
    found = path.stat().st_size
    if not is_sealed(path):
        return found
    body = found - _HEAD.size
    return body - TAG * max(1, -(-body // (PIECE + TAG)))


def plain(path: Path) -> Path:
    """A path at which a file can be read as it came. Raises OSError, StorageError."""
    if not is_sealed(path):
        return path
    place = private() / "raw"
    target = place / path.name
    with _lock:
        place.mkdir(exist_ok=True)
        _leave_idle(place)
        if target.exists():
            os.utime(target)
            return target
        temporary = target.with_name(f"{target.name}.part")
        try:
            with temporary.open("wb") as file:
                for piece in pieces(path):
                    file.write(piece)
            os.utime(temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    return target


def _leave_idle(place: Path) -> None:
    for path in place.iterdir():
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > IDLE:
                path.unlink()


def forget() -> None:
    """Remove all copies."""
    shutil.rmtree(private() / "raw", ignore_errors=True)


# ------------------------------------------------------------------ the folder of this process


@lru_cache(maxsize=1)
def private() -> Path:
    """A folder that only this process and its user see, in memory where there is such a place; removed at its end."""
    root = SHM if SHM.is_dir() and os.access(SHM, os.W_OK) else Path(tempfile.gettempdir())
    for left in root.glob("marquee-plain-*"):
        pid = left.name.split("-")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc").is_dir():
            shutil.rmtree(left, ignore_errors=True)  # of a process that died
    folder = Path(tempfile.mkdtemp(prefix=f"marquee-plain-{os.getpid()}-", dir=root))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cache_dir(settings: Settings) -> Path:
    """Where derived files are: beside the raw files, or in the folder of this process when these are encrypted."""
    return private() / "cache" if sealing.keys(settings) else settings.data_dir / ".cache"
