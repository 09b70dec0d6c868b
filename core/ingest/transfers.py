"""Files that arrive in chunks: started, sent piece by piece, taken up again after a broken connection or a restart.

The bytes lie in `<data>/raw/.chunks/<id>` until the last of them is there; then the file goes among the raw files. What
a row says is on the disk: `received` grows when a chunk was synced and its checksum is right.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from core.actor import Actor
from core.errors import (
    BrokenChunk,
    ChunkOutOfPlace,
    DiskFull,
    FileTooLarge,
    InputError,
    NotFound,
    StorageError,
    WrongState,
)
from core.files import store
from core.files.store import RawFile
from core.history.events import now
from core.ingest.corridor import Corridor
from core.storage.ids import check_id, new_id
from core.storage.store import Connection

try:
    import fcntl
except ImportError:  # Windows: the row alone tells who is at it
    fcntl = None  # type: ignore[assignment]

CHUNK = 8 << 20  # bytes that a client should send at once
MOST = 64 << 20  # bytes that a chunk may have
LIFE = timedelta(hours=48)  # without a chunk
OPEN = 200  # unfinished transfers of one person
_COLUMNS = (
    "transfer_id::VARCHAR, filename, size, received, options, actor, created_at, touched_at,"
    " finished_at, opened"
)


@dataclass(frozen=True)
class Transfer:
    """A file on its way. `received` of `size` bytes are safe; the next chunk begins there. `opened`: its upload."""

    id: str
    filename: str
    size: int
    received: int
    options: dict[str, Any]
    actor: str
    created_at: datetime
    touched_at: datetime
    finished_at: datetime | None
    opened: str | None

    @property
    def expires_at(self) -> datetime:
        """From then on it is forgotten, unless another chunk comes."""
        return self.touched_at + LIFE

    @property
    def chunk(self) -> int:
        """How many bytes a chunk should have."""
        return CHUNK

    @property
    def complete(self) -> bool:
        """Whether all bytes are there."""
        return self.received == self.size


def folder(corridor: Corridor) -> Path:
    """Where unfinished files lie."""
    return corridor.folder / "raw" / ".chunks"


def start(
    corridor: Corridor, filename: str, size: int, options: dict[str, Any], actor: Actor
) -> Transfer:
    """Begin. Raises FileTooLarge, InputError, DiskFull before a byte travels."""
    limit = corridor.settings.max_file_mb * 1_000_000
    name = store.safe_name(filename)
    if size < 1:
        raise InputError(f"{name} has {size} bytes", hint="An empty file has nothing to bring.")
    if size > limit:
        raise FileTooLarge(f"{name!r} has {size:,} bytes, and {limit:,} are allowed", limit=limit)
    place = folder(corridor)
    place.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(place).free - size < corridor.settings.min_free_mb * 1_000_000:
        raise DiskFull(f"there is no room for the {size:,} bytes of {name!r}")

    def task(connection: Connection) -> Transfer:
        row = connection.execute(
            "SELECT count(*) FROM ops.transfers WHERE finished_at IS NULL AND actor = ?",
            [actor.who],
        ).fetchone()
        if row and row[0] >= OPEN:
            raise InputError(f"{OPEN} files are on their way already", hint="Wait, or discard one.")
        at, transfer_id = now(), new_id()
        connection.execute(
            "INSERT INTO ops.transfers BY NAME SELECT ?::UUID AS transfer_id, ? AS filename, ? AS size,"
            " 0 AS received, ? AS options, ? AS actor, ?::TIMESTAMP AS created_at, ?::TIMESTAMP AS touched_at",
            [transfer_id, name, size, json.dumps(options), actor.who, at, at],
        )
        return get(connection, transfer_id)

    made = corridor.database.write(task)
    (place / made.id).touch()
    return made


def get(connection: Connection, transfer_id: str) -> Transfer:
    """One. Raises NotFound."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.transfers WHERE transfer_id = ?",
        [check_id(transfer_id, "transfer")],
    ).fetchone()
    if row is None:
        raise NotFound(
            f"there is no transfer {transfer_id!r}", hint="It may have expired: begin anew."
        )
    return _transfer(row)


def find(connection: Connection, actor: str | None = None) -> list[Transfer]:
    """Those that are not finished, of one person or of all; the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM ops.transfers WHERE finished_at IS NULL AND (?1 IS NULL OR actor = ?1)"
        " ORDER BY created_at, transfer_id",
        [actor],
    ).fetchall()
    return [_transfer(row) for row in rows]


def _transfer(row: tuple[Any, ...]) -> Transfer:
    values = dict(zip((f.name for f in fields(Transfer)), row))
    return Transfer(**{**values, "options": json.loads(row[4] or "{}")})


class Chunk:
    """A chunk while it arrives: `write` bytes, then `finish()` or `abort()`. One at a time for each transfer.

    `checksum` is the hex of its SHA-256 or CRC-32. Raises ChunkOutOfPlace where it does not begin at `received` (which
    the error tells), BrokenChunk for another checksum, WrongState while another one arrives. Nothing of it counts then.
    """

    def __init__(self, corridor: Corridor, transfer_id: str, offset: int, checksum: str) -> None:
        self.corridor, self.offset, self.checksum = corridor, offset, checksum.strip().lower()
        if len(self.checksum) not in (8, 64):
            raise InputError("a chunk comes with the hex of its SHA-256 or CRC-32")
        self.transfer = corridor.database.read(lambda c: get(c, transfer_id))
        if self.transfer.finished_at is not None:
            raise WrongState(f"{self.transfer.filename} is complete")
        self.size, self._sha, self._crc = 0, hashlib.sha256(), 0
        self._file: BinaryIO | None = self._opened()
        # Who had the file before may have gone on meanwhile.
        self.transfer = corridor.database.read(lambda c: get(c, transfer_id))
        if offset != self.transfer.received:
            self.abort()
            raise ChunkOutOfPlace(
                f"the chunk begins at byte {offset:,}, and {self.transfer.received:,} are there",
                received=self.transfer.received,
            )
        self._file.seek(offset)

    def _opened(self) -> BinaryIO:
        path = folder(self.corridor) / self.transfer.id
        try:
            file = path.open("r+b")
        except FileNotFoundError as error:
            raise NotFound(
                f"what came of {self.transfer.filename} is gone", hint="Begin anew."
            ) from error
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.close()
                raise WrongState("another chunk of this file is arriving") from error
        return file

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        assert self._file is not None  # nosec B101
        self.size += len(data)
        if self.size > MOST or self.offset + self.size > self.transfer.size:
            raise InputError(
                f"the chunk has more than {min(MOST, self.transfer.size - self.offset):,} bytes"
            )
        self._sha.update(data)
        self._crc = zlib.crc32(data, self._crc)
        try:
            self._file.write(data)
        except OSError as error:
            raise _failed(error, self.transfer.filename) from error

    def finish(self) -> Transfer:
        """All of it came: it counts when its checksum is right and it is on the disk."""
        assert self._file is not None  # nosec B101
        found = self._sha.hexdigest() if len(self.checksum) == 64 else f"{self._crc:08x}"
        if found != self.checksum:
            raise BrokenChunk(f"the {self.size:,} bytes from byte {self.offset:,} on are others")
        try:
            self._file.truncate(self.offset + self.size)  # what a crash left behind it
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _failed(error, self.transfer.filename) from error

        def task(connection: Connection) -> Transfer:
            connection.execute(
                "UPDATE ops.transfers SET received = ?, touched_at = ? WHERE transfer_id = ?",
                [self.offset + self.size, now(), self.transfer.id],
            )
            return get(connection, self.transfer.id)

        done = self.corridor.database.write(task)
        self.abort()
        return done

    def abort(self) -> None:
        """Let go of the file. What was not finished does not count. Harmless when repeated."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError:  # what is buffered finds no room: it does not count either
                pass
            self._file = None


def _failed(error: OSError, filename: str) -> StorageError:
    if error.errno == errno.ENOSPC:
        return DiskFull(f"no room left while receiving {filename!r}")
    return StorageError(f"{filename!r} cannot be kept: {error}")


def adopt(corridor: Corridor, transfer_id: str) -> RawFile:
    """The whole file among the raw files. Raises WrongState while bytes are missing.

    May be asked again after a crash, or when the upload could not be opened: the bytes are there once.
    """
    transfer = corridor.database.read(lambda c: get(c, transfer_id))
    if not transfer.complete:
        raise WrongState(
            f"{transfer.size - transfer.received:,} bytes of {transfer.filename} are missing",
            received=transfer.received,
        )
    if (found := _adopted(corridor, transfer)) is not None:
        return found
    path = folder(corridor) / transfer.id
    try:
        with path.open("rb") as file:
            sha = hashlib.file_digest(file, "sha256").hexdigest()
        options = json.dumps({**transfer.options, "sha256": sha})
        corridor.database.write(
            lambda c: c.execute(
                "UPDATE ops.transfers SET options = ? WHERE transfer_id = ?", [options, transfer.id]
            )
        )
        return store.adopt(path, sha, filename=transfer.filename, folder=corridor.folder)
    except (FileNotFoundError, StorageError) as error:
        # Somebody who asked for the same at the same moment was faster.
        present = corridor.database.read(lambda c: get(c, transfer_id))
        if (found := _adopted(corridor, present)) is not None:
            return found
        if isinstance(error, StorageError):
            raise
        raise NotFound(f"what came of {transfer.filename} is gone", hint="Begin anew.") from error


def _adopted(corridor: Corridor, transfer: Transfer) -> RawFile | None:
    """The file, where it is among the raw files already."""
    known = str(transfer.options.get("sha256") or "")
    path = store.raw_path(corridor.folder, known)
    return RawFile(known, transfer.size, path, transfer.filename) if path.is_file() else None


def ended(connection: Connection, transfer_id: str, upload_id: str) -> None:
    """In the transaction that opens an upload for it. Raises WrongState where one was opened meanwhile."""
    found = connection.execute(
        "UPDATE ops.transfers SET finished_at = ?, opened = ? WHERE transfer_id = ? AND opened IS NULL"
        " RETURNING transfer_id",
        [now(), upload_id, check_id(transfer_id, "transfer")],
    ).fetchall()
    if not found:
        raise WrongState("this file is in the queue already, or was discarded")


def discard(corridor: Corridor, transfer_id: str) -> None:
    """Forget a file that is on its way. Raises NotFound."""
    transfer = corridor.database.read(lambda c: get(c, transfer_id))
    corridor.database.write(
        lambda c: c.execute("DELETE FROM ops.transfers WHERE transfer_id = ?", [transfer.id])
    )
    (folder(corridor) / transfer.id).unlink(missing_ok=True)


def sweep(corridor: Corridor) -> int:
    """Forget what has not gone on for two days, and files that no row knows; gives how many."""
    oldest = now() - LIFE

    def task(connection: Connection) -> set[str]:
        connection.execute(
            "DELETE FROM ops.transfers WHERE touched_at < ? OR finished_at < ?", [oldest, oldest]
        )
        rows = connection.execute(
            "SELECT transfer_id::VARCHAR FROM ops.transfers WHERE finished_at IS NULL"
        ).fetchall()
        return {row[0] for row in rows}

    present = list(folder(corridor).glob("*"))
    if not present:
        return 0
    known, removed = corridor.database.write(task), 0
    for path in present:
        if path.name not in known:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
