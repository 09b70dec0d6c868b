"""The first step: a file's bytes are kept by their hash, and an upload is opened for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import duckdb

from core.errors import DuplicateUpload, InputError, NotFound, StorageError
from core.files import frames, store
from core.files.given import file_at
from core.history import events
from core.history.events import Origin
from core.ingest import idempotency, parts, uploads, vouching
from core.ingest.corridor import Corridor
from core.ingest.plan import Plan
from core.ingest.uploads import Upload
from core.storage.database import Connection
from core.storage.sql import ident


def receive(
    corridor: Corridor,
    source: Path | BinaryIO | Iterable[bytes] | store.RawFile,
    plan: Plan,
    origin: Origin,
    *,
    filename: str,
    force: bool = False,
) -> Upload:
    """Keep the raw bytes and open an upload. Raises DuplicateUpload unless `force`."""
    corridor.registry.get(plan.dataset)
    operations = corridor.database.operations
    with operations.measure("receive") as timer:
        raw = source if isinstance(source, store.RawFile) else keep(corridor, source, filename)
        upload = corridor.database.write(lambda c: _open(c, raw, plan, origin, force))
    operations.stage(upload.id, "receiving", timer.seconds, 0)
    return upload


def receive_once(
    corridor: Corridor,
    raw: store.RawFile,
    plan: Plan,
    origin: Origin,
    request: idempotency.Request,
    *,
    force: bool = False,
) -> idempotency.Receipt:
    """`receive` under a key: the same request again gets the upload that it opened before."""
    corridor.registry.get(plan.dataset)
    return corridor.database.write(
        lambda c: idempotency.once(c, request, lambda: _open(c, raw, plan, origin, force))
    )


@contextmanager
def given(
    corridor: Corridor, source: object, filename: str | None
) -> Iterator[tuple[Path | BinaryIO | Iterable[bytes] | store.RawFile, str]]:
    """What somebody gave as something that can be received, and its name. Raises NotFound, InputError."""
    if isinstance(source, store.RawFile):
        yield source, source.filename
    elif isinstance(source, (str, Path)):
        path = file_at(source)
        yield path, filename or path.name
    elif frames.is_frame(source):
        with TemporaryDirectory(prefix="marquee-frame-") as folder:
            path = Path(folder) / frames.NAME
            frames.write(source, path)
            yield path, filename or frames.NAME
    elif hasattr(source, "read") or _is_chunks(source):
        yield cast(Iterable[bytes], source), filename or "upload"
    else:
        raise InputError(
            f"a {type(source).__name__} is no file",
            hint="Give a path, an open file, or a pandas, polars or Arrow frame.",
        )


def _is_chunks(source: object) -> bool:
    """Whether it can be the bytes of a file piece by piece; a list of rows is none."""
    if isinstance(source, (list, tuple)):
        return all(isinstance(chunk, bytes) for chunk in source)
    return isinstance(source, Iterable) and not isinstance(source, (Mapping, bytes))


def keep(
    corridor: Corridor, source: Path | BinaryIO | Iterable[bytes], filename: str
) -> store.RawFile:
    """Stream bytes into the raw store, by hash."""
    limit = corridor.settings.max_file_mb * 1_000_000
    return store.receive(
        source,
        filename=filename,
        folder=corridor.folder,
        max_bytes=limit,
        min_free=corridor.settings.min_free_mb * 1_000_000,
    )


def original(corridor: Corridor, upload: Upload) -> Path:
    """The raw file as it came. Raises NotFound when it is gone, StorageError when it was altered."""
    path = store.raw_path(corridor.folder, upload.sha256 or "")
    if not upload.sha256 or not path.is_file():
        raise NotFound(
            f"the original file of {upload.filename} is not in {corridor.folder}/raw any more",
            hint="Put the file back, or upload it again.",
        )
    _as_it_came(path, upload)
    return path


def _as_it_came(path: Path, upload: Upload) -> None:
    """A raw file is written once. One that was written later is hashed before anybody believes it."""
    info, received = path.stat(), upload.created_at.replace(tzinfo=timezone.utc).timestamp()
    if info.st_size == upload.size:
        if info.st_mtime <= received:
            return
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == upload.sha256:
                return
    raise StorageError(
        f"the original file of {upload.filename} is not what came in any more: {path}",
        hint="Put the file back as it was, or upload it again. What was imported is not touched.",
    )


def _open(
    connection: Connection, raw: store.RawFile, plan: Plan, origin: Origin, force: bool
) -> Upload:
    plan = plan.model_copy(update={"source": plan.source or raw.filename, "force": force})
    _refuse(connection, raw.filename, raw.sha256, plan)
    upload_id = uploads.create(
        connection,
        kind="import",
        plan=plan,
        filename=raw.filename,
        origin=origin,
        sha256=raw.sha256,
        size=raw.size,
    )
    events.append(
        connection,
        "upload.received",
        origin,
        dataset=plan.dataset,
        upload_id=upload_id,
        filename=raw.filename,
        sha256=raw.sha256,
        size=raw.size,
    )
    return uploads.get(connection, upload_id)


def refuse_double(connection: duckdb.DuckDBPyConnection, upload: Upload) -> None:
    """Inside the commit: are the bytes imported meanwhile by another upload? Raises DuplicateUpload."""
    read = uploads.get(connection, upload.id).reading
    _refuse(connection, upload.filename, upload.sha256 or "", upload.plan, read)


def _refuse(
    connection: duckdb.DuckDBPyConnection,
    filename: str,
    sha256: str,
    plan: Plan,
    read: Mapping[str, Any] | None = None,
) -> None:
    if not plan.force and (earlier := _earlier(connection, sha256, plan, read)):
        raise DuplicateUpload(
            f"{filename} holds the same bytes as {earlier.filename}, imported "
            f"{earlier.created_at:%Y-%m-%d %H:%M} UTC",
            upload_id=earlier.id,
        )


def _earlier(
    connection: duckdb.DuckDBPyConnection, sha256: str, plan: Plan, read: Mapping[str, Any] | None
) -> Upload | None:
    """An upload of the same part of the same bytes that is imported now, and of which something is left."""
    found = uploads.find(connection, dataset=plan.dataset, sha256=sha256, status="imported")
    live = f"main.{ident(plan.dataset)}"
    return next(
        (
            u
            for u in found
            if parts.same(u.plan.reading, u.reading, plan.reading, read)
            and not vouching.all_gone(connection, u.id, live)
        ),
        None,
    )
