"""The first step: a file's bytes are kept by their hash, and an upload is opened for them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import duckdb

from core.actor import Actor
from core.cleaning.plan import Plan
from core.datasets.model import Dataset
from core.errors import DuplicateUpload, InputError, NotFound, StorageError
from core.files import frames, hidden, store
from core.files.given import file_at
from core.files.safe import scanner
from core.history import events
from core.ingest import idempotency, uploads
from core.ingest.corridor import Corridor
from core.ingest.recipes import kept
from core.ingest.recipes.recipe import plan_parts
from core.ingest.rows import parts
from core.ingest.uploads import Upload
from core.ingest.writing import vouching
from core.observe import context, logs
from core.storage.ids import article
from core.storage.sql import ident
from core.storage.store import Connection

log = logs.get("ingest")


def receive(
    corridor: Corridor,
    source: Path | BinaryIO | Iterable[bytes] | store.RawFile,
    plan: Plan,
    actor: Actor,
    *,
    filename: str,
    force: bool = False,
    opened: Callable[[Connection, Upload], None] | None = None,
) -> Upload:
    """Keep the raw bytes and open an upload. Raises DuplicateUpload unless `force`.

    `opened` is called in the same transaction: where it raises, there is no upload.
    """
    dataset = corridor.registry.get(plan.dataset)
    operations = corridor.database.operations

    def task(connection: Connection) -> Upload:
        upload = _open(connection, raw, plan, actor, force, dataset)
        if opened:
            opened(connection, upload)
        return upload

    with operations.measure("receive") as timer:
        raw = source if isinstance(source, store.RawFile) else keep(corridor, source, filename)
        scanned(corridor, raw)
        upload = corridor.database.write(task)
    operations.stage(upload.id, "receiving", timer.seconds, 0)
    with context.bound(upload=upload.id, door=actor.door, request=actor.request):
        log.say("upload.received", dataset=upload.dataset, bytes=upload.size)
    return upload


def receive_once(
    corridor: Corridor,
    raw: store.RawFile,
    plan: Plan,
    actor: Actor,
    request: idempotency.Request,
    *,
    force: bool = False,
) -> idempotency.Receipt:
    """`receive` under a key: the same request again gets the upload that it opened before."""
    dataset = corridor.registry.get(plan.dataset)
    scanned(corridor, raw)
    return corridor.database.write(
        lambda c: idempotency.once(c, request, lambda: _open(c, raw, plan, actor, force, dataset))
    )


def scanned(corridor: Corridor, raw: store.RawFile) -> None:
    """Let the virus scanner look at a file before anything opens it. Raises Infected, ScannerFailed."""
    scanner.check(raw, corridor.settings, lambda: corridor.database.read(_needs(raw.sha256)))


def _needs(sha256: str) -> Callable[[Connection], bool]:
    query = "SELECT count(*) > 0 FROM ops.uploads WHERE sha256 = ?"
    return lambda c: bool((c.execute(query, [sha256]).fetchone() or (False,))[0])


@contextmanager
def given(
    source: object, filename: str | None
) -> Iterator[tuple[Path | BinaryIO | Iterable[bytes] | store.RawFile, str]]:
    """What somebody gave as something that can be received, and its name. Raises NotFound, InputError."""
    if isinstance(source, store.RawFile):
        yield source, source.filename
    elif isinstance(source, (str, Path)):
        path = file_at(source)
        yield path, filename or path.name
    elif hint := _no_frame(source):
        raise InputError(f"{_kind(source)} is no file", hint=hint)
    elif frames.is_frame(source):
        with TemporaryDirectory(prefix="marquee-frame-") as folder:
            path = Path(folder) / frames.NAME
            frames.write(source, path)
            yield path, filename or frames.NAME
    else:
        yield _stream(source), filename or "upload"


def _kind(source: object) -> str:
    return article(type(source).__name__)


def _no_frame(source: object) -> str | None:
    """What to do with rows that are no frame, such as an array; None for everything else."""
    library, name = type(source).__module__.split(".")[0], type(source).__name__
    if library == "numpy":
        return "An array has no names of columns: give pd.DataFrame(array, columns=[...])."
    if name == "Series" and library in ("pandas", "polars"):
        return "It is one column: give series.to_frame()."
    if library == "pyarrow" and hasattr(source, "null_count"):
        return "It is one column: give pa.table({name: column})."
    rows = list(source)[:1] if isinstance(source, (list, tuple)) else []
    if isinstance(source, Mapping) or (rows and not isinstance(rows[0], (bytes, str))):
        return "Make a frame of the rows first: pd.DataFrame(rows) or pl.DataFrame(rows)."
    return None


def _stream(source: object) -> BinaryIO | Iterable[bytes]:
    """The bytes of an open file, of a text in memory, or of pieces one after the other. Raises InputError."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return io.BytesIO(source)
    if isinstance(source, io.StringIO):
        return io.BytesIO(source.getvalue().encode("utf-8"))
    if isinstance(source, io.TextIOBase):
        # How its bytes are to be read is decided here, and not by whoever opened it.
        raise InputError("this file was opened as text", hint='Open it with open(path, "rb").')
    if hasattr(source, "read"):
        if getattr(source, "closed", False):
            raise InputError("this file is closed", hint="Open it again, or give its path.")
        return cast(BinaryIO, source)
    if not isinstance(source, Iterable):
        raise InputError(
            f"{_kind(source)} is no file",
            hint="Give a path, an open file, or a pandas, polars or Arrow frame.",
        )
    return _pieces(source)


def _pieces(chunks: Iterable[object]) -> Iterator[bytes]:
    for chunk in chunks:
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise InputError(
                f"the pieces of a file are bytes, and one is {_kind(chunk)}",
                hint="Encode text first: piece.encode('utf-8').",
            )
        yield bytes(chunk)


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
    return hidden.plain(path)


def _as_it_came(path: Path, upload: Upload) -> None:
    """A raw file is written once. One that was written later is hashed before it is trusted."""
    info, received = path.stat(), upload.created_at.replace(tzinfo=timezone.utc).timestamp()
    if hidden.size(path) == upload.size:
        if info.st_mtime <= received:
            return
        if hidden.sha256(path) == upload.sha256:
            return
    raise StorageError(
        f"the original file of {upload.filename} is not what came in any more: {path}",
        hint="Put the file back as it was, or upload it again. What was imported is not touched.",
    )


def _open(
    connection: Connection,
    raw: store.RawFile,
    plan: Plan,
    actor: Actor,
    force: bool,
    dataset: Dataset,
) -> Upload:
    plan = plan.model_copy(update={"source": plan.source or raw.filename, "force": force})
    plan = _with_recipe(connection, plan, dataset)
    _refuse(connection, raw.filename, raw.sha256, plan)
    upload_id = uploads.create(
        connection,
        kind="import",
        plan=plan,
        filename=raw.filename,
        actor=actor,
        sha256=raw.sha256,
        size=raw.size,
    )
    events.append(
        connection,
        "upload.received",
        actor,
        dataset=plan.dataset,
        upload_id=upload_id,
        details={"filename": raw.filename, "sha256": raw.sha256, "size": raw.size},
    )
    return uploads.get(connection, upload_id)


def _with_recipe(connection: Connection, plan: Plan, dataset: Dataset) -> Plan:
    """The plan with the recipe that is bound to its source, where whoever brings the file said nothing else."""
    said = plan.recipe is not None or plan.table_steps or plan.reading or plan.saved
    found = None if said else kept.bound(connection, plan.dataset, plan.source or "")
    if found is None:
        return plan
    parts_ = plan_parts(found.recipe, dataset)
    return plan.model_copy(update={**parts_, "reading": dict(found.recipe.reading)})


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
