"""The one face of Marquee: pages, API, command line and notebooks all call a Workbench."""

from __future__ import annotations

import copy
from functools import partial
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from core.datasets import infer as infer_, tables
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import Conflict, WrongState
from core.files import reader, store
from core.files.table import Table
from core.history import changes as changes_, events
from core.history.changes import Change, Source
from core.history.events import Event, Origin
from core.ingest import preview as preview_, problems as problems_, quarantine as quarantine_
from core.ingest import requeue as requeue_, takeback, uploads
from core.ingest.corridor import Corridor, Draft
from core.ingest.idempotency import Receipt, Request
from core.ingest.plan import Mode, OnError, Plan, parse_steps
from core.ingest.preview import Outcome, Preview, RowChange
from core.ingest.problems import Problem
from core.ingest.quarantine import QuarantinedRow
from core.ingest.rollback import Rollback
from core.ingest.uploads import Upload
from core.jobs import table as jobs
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.jobs.watcher import Watcher
from core.jobs.worker import Worker
from core.records import edit as edit_, query, readonly
from core.records.query import Result, Where
from core.settings import Settings, load
from core.storage.ids import check_id
from core.storage.database import Connection, open_database, release

Bytes = Path | str | BinaryIO | Iterable[bytes]


class Workbench:
    """An open Marquee database. Use it as a context manager, or call `close`.

    Every method raises errors of `core.errors` and nothing else on bad input.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.registry = Registry(settings.datasets_dir)
        self.database = open_database(settings.database, settings)
        self.corridor = Corridor(self.database, self.registry, settings)
        self.origin = Origin()
        self.worker = Worker(
            self.database, {"import": self._import_job, "preview": self._preview_job}
        )
        self.watcher = Watcher(self)
        self._closed = False

    @classmethod
    def open(
        cls,
        database: str | Path | None = None,
        *,
        data_dir: str | Path | None = None,
        settings: Settings | None = None,
    ) -> Workbench:
        """Open or create a database. Arguments win over settings, these over the defaults.

        With a path and no `data_dir`, the raw files live in `data_uploads` where settings say.
        Raises DatabaseLocked when another process has it.
        """
        base = settings or load()
        changes = {"database": database, "data_dir": data_dir}
        given = {k: Path(v) for k, v in changes.items() if v is not None}
        return cls(base.model_copy(update=given))

    def through(self, door: str, actor: str = "local") -> Workbench:
        """The same workbench for another door: what it does is logged under that name."""
        other = copy.copy(self)
        other.origin = Origin(actor, door)
        return other

    def start(self) -> None:
        """Start the services of a server: the job worker, and the watched folder if settings say so.

        Uploads that a crash left in the middle go on, or are open again.
        """
        self.database.write(_resume)
        self.worker.start()
        if self.settings.watch_folder:
            self.watcher.start()

    def close(self) -> None:
        """Stop the services and let go of the file."""
        if not self._closed:
            self._closed = True
            self.watcher.stop()
            self.worker.stop()
            release(self.database)

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -------------------------------------------------------------- datasets

    def datasets(self) -> list[Dataset]:
        """Every dataset, the built-in ones first."""
        return self.registry.all()

    def dataset(self, name: str) -> Dataset:
        """One dataset. Raises NotFound."""
        return self.registry.get(name)

    def infer_dataset(
        self, path: Bytes, name: str, *, save: bool = False, **reading: Any
    ) -> Dataset:
        """A dataset made from a sample file; with `save` it becomes one of the datasets."""
        table = self.read(Path(str(path)), **reading)
        sample = list(table.rows(limit=5_000))
        dataset = infer_.infer(name, table.columns, sample)
        if save:
            self.save_dataset(dataset)
        return dataset

    def save_dataset(self, dataset: Dataset, *, replace: bool = False) -> Path:
        """Keep a dataset as TOML in the datasets folder. Raises Conflict when the name is taken."""
        path = self.registry.save(dataset, replace=replace)
        self.corridor.ensure_table(self.registry.get(dataset.name))
        self.database.write(
            lambda c: events.append(c, "dataset.saved", self.origin, dataset=dataset.name)
        )
        return path

    def data_version(self, dataset: str) -> int:
        """A number that grows with every change to the dataset's records."""
        with self.database.reader() as cursor:
            return tables.data_version(cursor, dataset)

    # -------------------------------------------------------------- reading and importing

    def read(self, path: str | Path, **overrides: Any) -> Table:
        """Read a file without importing it: columns, rows of text, decisions with their evidence."""
        return reader.read(
            Path(path),
            cache_dir=self.settings.data_dir / ".cache",
            settings=self.settings,
            **overrides,
        )

    def receive(
        self,
        source: Bytes | store.RawFile,
        *,
        dataset: str = "celebrities",
        filename: str | None = None,
        mode: Mode = "upsert",
        on_error: OnError = "quarantine",
        source_name: str | None = None,
        reading: Mapping[str, Any] | None = None,
        recipe: Sequence[Any] | None = None,
        force: bool = False,
    ) -> Upload:
        """Keep a file's bytes and open an upload for it. Raises DuplicateUpload unless `force`."""
        if isinstance(source, str):
            source = Path(source)
        if isinstance(source, store.RawFile):
            name = source.filename
        else:
            name = filename or (source.name if isinstance(source, Path) else "upload")
        plan = self._new_plan(dataset, mode, on_error, source_name, reading, recipe)
        return self.corridor.receive(source, plan, self.origin, filename=name, force=force)

    def receive_once(
        self,
        raw: store.RawFile,
        request: Request,
        *,
        dataset: str = "celebrities",
        mode: Mode = "upsert",
        on_error: OnError = "quarantine",
        source_name: str | None = None,
        reading: Mapping[str, Any] | None = None,
        force: bool = False,
    ) -> Receipt:
        """`receive` for a client that may send the same request again: the same upload answers it.

        Raises IdempotencyMismatch when the request's key was used for another request.
        """
        plan = self._new_plan(dataset, mode, on_error, source_name, reading, None)
        return self.corridor.receive_once(raw, plan, self.origin, request, force=force)

    def _new_plan(
        self,
        dataset: str,
        mode: Mode,
        on_error: OnError,
        source: str | None,
        reading: Mapping[str, Any] | None,
        recipe: Sequence[Any] | None,
    ) -> Plan:
        return Plan(
            dataset=dataset,
            mode=mode,
            on_error=on_error,
            source=source,
            recipe=None if recipe is None else parse_steps(self.dataset(dataset), recipe),
            reading={k: v for k, v in (reading or {}).items() if v is not None},
        )

    def draft(self, upload_id: str) -> Draft:
        """How an upload was read and how its columns are mapped, before the whole file is looked at."""
        return self.corridor.draft(upload_id)

    def plan(self, upload_id: str, **changes: Any) -> Upload:
        """Change an open upload's plan: choices (column to field), steps, mode, on_error, reading, confirmed."""
        return self.corridor.plan(upload_id, **changes)

    def preview(
        self,
        source: Bytes,
        dataset: str = "celebrities",
        *,
        mapping: Mapping[str | int, str | None] | None = None,
        recipe: Sequence[Any] | None = None,
        progress: Progress | None = None,
        **options: Any,
    ) -> PreviewHandle:
        """What importing a file (or an upload, by its id) would do. Live data stays untouched.

        Options for a new file: mode, on_error, source_name, reading, filename.
        """
        upload_id = self._upload_id(source)
        if upload_id is None:
            options.setdefault("force", True)
            upload_id = self.receive(source, dataset=dataset, **options).id
            options = {}
        if mapping or recipe is not None or options:
            self.corridor.plan(upload_id, choices=mapping, steps=recipe, **options)
        return PreviewHandle(self, self.corridor.preview(upload_id, progress))

    def at_hand(self, upload_id: str) -> bool:
        """Whether the preview of an upload is there without reading the whole file again."""
        return self.corridor.at_hand(upload_id)

    def _upload_id(self, source: object) -> str | None:
        if not isinstance(source, str) or len(source) != 36 or Path(source).exists():
            return None
        with self.database.reader() as cursor:
            return uploads.get(cursor, source).id

    def commit(self, upload_id: str, progress: Progress | None = None) -> Upload:
        """Import what was previewed. Raises StalePreview when it would do something else by now."""
        return self.corridor.commit(upload_id, self.origin, progress)

    def import_file(
        self,
        source: Bytes,
        dataset: str = "celebrities",
        *,
        mapping: Mapping[str | int, str | None] | None = None,
        recipe: Sequence[Any] | None = None,
        progress: Progress | None = None,
        **options: Any,
    ) -> Upload:
        """Receive, preview and commit in one go. Raises DuplicateUpload unless `force=True`."""
        upload = self.receive(source, dataset=dataset, **options)
        if mapping or recipe is not None:
            self.corridor.plan(upload.id, choices=mapping, steps=recipe)
        return self.corridor.commit(upload.id, self.origin, progress, promised=False)

    # -------------------------------------------------------------- jobs

    def submit(self, upload_id: str, kind: str = "import", *, promised: bool = False) -> Job:
        """Do it in the background: import or preview. Poll `job(id)`."""

        def task(connection: Any) -> str:
            upload = uploads.get(connection, upload_id)
            if any(j.active for j in jobs.find(connection, upload_id=upload_id)):
                raise Conflict("this upload is being worked on already")
            if upload.kind != "import" or upload.status in ("imported", "rolled_back"):
                raise WrongState(f"this upload is {upload.status.replace('_', ' ')}")
            if kind == "import":
                uploads.update(connection, upload_id, status="importing")
            return jobs.add(connection, kind, upload_id, self.origin, {"promised": promised})

        job_id = self.database.write(task)
        self.worker.wake()
        return self.job(job_id)

    def job(self, job_id: str) -> Job:
        """A job with its progress of this moment. Raises NotFound."""
        with self.database.reader() as cursor:
            return self.worker.live(jobs.get(cursor, job_id))

    def jobs(self, upload_id: str | None = None, *, limit: int = 50) -> list[Job]:
        """Jobs, the newest first."""
        with self.database.reader() as cursor:
            found = jobs.find(cursor, upload_id=upload_id, limit=limit)
        return [self.worker.live(job) for job in found]

    def cancel(self, upload_id: str) -> Upload:
        """Stop what runs for an upload, or close one that is not imported. Leaves nothing behind."""

        def task(connection: Any) -> list[Job]:
            upload = uploads.get(connection, upload_id)
            if upload.status in ("imported", "rolled_back"):
                raise WrongState(
                    f"this upload is {upload.status.replace('_', ' ')}",
                    hint="Take it back instead.",
                )
            active = [j for j in jobs.find(connection, upload_id=upload.id) if j.active]
            for job in active:  # from here on its fence refuses the commit
                jobs.finish(connection, job, "cancelled")
            uploads.update(connection, upload.id, status="cancelled")
            events.append(
                connection,
                "upload.cancelled",
                self.origin,
                dataset=upload.dataset,
                upload_id=upload.id,
            )
            return [job for job in active if job.status == "running"]

        running = self.database.write(task)
        for job in running:
            self.worker.cancel(job)
        if not running:
            self.corridor.forget(upload_id)
        return self.upload(upload_id)

    def _import_job(self, job: Job, progress: Progress) -> int:
        origin = Origin(job.actor, job.door)
        upload = self.corridor.commit(
            job.upload_id,
            origin,
            progress,
            promised=bool(job.options.get("promised")),
            guard=lambda c: jobs.check_fence(c, job),
        )
        return upload.counts.rows

    def _preview_job(self, job: Job, progress: Progress) -> int:
        return self.corridor.preview(job.upload_id, progress).counts.rows

    # -------------------------------------------------------------- uploads

    def uploads(self, **filters: Any) -> list[Upload]:
        """Uploads and rollbacks, the newest first. Filters: dataset, status, kind, limit, offset."""
        with self.database.reader() as cursor:
            return uploads.find(cursor, **filters)

    def upload(self, upload_id: str) -> Upload:
        """One upload. Raises NotFound."""
        with self.database.reader() as cursor:
            return uploads.get(cursor, upload_id)

    def original(self, upload_id: str) -> Path:
        """The file as it came. Raises NotFound when it is gone."""
        return self.corridor.original(self.upload(upload_id))

    def problems(self, upload_id: str) -> list[Problem]:
        """What was wrong, grouped by cause; errors first."""
        with self.database.reader() as cursor:
            upload = uploads.get(cursor, upload_id)
            return problems_.load(cursor, upload.id, self.dataset(upload.dataset))

    def changes(
        self, upload_id: str, *, kind: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Change]:
        """What an imported upload (or a rollback) changed, with old and new values, in the file's order.

        `kind`: insert, update, delete or restore. What a preview would change: `preview(id).changes()`.
        """
        with self.database.reader() as cursor:
            upload = uploads.get(cursor, upload_id)
        definition = self._with_table(upload.dataset)
        with self.database.reader() as cursor:
            return changes_.page_of_upload(
                cursor, definition, upload.id, kind=kind, limit=limit, offset=offset
            )

    def quarantine(
        self, upload_id: str, *, status: str | None = "waiting", limit: int = 1_000, offset: int = 0
    ) -> list[QuarantinedRow]:
        """Rows that were not imported, as they stood, with the rules they break.

        Raises NotFound when the text of a row is only in the raw file, and that is gone.
        """
        upload = self.upload(upload_id)
        self.corridor.read_quarantine(upload)
        columns = upload.reading.get("columns", [])
        with self.database.reader() as cursor:
            return quarantine_.load(
                cursor, upload.id, columns, status=status, limit=limit, offset=offset
            )

    def requeue(
        self, upload_id: str, fixes: Mapping[int, Mapping[str, str | None]]
    ) -> requeue_.Requeued:
        """Bring fixed rows back under the same upload: row number to {column of the file: text}.

        Rows that are still wrong stay in quarantine.
        """
        return requeue_.requeue(self.corridor, upload_id, fixes, self.origin)

    def rollback(self, upload_id: str, *, dry_run: bool = False, limit: int = 1_000) -> Rollback:
        """Take an upload back: .reversed, .kept and .failed, each with record and reason."""
        return takeback.take_back(
            self.corridor, upload_id, self.origin, dry_run=dry_run, limit=limit
        )

    # -------------------------------------------------------------- records

    def records(
        self,
        dataset: str = "celebrities",
        *,
        where: Where = None,
        order_by: str | Sequence[str] | None = None,
        search: str | None = None,
        fields: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
        after: str | None = None,
    ) -> Result:
        """Records as .pl() .df() .arrow() .rows(). `where`: {field: value}, [(field, operator, value)] or SQL."""
        definition = self._with_table(dataset)
        question = query.compile_query(definition, where, order_by, search, fields)
        if after is not None:
            question = query.after(definition, question, after)
        sql = query.ordered(question) + query.page(limit, offset)
        return Result(self.database, sql, question.parameters)

    def count(
        self, dataset: str = "celebrities", *, where: Where = None, search: str | None = None
    ) -> int:
        """How many records fit."""
        question = query.compile_query(self._with_table(dataset), where, None, search)
        sql = f"SELECT count(*) FROM ({question.sql})"
        return int(Result(self.database, sql, question.parameters).fetchall()[0][0])

    def _with_table(self, dataset: str) -> Dataset:
        definition = self.registry.get(dataset)
        self.corridor.ensure_table(definition)
        return definition

    def record(self, dataset: str, record_id: str) -> dict[str, Any]:
        """One record with `_version`, `_upload_id`, ... Raises NotFound."""
        definition = self._with_table(dataset)
        with self.database.reader() as cursor:
            return edit_.fetch(cursor, definition, record_id)

    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> dict[str, Any]:
        """Change fields of a record: cleaned and checked like an import, versioned, in history.

        Raises BadValue with every fault, VersionMismatch when `version` is not the present one.
        """
        definition = self._with_table(dataset)
        with self.database.reader() as cursor:
            record = edit_.fetch(cursor, definition, record_id)
            values = edit_.typed(cursor, definition, dict(values), record)
        return self.database.write(
            lambda c: edit_.edit(c, definition, record_id, dict(values), self.origin, version)
        )

    def delete(self, dataset: str, record_id: str, *, version: int | None = None) -> None:
        """Delete a record; `restore` brings it back."""
        definition = self._with_table(dataset)
        self.database.write(lambda c: edit_.delete(c, definition, record_id, self.origin, version))

    def restore(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        definition = self._with_table(dataset)
        return self.database.write(lambda c: edit_.restore(c, definition, record_id, self.origin))

    def deleted(self, dataset: str, *, limit: int = 100) -> list[Change]:
        """Records that are not there any more, by their last state."""
        definition = self._with_table(dataset)
        with self.database.reader() as cursor:
            return changes_.deleted(cursor, dataset, tables.table(definition), limit=limit)

    # -------------------------------------------------------------- history

    def history(self, dataset: str, record_id: str) -> list[Change]:
        """Every version of a record, the newest first, with old and new values."""
        definition = self._with_table(dataset)
        with self.database.reader() as cursor:
            present = edit_.find(cursor, definition, record_id)
            wanted = check_id(record_id, "record")
            names = (*definition.field_names, "_extra")
            return changes_.of_record(cursor, dataset, wanted, present, names)

    def sources(self, dataset: str, record_id: str) -> dict[str, Source]:
        """Field by field, the change (and file and row) that gave the present value."""
        present = self.record(dataset, record_id)
        fields = {k: v for k, v in present.items() if not k.startswith("_") or k == "_extra"}
        fields.pop("record_id")
        return changes_.sources(self.history(dataset, record_id), fields)

    def edits(self, *, dataset: str | None = None, limit: int = 100) -> list[Change]:
        """Changes by hand, the newest first."""
        with self.database.reader() as cursor:
            return changes_.edits(cursor, dataset=dataset, limit=limit)

    def events(self, *, limit: int = 100, before: int | None = None) -> list[Event]:
        """The audit trail, the newest first."""
        with self.database.reader() as cursor:
            return events.latest(cursor, limit=limit, before=before)

    def verify_events(self) -> int:
        """Check the chain of the audit trail; returns its length. Raises ChainBroken."""
        with self.database.reader() as cursor:
            return events.verify(cursor)

    def sql(self, statement: str) -> Result:
        """A read-only SELECT over the records, history and ops tables."""
        for dataset in self.datasets():
            self.corridor.ensure_table(dataset)
        with self.database.reader() as cursor:
            known = readonly.known_tables(cursor)
        return Result(self.database, readonly.check_select(statement, known))


def _resume(connection: Connection) -> None:
    jobs.requeue_interrupted(connection)
    uploads.reopen_interrupted(connection)


class PreviewHandle:
    """A preview with its workbench: .id .counts .mapping .problems .recipe .questions .changes()."""

    def __init__(self, workbench: Workbench, preview: Preview) -> None:
        self._workbench, self._preview = workbench, preview

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked while a copy is being made, before there is a preview
            raise AttributeError(name)
        return getattr(self._preview, name)

    def changes(
        self, outcome: Outcome | None = None, limit: int = 50, offset: int = 0
    ) -> list[RowChange]:
        """Rows with what would become of them; one outcome, or new, changed, conflicting, rejected in turn."""
        wanted: list[Outcome] = (
            [outcome] if outcome else ["new", "changed", "conflicting", "rejected"]
        )
        found: list[RowChange] = []
        for name in wanted:
            if len(found) < limit:
                page = partial(
                    preview_.changes,
                    outcome=name,
                    limit=limit - len(found),
                    offset=offset if outcome else 0,
                )
                found += self._workbench.corridor.staged(self._preview.id, page)
        return found

    def __repr__(self) -> str:
        return f"<Preview {self._preview.id} {self._preview.counts!r}>"
