"""The corridor: receive, read, map, clean, check, compare, commit. Every door walks through here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import duckdb

from core.datasets import tables
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import (
    Cancelled,
    Conflict,
    DuplicateUpload,
    EmptyFile,
    HeldBack,
    MarqueeError,
    NotFound,
    TooManyRows,
    WrongState,
)
from core.files import reader, store
from core.files.table import Table
from core.history import events
from core.history.events import Origin
from core.ingest import commit as commit_, compare, idempotency, mapping, problems, quarantine
from core.ingest import staging, uploads
from core.ingest.plan import Column, Plan, parse_steps, rebased
from core.ingest.preview import Preview
from core.ingest.staging import Staged
from core.ingest.uploads import Counts, Upload
from core.jobs.progress import Progress
from core.settings import Settings
from core.storage.database import Connection, Database, transaction

KEPT_STAGED = 4  # staged uploads kept in memory; others are made again when asked for
SAMPLE_ROWS = 200
STARTABLE = ("importing", "cancelled", "rejected")  # beside open and failed ones


class Guard(Protocol):
    """Checked inside the commit's transaction; raises to refuse it."""

    def __call__(self, connection: duckdb.DuckDBPyConnection) -> None: ...


@dataclass(frozen=True)
class Draft:
    """An upload as it was read and mapped, before the whole file is looked at."""

    upload: Upload
    table: Table
    mapping: tuple[Column, ...]
    candidates: tuple[tuple[Any, ...], ...]
    sample: list[list[str]]


class Corridor:
    """The steps of an import over one database. Thread-safe: one upload is worked on by one thread at a time."""

    def __init__(self, database: Database, registry: Registry, settings: Settings) -> None:
        self.database, self.registry, self.settings = database, registry, settings
        self.folder = settings.data_dir
        self._previews: OrderedDict[str, Preview] = OrderedDict()
        self._locks: dict[str, threading.RLock] = {}
        self._lock = threading.Lock()

    # -------------------------------------------------------------- receive

    def receive(
        self,
        source: Path | BinaryIO | Iterable[bytes] | store.RawFile,
        plan: Plan,
        origin: Origin,
        *,
        filename: str,
        force: bool = False,
    ) -> Upload:
        """Keep the raw bytes and open an upload. Raises DuplicateUpload unless `force`."""
        self.registry.get(plan.dataset)
        raw = source if isinstance(source, store.RawFile) else self.keep(source, filename)
        return self.database.write(lambda c: self._open(c, raw, plan, origin, force))

    def receive_once(
        self,
        raw: store.RawFile,
        plan: Plan,
        origin: Origin,
        request: idempotency.Request,
        *,
        force: bool = False,
    ) -> idempotency.Receipt:
        """`receive` under a key: the same request again gets the upload that it opened before."""
        self.registry.get(plan.dataset)
        return self.database.write(
            lambda c: idempotency.once(c, request, lambda: self._open(c, raw, plan, origin, force))
        )

    def keep(self, source: Path | BinaryIO | Iterable[bytes], filename: str) -> store.RawFile:
        """Stream bytes into the raw store, by hash."""
        limit = self.settings.max_file_mb * 1_000_000
        return store.receive(source, filename=filename, folder=self.folder, max_bytes=limit)

    def _open(
        self, connection: Connection, raw: store.RawFile, plan: Plan, origin: Origin, force: bool
    ) -> Upload:
        if not force and (earlier := self.earlier(connection, raw.sha256, plan)):
            raise DuplicateUpload(
                f"{raw.filename} holds the same bytes as {earlier.filename}, imported "
                f"{earlier.created_at:%Y-%m-%d %H:%M} UTC",
                upload_id=earlier.id,
            )
        plan = plan.model_copy(update={"source": plan.source or raw.filename})
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

    def earlier(
        self, connection: duckdb.DuckDBPyConnection, sha256: str, plan: Plan
    ) -> Upload | None:
        """An upload of the same bytes, read the same way, that is imported now."""
        found = uploads.find(connection, dataset=plan.dataset, sha256=sha256, status="imported")
        return next((u for u in found if u.plan.reading == plan.reading), None)

    def original(self, upload: Upload) -> Path:
        """The raw file as it came. Raises NotFound when it is gone."""
        path = store.raw_path(self.folder, upload.sha256 or "")
        if not upload.sha256 or not path.is_file():
            raise NotFound(
                f"the original file of {upload.filename} is not in {self.folder}/raw any more",
                hint="Put the file back, or upload it again.",
            )
        return path

    # -------------------------------------------------------------- read and map

    def table(self, upload: Upload) -> Table:
        """Read the raw file as the plan says."""
        table = reader.read(
            self.original(upload),
            filename=upload.filename,
            cache_dir=self.folder / ".cache",
            settings=self.settings,
            **upload.plan.reading,
        )
        if table.total == 0:
            raise EmptyFile(f"{upload.filename} holds no rows")
        if table.total is not None and table.total > self.settings.max_rows:
            raise TooManyRows(f"{table.total} rows, and {self.settings.max_rows} are allowed")
        return table

    def draft(self, upload_id: str) -> Draft:
        """Read the file and map its columns; nothing is staged yet."""
        with self.database.reader() as cursor:
            upload = uploads.get(cursor, upload_id)
            table = self.table(upload)
            sample = list(table.rows(limit=SAMPLE_ROWS))
            dataset = self.registry.get(upload.dataset)
            columns = upload.plan.mapping
            if len(columns) != len(table.columns) or any(
                c.column != name for c, name in zip(columns, table.columns)
            ):
                columns = self._guess(cursor, dataset, table, sample)
        candidates = mapping.candidates(dataset, table.columns, sample)
        return Draft(upload, table, columns, tuple(tuple(c) for c in candidates), sample)

    def _guess(
        self,
        cursor: duckdb.DuckDBPyConnection,
        dataset: Dataset,
        table: Table,
        sample: list[list[str]],
    ) -> tuple[Column, ...]:
        guessed = mapping.guess(dataset, table.columns, sample)
        known = uploads.remembered(cursor, dataset.name, mapping.headers_hash(table.columns))
        names = set(dataset.field_names)
        if known and {f for f in known.values() if f and f != "extra"} <= names:
            guessed = tuple(
                replace(g, reason="remembered from an earlier file", confidence=1.0)
                for g in mapping.apply_choice(dataset, guessed, known)
            )
        return tuple(
            Column(
                index=g.index,
                column=g.column,
                field=g.field,
                keep=g.keep,
                confidence=g.confidence,
                reason=g.reason,
            )
            for g in guessed
        )

    def plan(
        self,
        upload_id: str,
        *,
        choices: Mapping[str | int, str | None] | None = None,
        steps: Any = None,
        **changes: Any,
    ) -> Upload:
        """Change the plan of an upload: mapping choices, recipe steps, mode, reading, ...

        What was refused or cancelled is open again then.
        """
        with self._held(upload_id):
            self.database.write(lambda c: _reopen(c, upload_id))
            if "reading" in changes:
                clean = {k: v for k, v in changes["reading"].items() if v is not None}
                changes["reading"] = clean
                self._replan(upload_id, reading=clean, mapping=())
            draft = self.draft(upload_id)
            dataset = self.registry.get(draft.upload.dataset)
            columns = draft.mapping
            if choices:
                guessed = tuple(mapping.ColumnMapping(**c.model_dump()) for c in columns)
                chosen = mapping.apply_choice(dataset, guessed, choices)
                columns = tuple(Column(**vars(c)) for c in chosen)
                recipe = rebased(dataset, draft.upload.plan.recipe, draft.mapping, columns)
                changes.setdefault("recipe", recipe)
            if steps is not None:
                changes["recipe"] = parse_steps(dataset, steps)
            return self._replan(upload_id, mapping=columns, **changes)

    def _replan(self, upload_id: str, **changes: Any) -> Upload:
        def task(connection: Connection) -> Upload:
            upload = uploads.get(connection, upload_id)
            _must_be_open(upload, also=STARTABLE)  # a job plans what nobody has looked at
            plan = Plan.model_validate({**dict(upload.plan), **changes})
            if not _same_rows(plan, upload.plan):
                self._previews.pop(upload_id, None)
            if plan != upload.plan:
                uploads.update(connection, upload_id, plan=plan)
            return uploads.get(connection, upload_id)

        return self.database.write(task)

    # -------------------------------------------------------------- preview

    def at_hand(self, upload_id: str) -> bool:
        """Whether `preview` answers at once, because the file is staged as the plan says."""
        with self.database.reader() as cursor:
            upload = uploads.get(cursor, upload_id)
        kept = self._previews.get(upload_id)
        return kept is not None and _same_rows(kept.staged.plan, upload.plan)

    def preview(self, upload_id: str, progress: Progress | None = None) -> Preview:
        """Stage, check and compare the whole file. Live data stays as it is."""
        progress = progress or Progress()
        with self._held(upload_id):
            with self.database.reader() as cursor:
                upload = uploads.get(cursor, upload_id)
                current = tables.data_version(cursor, upload.dataset)
            # Of what is imported the counts tell what was done; another preview would overwrite them.
            _must_be_open(upload, also=STARTABLE)
            kept = self._kept(upload)
            if kept and kept.data_version == current:
                self._previews.move_to_end(upload_id)
                return kept
            try:
                return self._make_preview(upload, kept, progress)
            except Exception as error:
                self._ended_badly(upload, error, progress)
                raise

    def _kept(self, upload: Upload) -> Preview | None:
        """What is staged for the upload, when it was staged as the plan says."""
        kept = self._previews.get(upload.id)
        if kept is None or not _same_rows(kept.staged.plan, upload.plan):
            return None
        if kept.staged.plan != upload.plan:
            kept = replace(kept, staged=replace(kept.staged, plan=upload.plan))
            self._previews[upload.id] = kept
        return kept

    def _make_preview(self, upload: Upload, kept: Preview | None, progress: Progress) -> Preview:
        dataset = self.registry.get(upload.dataset)
        self.ensure_table(dataset)
        with self.database.reader() as cursor:
            if kept:
                staged = kept.staged
            else:
                staged = self._stage(cursor, upload, dataset, progress)
            progress.stage("comparing")
            with progress.watch(cursor):
                version = tables.data_version(cursor, dataset.name)
                counts = compare.compare(cursor, staged)
                found = problems.summarise(cursor, staged)
        preview = Preview(upload.id, staged, counts, found, version)
        self.database.write(lambda c: self._keep_preview(c, upload, preview))
        self._remember(preview)
        return preview

    def _stage(
        self,
        cursor: duckdb.DuckDBPyConnection,
        upload: Upload,
        dataset: Dataset,
        progress: Progress,
    ) -> Staged:
        progress.stage("reading")
        draft = self.draft(upload.id)
        if upload.plan.mapping != draft.mapping:
            upload = self._replan(upload.id, mapping=draft.mapping)
        self.database.check_space(2 * (upload.size or 0))
        progress.stage("checking", draft.table.total or _estimate(upload, draft.sample))
        with progress.watch(cursor):
            staged = staging.stage(cursor, upload.id, dataset, upload.plan, draft.table)
            rows = staging.row_count(cursor, staged)
        if rows > self.settings.max_rows:
            staging.drop(cursor, upload.id)
            raise TooManyRows(f"{rows} rows, and {self.settings.max_rows} are allowed")
        return staged

    def _keep_preview(self, connection: Connection, upload: Upload, preview: Preview) -> None:
        table = preview.staged.table
        decisions = [vars(d) for d in table.decisions]
        reading = {
            "decisions": decisions,
            "columns": list(table.columns),
            "sheet": table.sheet,
            "row_name": table.row_name,
            "notes": list(table.notes),
            "metadata": table.metadata,
            "recipe": [s.model_dump(exclude_defaults=True) for s in preview.staged.steps],
        }
        upload = uploads.get(connection, upload.id)  # somebody may have cancelled it meanwhile
        problems.store(connection, upload.id, preview.problems)
        status = {"status": "previewed"} if upload.open or upload.status == "failed" else {}
        uploads.update(
            connection,
            upload.id,
            counts=preview.counts,
            reading=reading,
            format=table.format,
            data_version=preview.data_version,
            error=None,
            **status,
        )

    def _remember(self, preview: Preview) -> None:
        with self._lock:
            self._previews[preview.id] = preview
            self._previews.move_to_end(preview.id)
            old = [
                self._previews.popitem(last=False)[0]
                for _ in range(len(self._previews) - KEPT_STAGED)
            ]
        for upload_id in old:
            self.forget(upload_id)

    def forget(self, upload_id: str) -> None:
        """Drop what is staged for an upload; it can be made again."""
        self._previews.pop(upload_id, None)
        with self.database.reader() as cursor:
            staging.drop(cursor, upload_id)

    # -------------------------------------------------------------- commit

    def commit(
        self,
        upload_id: str,
        origin: Origin,
        progress: Progress | None = None,
        *,
        promised: bool = True,
        guard: Guard | None = None,
    ) -> Upload:
        """Import an upload. With `promised`, only if it does what its preview said (StalePreview)."""
        progress = progress or Progress()
        with self._held(upload_id):
            with self.database.reader() as cursor:
                upload = uploads.get(cursor, upload_id)
            _must_be_open(upload, also=STARTABLE)
            shown = upload.counts if promised and upload.data_version is not None else None
            preview = self.preview(upload_id, progress)
            try:
                commit_.check_promise(shown, preview.counts)
                self._write(preview, origin, progress, shown, _wanted(upload, guard))
            except Exception as error:
                self._ended_badly(upload, error, progress)
                raise
            self.forget(upload_id)
            with self.database.reader() as cursor:
                return uploads.get(cursor, upload_id)

    def _write(
        self,
        preview: Preview,
        origin: Origin,
        progress: Progress,
        shown: Counts | None,
        guard: Guard,
    ) -> None:
        def task(connection: Connection) -> None:
            with progress.watch(connection):
                counts = preview.counts
                if (
                    tables.data_version(connection, preview.staged.dataset.name)
                    != preview.data_version
                ):
                    counts = compare.compare(connection, preview.staged)
                    commit_.check_promise(shown, counts)
                commit_.refuse_or_go_on(preview.staged, counts)
                with transaction(connection):
                    guard(connection)
                    commit_.commit(connection, preview.staged, counts, origin)
                    self._remember_mapping(connection, preview.staged)

        progress.stage("writing")
        self.database.write(task, transaction=False)

    def _remember_mapping(self, connection: Connection, staged: Staged) -> None:
        if staged.plan.confirmed:
            hashed = mapping.headers_hash(staged.table.columns)
            uploads.remember(connection, staged.dataset.name, hashed, staged.plan)

    def _ended_badly(self, upload: Upload, error: Exception, progress: Progress) -> None:
        if progress.stopping:
            return  # nobody asked to cancel it: it goes on at the next start
        if not isinstance(error, MarqueeError):  # a bug; the upload says so and stays usable
            error = MarqueeError(f"{type(error).__name__}: {error}", hint="Please report this.")
        status = "failed"
        if isinstance(error, HeldBack):
            status = "rejected"
        elif isinstance(error, Conflict):
            status = "previewed" if upload.data_version is not None else "received"
        elif error.code == "cancelled":
            status = "cancelled"
        told = error

        def task(connection: Connection) -> None:
            present = uploads.get(connection, upload.id).status
            if present == "imported" or present == status == "cancelled":
                return
            uploads.update(connection, upload.id, status=status, error=told)
            origin = Origin(upload.actor, upload.door)
            events.append(
                connection,
                f"upload.{'held' if status == 'previewed' else status}",
                origin,
                dataset=upload.dataset,
                upload_id=upload.id,
                code=told.code,
            )

        self.database.write(task)
        if status in ("cancelled", "failed"):
            self.forget(upload.id)

    # -------------------------------------------------------------- helpers

    def ensure_table(self, dataset: Dataset) -> None:
        """Create or extend the dataset's table when that is needed."""
        with self.database.reader() as cursor:
            if tables.missing(cursor, dataset) == {}:
                return
        self.database.write(lambda c: tables.ensure(c, dataset), transaction=False)

    def _held(self, upload_id: str) -> threading.RLock:
        with self._lock:
            return self._locks.setdefault(upload_id, threading.RLock())

    def staged(
        self, upload_id: str, use: Callable[[duckdb.DuckDBPyConnection, Staged], Any]
    ) -> Any:
        """Run `use(cursor, staged)` on a staged and compared upload, staging it again if need be."""
        with self._held(upload_id):
            preview = self.preview(upload_id)
            with self.database.reader() as cursor:
                return use(cursor, preview.staged)

    def read_quarantine(self, upload: Upload) -> None:
        """Fetch the text of rows that were set aside clean. Raises NotFound when the raw file is gone."""
        with self.database.reader() as cursor:
            if not quarantine.unread(cursor, upload.id):
                return
        table = self.table(upload)
        try:
            self.database.write(lambda c: quarantine.read_cells(c, upload.id, table))
        except duckdb.Error as error:
            if not reader.is_refusal(error):
                raise
            careful = table.careful()
            self.database.write(lambda c: quarantine.read_cells(c, upload.id, careful))

    def waiting(self, upload_id: str) -> int:
        """Rows in quarantine."""
        with self.database.reader() as cursor:
            return quarantine.waiting(cursor, upload_id)


def _wanted(upload: Upload, guard: Guard | None) -> Guard:
    """The guard, and that nobody cancelled the upload since the work on it began."""

    def check(connection: duckdb.DuckDBPyConnection) -> None:
        if guard:
            guard(connection)
        present = uploads.get(connection, upload.id).status
        if present == "cancelled" != upload.status:
            raise Cancelled("this upload was cancelled meanwhile")

    return check


def _must_be_open(upload: Upload, also: tuple[str, ...] = ()) -> None:
    if upload.kind != "import":
        raise WrongState("a rollback cannot be imported")
    if not upload.open and upload.status not in (*also, "failed"):
        raise WrongState(
            f"{upload.filename} is {upload.status.replace('_', ' ')}",
            hint="Upload the file again to import it once more.",
            upload_id=upload.id,
        )


def _same_rows(one: Plan, other: Plan) -> bool:
    """Whether both plans give the same rows: what is done with bad ones is decided at the commit."""
    free = {"on_error": other.on_error, "confirmed": other.confirmed}
    return one.model_copy(update=free) == other


def _reopen(connection: Connection, upload_id: str) -> None:
    upload = uploads.get(connection, upload_id)
    if upload.kind == "import" and upload.status in ("rejected", "cancelled"):
        status = "received" if upload.data_version is None else "previewed"
        uploads.update(connection, upload_id, status=status, error=None)


def _estimate(upload: Upload, sample: list[list[str]]) -> int:
    """Rows in the file, from the size of the first ones; only for the progress bar."""
    if not sample:
        return 0
    size = sum(len(cell.encode()) + 1 for row in sample for cell in row) / len(sample)
    return int((upload.size or 0) / max(size, 1))
