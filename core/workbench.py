"""The one face of Marquee: pages, API, command line and notebooks all call a Workbench."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from core.backups.service import KIND as BACKUP, Backups
from core.datasets import evolving, infer as infer_, tables
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import InputError, VersionMismatch
from core.files import reader, store
from core.files.frames import Frame
from core.files.given import file_at
from core.files.table import Table
from core.history import changes as changes_, events, feed as feed_
from core.history.changes import Change, Source
from core.history.events import Event, Origin
from core.history.feed import Position
from core.ingest import background, drafting, importing, keys, previewing, receiving
from core.ingest import problems as problems_, quarantine as quarantine_
from core.ingest import requeue as requeue_, states, takeback, uploads
from core.ingest.corridor import Corridor, Draft
from core.ingest.housekeeping import Housekeeper
from core.ingest.idempotency import Receipt, Request
from core.cleaning.plan import Mode, OnError, Plan, checked, parse_steps, reading as reading_
from core.ingest.previewing import PreviewHandle
from core.ingest.problems import Problem
from core.ingest.quarantine import QuarantinedRow
from core.ingest.rollback import Rollback
from core.ingest.uploads import Upload
from core.integrity import check as check_
from core.integrity.findings import Report
from core.jobs import table as jobs
from core.jobs.clock import Clock
from core.jobs.progress import Progress
from core.jobs.table import Job
from core.records import edit as edit_, export, requests
from core.records.query import Result, Where
from core.settings import Settings, load
from core.storage.duckfile.database import open_database, release
from core.storage.ids import check_id
from core.storage.warm import warm_up
from core.telemetry.engine import Engine
from core.telemetry.observing import observe

# A path, a stream, chunks of bytes, or a frame: of pandas, polars, Arrow, or what speaks Arrow's C stream.
Bytes = Path | str | BinaryIO | Iterable[bytes] | Frame


class Workbench:
    """An open Marquee database. Use it as a context manager, or call `close`.

    Every method raises errors of `core.errors` and nothing else on bad input.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.registry = Registry(settings.datasets_dir)
        warm_up()
        self.database = open_database(settings.database, settings, observe)
        self.database.read(events.go_on)
        self.corridor = Corridor(self.database, self.registry, settings)
        self.engine = Engine(self.database, settings)
        self.origin = Origin()
        self.worker = background.worker(self.corridor)
        self.backups = Backups(self.corridor, self.worker, self.origin)
        self.worker.kinds[BACKUP] = self.backups.run
        self.worker.apart.add(BACKUP)  # no import waits until one is made
        self.housekeeper = Housekeeper(self.corridor)
        self.clock = Clock()
        if self.backups.scheduled:
            self.clock.every(60, self.backups.tick)
        self._closed = False
        self.database.recovery.again.append(self._go_on)

    def _go_on(self) -> None:
        # The database was opened anew while the services run: they take up what was interrupted.
        if self.worker.alive and not self.worker.busy:
            self.database.write(background.resume)
        self.worker.wake()

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
        other.backups = self.backups.through(other.origin)
        return other

    def start(self) -> None:
        """Start the services of a server: the job worker, the housekeeper and the clock.

        Uploads that a crash left in the middle go on, or are open again.
        """
        self.database.write(background.resume)
        self.worker.start()
        self.housekeeper.start()
        self.clock.start()

    def close(self) -> None:
        """Stop the services and let go of the file."""
        if not self._closed:
            self._closed = True
            self.engine.close()
            self.clock.stop()
            self.worker.stop()
            self.housekeeper.stop()
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
        self, path: str | Path, name: str, *, save: bool = False, **reading: Any
    ) -> Dataset:
        """A dataset made from a sample file; with `save` it becomes one of the datasets."""
        table = self.read(path, **reading)
        sample = list(table.rows(limit=5_000))
        dataset = infer_.infer(name, table.names, sample)
        if save:
            self.save_dataset(dataset)
        return dataset

    def save_dataset(self, dataset: Dataset, *, replace: bool = False) -> Path:
        """Keep a dataset as TOML in the datasets folder. Raises Conflict when the name is taken.

        Records that are there are folded anew when the key changed. BadDataset when two would be the same,
        when a field has values of another type, or has another name now; the file is as it was then.
        """
        self.database.read(lambda c: tables.missing(c, dataset))
        self.database.read(lambda c: evolving.refuse(c, dataset))
        self.database.read(lambda c: keys.refuse_doubles(c, dataset))
        path = self.registry.save(dataset, replace=replace)
        self.corridor.dataset(dataset.name)
        self.database.write(
            lambda c: events.append(c, "dataset.saved", self.origin, dataset=dataset.name)
        )
        return path

    def data_version(self, dataset: str) -> int:
        """A number that grows with every change to the dataset's records."""
        return self.database.read(lambda c: tables.data_version(c, dataset))

    # -------------------------------------------------------------- reading and importing

    def read(self, path: str | Path, *, first: bool = False, **overrides: Any) -> Table:
        """Read a file without importing it: columns, rows of text, decisions with their evidence.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        if not isinstance(path, (str, Path)):
            raise InputError(f"a {type(path).__name__} is no path", hint="Name a file.")
        return reader.read(
            file_at(path),
            cache_dir=self.settings.data_dir / ".cache",
            settings=self.settings,
            first=first,
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
        """Keep a file's bytes and open an upload for it. Raises DuplicateUpload unless `force`.

        A pandas, polars or Arrow frame is kept as JSON, one object per row.
        """
        plan = self._new_plan(dataset, mode, on_error, source_name, reading, recipe)
        with receiving.given(self.corridor, source, filename) as (found, name):
            return receiving.receive(
                self.corridor, found, plan, self.origin, filename=name, force=force
            )

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
        return receiving.receive_once(self.corridor, raw, plan, self.origin, request, force=force)

    def _new_plan(
        self,
        dataset: str,
        mode: Mode,
        on_error: OnError,
        source: str | None,
        reading: Mapping[str, Any] | None,
        recipe: Sequence[Any] | None,
    ) -> Plan:
        return checked(
            dataset=dataset,
            mode=mode,
            on_error=on_error,
            source=source,
            together=True,
            recipe=None if recipe is None else parse_steps(self.dataset(dataset), recipe),
            reading=reading_(reading or {}),
        )

    def draft(self, upload_id: str, *, first: bool = False) -> Draft:
        """How an upload was read and how its columns are mapped; nothing is checked yet.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        return drafting.draft(self.corridor, upload_id, first=first)

    def plan(self, upload_id: str, **changes: Any) -> Upload:
        """Change an open upload's plan: choices (column to field), steps, mode, on_error, reading, confirmed."""
        return drafting.plan(self.corridor, upload_id, **changes)

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
        """What importing a file, a frame (or an upload, by its id) would do. Live data stays untouched.

        An upload that was cancelled is open again.

        Options for a new file: mode, on_error, source_name, reading, filename.
        """
        upload_id = self._upload_id(source)
        if upload_id is None:
            options.setdefault("force", True)
            upload_id = self.receive(source, dataset=dataset, **options).id
            options = {}
        if mapping or recipe is not None or options:
            self.plan(upload_id, choices=mapping, steps=recipe, **options)
        elif self.upload(upload_id).status == "cancelled":
            with self.corridor.shelf.held(upload_id):  # what was cancelled comes to its end first
                self.database.write(lambda c: states.reopen(c, upload_id))
        preview = previewing.preview(self.corridor, upload_id, progress)
        return PreviewHandle(self.corridor, preview)

    def at_hand(self, upload_id: str) -> bool:
        """Whether the preview of an upload is there without reading the whole file again."""
        return previewing.at_hand(self.corridor, upload_id)

    def _upload_id(self, source: object) -> str | None:
        if not isinstance(source, str) or len(source) != 36 or Path(source).exists():
            return None
        return self.upload(source).id

    def commit(self, upload_id: str, progress: Progress | None = None) -> Upload:
        """Import what was previewed. Raises StalePreview when it would do something else by now."""
        return importing.commit(self.corridor, upload_id, self.origin, progress)

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
        """Receive, preview and commit a file or a frame in one go. Raises DuplicateUpload unless `force=True`."""
        upload = self.receive(source, dataset=dataset, **options)
        if mapping or recipe is not None:
            self.plan(upload.id, choices=mapping, steps=recipe)
        return importing.commit(self.corridor, upload.id, self.origin, progress, promised=False)

    # -------------------------------------------------------------- jobs

    def submit(self, upload_id: str, kind: str = "import", *, promised: bool = False) -> Job:
        """Do it in the background: import or preview. Poll `job(id)`."""
        job_id = background.submit(
            self.corridor, self.worker, upload_id, kind, self.origin, promised
        )
        return self.job(job_id)

    def job(self, job_id: str) -> Job:
        """A job with its progress of this moment. Raises NotFound."""
        return self.worker.live(lambda: [self.database.read(lambda c: jobs.get(c, job_id))])[0]

    def jobs(self, upload_id: str | None = None, *, limit: int = 50) -> list[Job]:
        """Jobs, the newest first."""
        return self.worker.live(
            lambda: self.database.read(lambda c: jobs.find(c, upload_id=upload_id, limit=limit))
        )

    def cancel(self, upload_id: str) -> Upload:
        """Stop what runs for an upload, or close one that is not imported. Leaves nothing behind."""
        background.cancel(self.corridor, self.worker, upload_id, self.origin)
        return self.upload(upload_id)

    # -------------------------------------------------------------- uploads

    def uploads(self, **filters: Any) -> list[Upload]:
        """Uploads and rollbacks, the newest first. Filters: dataset, status, kind, limit, offset."""
        return self.database.read(lambda c: uploads.find(c, **filters))

    def upload(self, upload_id: str) -> Upload:
        """One upload. Raises NotFound."""
        return self.corridor.upload(upload_id)

    def original(self, upload_id: str) -> Path:
        """The file as it came. Raises NotFound when it is gone."""
        return receiving.original(self.corridor, self.upload(upload_id))

    def problems(self, upload_id: str) -> list[Problem]:
        """What was wrong, grouped by cause; errors first."""
        upload = self.upload(upload_id)
        dataset = self.dataset(upload.dataset)
        return self.database.read(lambda c: problems_.load(c, upload.id, dataset))

    def changes(
        self, upload_id: str, *, kind: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Change]:
        """What an imported upload (or a rollback) changed, with old and new values, in the file's order.

        `kind`: insert, update, delete or restore. What a preview would change: `preview(id).changes()`.
        """
        upload = self.upload(upload_id)
        definition = self.corridor.dataset(upload.dataset)
        return self.database.read(
            lambda c: changes_.page_of_upload(
                c, definition, upload.id, kind=kind, limit=limit, offset=offset
            ),
            name="changes of an upload",
        )

    def quarantine(
        self, upload_id: str, *, status: str | None = "waiting", limit: int = 1_000, offset: int = 0
    ) -> list[QuarantinedRow]:
        """Rows that were not imported, as they stood, with the rules they break.

        Raises NotFound when the text of a row is only in the raw file, and that is gone.
        """
        upload = self.upload(upload_id)
        importing.read_quarantine(self.corridor, upload)
        columns = upload.reading.get("columns", [])
        return self.database.read(
            lambda c: quarantine_.load(
                c, upload.id, columns, status=status, limit=limit, offset=offset
            )
        )

    def quarantine_csv(self, upload_id: str) -> Iterator[bytes]:
        """The rows that wait, with their place and problems, as a CSV file to repair and import."""
        upload = self.upload(upload_id)
        titles = {f"{p.field or ''}:{p.rule}": p.title for p in self.problems(upload.id)}
        columns = upload.reading.get("columns", [])
        return export.quarantine_csv(columns, self._waiting(upload.id), titles)

    def _waiting(self, upload_id: str) -> Iterator[QuarantinedRow]:
        offset = 0
        while page := self.quarantine(upload_id, limit=5_000, offset=offset):
            yield from page
            offset += len(page)

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
        return requests.select(
            self.database,
            self.corridor.dataset(dataset),
            where=where,
            order_by=order_by,
            search=search,
            fields=fields,
            limit=limit,
            offset=offset,
            after=after,
        )

    def count(
        self, dataset: str = "celebrities", *, where: Where = None, search: str | None = None
    ) -> int:
        """How many records fit."""
        return requests.count(self.database, self.corridor.dataset(dataset), where, search)

    def record(self, dataset: str, record_id: str) -> dict[str, Any]:
        """One record with `_version`, `_upload_id`, ... Raises NotFound."""
        definition = self.corridor.dataset(dataset)
        return self.database.read(lambda c: edit_.fetch(c, definition, record_id), name="record")

    def edit(
        self, dataset: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None
    ) -> dict[str, Any]:
        """Change fields of a record: cleaned and checked like an import, versioned, in history.

        Raises BadValue with every fault, VersionMismatch when `version` is not the present one.
        """
        definition = self.corridor.dataset(dataset)
        return requests.edit(self.database, definition, record_id, values, self.origin, version)

    def mismatch(
        self, dataset: str, record_id: str, version: int, fields: Iterable[str] = ()
    ) -> VersionMismatch:
        """The error that a record is not at that version any more: it names what changed since."""
        definition = self.corridor.dataset(dataset)
        return self.database.read(
            lambda c: edit_.mismatch(
                c, definition, edit_.fetch(c, definition, record_id), version, fields
            )
        )

    def delete(self, dataset: str, record_id: str, *, version: int | None = None) -> None:
        """Delete a record; `restore` brings it back."""
        definition = self.corridor.dataset(dataset)
        self.database.write(
            lambda c: edit_.delete(c, definition, record_id, self.origin, version), name="delete"
        )

    def restore(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        definition = self.corridor.dataset(dataset)
        return self.database.write(
            lambda c: edit_.restore(c, definition, record_id, self.origin), name="restore"
        )

    def deleted(self, dataset: str, *, limit: int = 100) -> list[Change]:
        """Records that are not there any more, by their last state."""
        definition = self.corridor.dataset(dataset)
        return self.database.read(
            lambda c: changes_.deleted(c, dataset, tables.table(definition), limit=limit)
        )

    # -------------------------------------------------------------- history

    def history(self, dataset: str, record_id: str) -> list[Change]:
        """Every version of a record, the newest first, with old and new values."""
        definition = self.corridor.dataset(dataset)
        with self.database.operations.measure("history"), self.database.reader() as cursor:
            present = edit_.find(cursor, definition, record_id)
            wanted = check_id(record_id, "record")
            kinds = tables.stored(cursor, definition)  # also what fields of before say
            names = tuple(n for n in kinds if n == "_extra" or n[0] != "_" and n != "record_id")
            return changes_.of_record(cursor, dataset, wanted, present, names)

    def sources(self, dataset: str, record_id: str) -> dict[str, Source]:
        """Field by field, the change (and file and row) that gave the present value."""
        present = self.record(dataset, record_id)
        fields = {k: v for k, v in present.items() if not k.startswith("_") or k == "_extra"}
        fields.pop("record_id")
        return changes_.sources(self.history(dataset, record_id), fields)

    def feed(
        self, dataset: str, after: Position | int = 0, *, limit: int = feed_.LIMIT
    ) -> list[feed_.Entry]:
        """Every committed change behind a position (or the number of an act), in the order of the commits."""
        definition = self.corridor.dataset(dataset)
        place = after if isinstance(after, Position) else Position(after)
        return self.database.read(lambda c: feed_.read(c, definition, place, limit=limit))

    def edits(self, *, dataset: str | None = None, limit: int = 100) -> list[Change]:
        """Changes by hand, the newest first."""
        return self.database.read(lambda c: changes_.edits(c, dataset=dataset, limit=limit))

    def events(self, *, limit: int = 100, before: int | None = None) -> list[Event]:
        """The audit trail, the newest first."""
        return self.database.read(lambda c: events.latest(c, limit=limit, before=before))

    def verify_events(self) -> int:
        """Check the chain of the audit trail; returns its length. Raises ChainBroken."""
        return self.database.read(events.verify)

    def check(self, *, deep: bool = False, progress: Progress | None = None) -> Report:
        """Tables against history, ledger against uploads, files against hashes; reads only.

        `deep` reads every raw file again and holds every value that came from it against its row.
        """
        self.corridor.look_at_all()
        return check_.check(self.corridor, deep=deep, progress=progress)

    def sql(self, statement: str) -> Result:
        """A read-only SELECT over the records, history and ops tables; datasets as they are defined."""
        self.corridor.look_at_all()
        return requests.sql(self.database, self.registry.all(), statement)
