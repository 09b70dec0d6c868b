"""`workbench.uploads`: files that somebody brought, from the first byte to the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

from core.cleaning import clusters as clusters_
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.errors import InputError
from core.fetching.fetch import fetching
from core.files import store
from core.files.given import file_at
from core.history import changes
from core.history.changes import Change
from core.ingest import (
    analytics as analytics_,
    drafting,
    effects as effects_,
    idempotency,
    importing,
    marked,
    placing,
    previewing,
    problems as problems_,
    quarantine as quarantine_,
)
from core.ingest import receiving, requeue as requeue_, states, uploads
from core.ingest.columns.proposing import Proposal
from core.ingest.corridor import Draft
from core.ingest.drafting import PlanChanges
from core.ingest.effects import Effects
from core.ingest.grid import acting
from core.cleaning.clusters import Method
from core.ingest.grid.models import Cluster, Facet, Fixed, GridPage, Only
from core.ingest.idempotency import Receipt, Request
from core.ingest.placing import SheetPeek
from core.ingest.previewing import PreviewHandle
from core.ingest.problems import Problem
from core.ingest.quarantine import QuarantinedRow, all_waiting
from core.ingest.recipes import undoing
from core.ingest.recipes.undoing import Changes
from core.ingest.uploads import Upload
from core.jobs.progress import Progress
from core.records import export
from core.workbench.datasets import Datasets
from core.workbench.noun import Noun
from core.workbench.policy import needs
from core.workbench.request import Bytes, ImportRequest


class Filters(TypedDict, total=False):
    """Which uploads are listed."""

    dataset: str | None
    status: str | None
    kind: str | None
    sha256: str | None
    target_id: str | None
    limit: int
    offset: int


class Uploads(Noun):
    """The uploads: list them by calling, receive one, look at it, change its plan, fix its rows."""

    @needs("uploads.read")
    def __call__(self, **filters: Unpack[Filters]) -> list[Upload]:
        """Uploads and rollbacks, the newest first. Filters: dataset, status, kind, limit, offset."""
        return self._database.read(lambda c: uploads.find(c, **filters))

    @needs("uploads.read")
    def count(
        self, *, dataset: str | None = None, status: str | None = None, kind: str | None = None
    ) -> int:
        """How many uploads and rollbacks there are."""
        return self._database.read(
            lambda c: uploads.count(c, dataset=dataset, status=status, kind=kind)
        )

    @needs("uploads.read", own=True)
    def get(self, upload_id: str) -> Upload:
        """One upload. Raises NotFound."""
        return self._corridor.upload(upload_id)

    # -------------------------------------------------------------- on the way in

    @needs("uploads.write")
    def receive(self, source: Bytes | store.RawFile, request: ImportRequest) -> Upload:
        """Keep a file's bytes and open an upload for it. Raises DuplicateUpload unless forced.

        A pandas, polars or Arrow frame is kept as JSON, one object per row.
        """
        plan = request.plan(self._services.registry)
        with receiving.given(source, request.filename) as (found, name):
            self._services.access.check_quota(self._actor.who)
            upload = receiving.receive(
                self._corridor, found, plan, self._actor, filename=name, force=request.force
            )
        self._services.access.count_bytes(self._actor.who, upload.size or 0)
        return upload

    @needs("uploads.write")
    def fetch(self, url: str, request: ImportRequest) -> Upload:
        """`receive` for what an http or https address names. The source is the address, where none is said.

        Raises AddressRefused for a host of this machine's network that the settings do not allow, FetchFailed.
        """
        self._may_bring(request.dataset)
        with fetching(url, self._services.settings) as found:
            named = replace(
                request,
                filename=request.filename or found.filename,
                source_name=request.source_name or url.partition("?")[0],
            )
            return self.receive(found.pieces, named)

    @needs("uploads.write")
    def receive_once(self, raw: store.RawFile, key: Request, request: ImportRequest) -> Receipt:
        """`receive` for a client that may send the same request again: the same upload answers it.

        Raises IdempotencyMismatch when the key was used for another request.
        """
        plan = request.plan(self._services.registry)
        self._services.access.check_quota(self._actor.who)
        receipt = receiving.receive_once(
            self._corridor, raw, plan, self._actor, key, force=request.force
        )
        if not receipt.replayed:
            self._services.access.count_bytes(self._actor.who, raw.size)
        return receipt

    @needs("uploads.write")
    def forget(self, key: str) -> None:
        """Who brings a file with this key next is new. Harmless when nobody had it."""
        idempotency.forget(self._database, key)

    @needs("uploads.read")
    def draft(self, upload_id: str, *, first: bool = False) -> Draft:
        """How an upload was read and how its columns are mapped; nothing is checked yet.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        return drafting.draft(self._corridor, upload_id, first=first)

    @needs("uploads.write")
    def plan(self, upload_id: str, **changes: Unpack[PlanChanges]) -> Upload:
        """Change an open upload's plan: choices (column to field), steps, table_steps, mode, on_error, reading, confirmed."""
        return drafting.plan(self._corridor, upload_id, actor=self._actor, **changes)

    @needs("uploads.read")
    def analytics(
        self, *, days: int = 30, by: analytics_.By = "door", dataset: str | None = None
    ) -> analytics_.Analytics:
        """Figures of the last days by door, source, actor or dataset: uploads, rows, rejects, speed, wait, top causes."""
        return self._database.read(
            lambda c: analytics_.analytics(c, self._services.registry, days, by, dataset)
        )

    @needs("uploads.read")
    def behind(
        self,
        *,
        days: int = 30,
        by: analytics_.By = "door",
        value: str | None = None,
        day: date | None = None,
        dataset: str | None = None,
        cause: tuple[str | None, str] | None = None,
    ) -> list[Upload]:
        """The uploads behind a figure of `analytics`: of a day, of a group, or with a cause (field, rule)."""
        return self._database.read(
            lambda c: analytics_.uploads_of(
                c, days, by=by, value=value, day=day, dataset=dataset, cause=cause
            )
        )

    # -------------------------------------------------------------- what its rows are

    @needs("uploads.read")
    def proposals(self, upload_id: str) -> list[Proposal]:
        """Every dataset with how well it fits the file, the best first; the first may fit badly (`.fits`)."""
        return placing.proposals(self._corridor, upload_id)

    @needs("uploads.write")
    def move(self, upload_id: str, dataset: str) -> Upload:
        """An open upload goes to another dataset; its columns are mapped anew."""
        return placing.move(self._corridor, upload_id, dataset, self._actor)

    @needs("datasets.write")
    def new_dataset(self, upload_id: str, name: str | None = None, *, title: str = "") -> Upload:
        """Make a dataset of the columns and values of an open upload's file, and move the upload there.

        Without a name, that of the file is taken. Raises Conflict for a name that is taken, BadDataset.
        """
        found = self.get(upload_id)
        name = name or placing.name_for(self._corridor, found.filename)
        made = placing.inferred(self._corridor, upload_id, name, title)
        Datasets(self._services, self._actor).save(made)
        return placing.move(self._corridor, upload_id, made.name, self._actor)

    @needs("datasets.write")
    def new_field(self, upload_id: str, column: str) -> Upload:
        """Add a field to the upload's dataset, made of a column of its file, and let the column go there.

        Raises Conflict for a dataset that comes with Marquee, NotFound for a column that is not there.
        """
        dataset, name = placing.with_field(self._corridor, upload_id, column)
        Datasets(self._services, self._actor).save(dataset, replace=True)
        return self.plan(upload_id, choices={column: name})

    @needs("uploads.read")
    def sheets(self, upload_id: str) -> list[SheetPeek]:
        """The sheets of a workbook with their sizes and first rows; empty for other files. Several: `queue.split`."""
        return placing.sheets(self._corridor, upload_id)

    @needs("uploads.write")
    def undo(self, upload_id: str) -> Upload:
        """Take the last change of an open upload's plan back. Raises WrongState when there is none."""
        return drafting.turn(self._corridor, upload_id, back=True)

    @needs("uploads.write")
    def redo(self, upload_id: str) -> Upload:
        """Make the change again that was undone last. Raises WrongState when there is none."""
        return drafting.turn(self._corridor, upload_id, back=False)

    @needs("uploads.read")
    def undoable(self, upload_id: str) -> Changes:
        """How many changes of the plan can be undone, and redone."""
        return self._database.read(lambda c: undoing.counted(c, upload_id))

    @needs("uploads.read")
    def effects(
        self,
        upload_id: str,
        *,
        steps: Sequence[Step] = (),
        table_steps: Sequence[TableStep] | None = None,
        whole: bool = False,
    ) -> Effects:
        """What each table step does, and each of `steps` on the fields: cells changed, rows gone, before and after.

        Of the first 20,000 rows, or of the `whole` file. `table_steps`: of others than the upload has, before they are kept.
        """
        rows = None if whole else effects_.ROWS
        return effects_.effects(
            self._corridor, upload_id, steps, table_steps=table_steps, rows=rows
        )

    @needs("uploads.read")
    def spellings(
        self, upload_id: str, column: str, method: str = "fingerprint"
    ) -> list[clusters_.Cluster]:
        """Spellings of a column that probably mean the same: fingerprint, ngram, phonetic or nearest.

        A table step `merge` makes one of them: {"op": "merge", "columns": [column], "values": {spelling: one}}.
        """
        return effects_.spellings(self._corridor, upload_id, column, method)

    @needs("uploads.write")
    def reopen(self, upload_id: str) -> None:
        """An upload that was cancelled is open again."""
        if self.get(upload_id).status == "cancelled":
            with self._corridor.shelf.held(upload_id):  # what was cancelled comes to its end first
                self._database.write(lambda c: states.reopen(c, upload_id))

    @needs("uploads.read")
    def preview(self, upload_id: str, progress: Progress | None = None) -> PreviewHandle:
        """What importing it would do. Live data stays untouched."""
        return PreviewHandle(
            self._corridor, previewing.preview(self._corridor, upload_id, progress)
        )

    @needs("uploads.read")
    def at_hand(self, upload_id: str) -> bool:
        """Whether the preview of an upload is there without reading the whole file again."""
        return previewing.at_hand(self._corridor, upload_id)

    # -------------------------------------------------------------- its rows as a grid

    @needs("uploads.read")
    def grid(
        self, upload_id: str, only: Only | None = None, *, limit: int = 100, offset: int = 0
    ) -> GridPage:
        """Rows of an open upload as they are cleaned, what is wrong in which cell, and the repair where it is clear.

        Raises WrongState for what is imported already: see `quarantine`.
        """
        return acting.page(self._corridor, upload_id, only or Only(), limit=limit, offset=offset)

    @needs("uploads.read")
    def standing(self, upload_id: str) -> PreviewHandle:
        """The last preview, with cells that were fixed since checked anew in the grid alone."""
        return PreviewHandle(self._corridor, acting.standing(self._corridor, upload_id))

    @needs("uploads.read")
    def stands(self, upload_id: str) -> bool:
        """Whether `grid` and `standing` answer without reading the whole file again."""
        return acting.at_hand(self._corridor, upload_id)

    @needs("uploads.read")
    def facet(self, upload_id: str, column: str, *, limit: int = 50) -> Facet:
        """The texts of a column (or field) with their counts; blank and wrong cells."""
        return acting.facet(self._corridor, upload_id, column, limit=limit)

    @needs("uploads.read")
    def clusters(
        self, upload_id: str, column: str, method: Method = "fingerprint"
    ) -> list[Cluster]:
        """Spellings of a column that may be one text: by fingerprint, ngram, phonetic or nearest."""
        return acting.clusters(self._corridor, upload_id, column, method)

    @needs("uploads.write")
    def fix(self, upload_id: str, given: Mapping[int, Mapping[str, str | None]]) -> Fixed:
        """Type cells of an open upload anew: row number to {column of the file: text}; one act, which can be undone.

        Raises NotFound for a row or column that is not there, TooManyRows for more than 50,000 rows.
        """
        return acting.fix(self._corridor, upload_id, given, self._actor)

    @needs("uploads.write")
    def fix_all(
        self,
        upload_id: str,
        column: str,
        found: Sequence[str | None],
        text: str | None,
        *,
        dry_run: bool = False,
    ) -> Fixed:
        """Fix every cell of a column in which one of these texts stands. With `dry_run` only how many there are."""
        return acting.replace(
            self._corridor, upload_id, column, found, text, self._actor, dry_run=dry_run
        )

    @needs("uploads.write")
    def find_and_replace(
        self,
        upload_id: str,
        find: str,
        text: str,
        *,
        column: str | None = None,
        dry_run: bool = False,
    ) -> Fixed:
        """A part of a text becomes another, in one column or all. With `dry_run` only in how many cells."""
        return acting.find_and_replace(
            *(self._corridor, upload_id, find, text, self._actor), column=column, dry_run=dry_run
        )

    @needs("uploads.write")
    def undo_fix(self, upload_id: str) -> Fixed:
        """Take the newest act of fixing back; without one nothing happens."""
        return acting.undo(self._corridor, upload_id, self._actor)

    @needs("uploads.write")
    def redo_fix(self, upload_id: str) -> Fixed:
        """Do again what `undo_fix` took back last."""
        return acting.redo(self._corridor, upload_id, self._actor)

    # -------------------------------------------------------------- what is known of one

    @needs("uploads.read", takes="a raw file")
    def original(self, upload_id: str) -> Path:
        """The file as it came. Raises NotFound when it is gone."""
        return receiving.original(self._corridor, self.get(upload_id))

    @needs("uploads.read", own=True)
    def problems(self, upload_id: str) -> list[Problem]:
        """What was wrong, grouped by cause; errors first."""
        upload = self.get(upload_id)
        dataset = self._services.registry.get(upload.dataset)
        found = self._database.read(lambda c: problems_.load(c, upload.id, dataset))
        if self._services.access.shows_records(self._actor):
            return found
        return problems_.without_records(found)

    @needs("uploads.read")
    def changes(
        self, upload_id: str, *, kind: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Change]:
        """What an imported upload (or a rollback) changed, with old and new values, in the file's order.

        `kind`: insert, update, delete or restore. What a preview would change: `preview(id).changes()`.
        """
        upload = self.get(upload_id)
        definition = self._corridor.dataset(upload.dataset)
        return self._database.read(
            lambda c: changes.page_of_upload(
                c, definition, upload.id, kind=kind, limit=limit, offset=offset
            ),
            name="changes of an upload",
        )

    @needs("uploads.read")
    def count_changes(self, upload_id: str, *, kind: str | None = None) -> int:
        """How many changes an imported upload (or a rollback) made."""
        upload = self.get(upload_id)
        return self._database.read(lambda c: changes.count_of_upload(c, upload.id, kind))

    # -------------------------------------------------------------- rows that were not imported

    @needs("uploads.read", own=True)
    def quarantine(
        self, upload_id: str, *, status: str | None = "waiting", limit: int = 1_000, offset: int = 0
    ) -> list[QuarantinedRow]:
        """Rows that were not imported, as they stood, with the rules they break.

        Raises NotFound when the text of a row is only in the raw file, and that is gone.
        """
        upload = self.get(upload_id)
        importing.read_quarantine(self._corridor, upload)
        columns = upload.reading.get("columns", [])
        return self._database.read(
            lambda c: quarantine_.load(
                c, upload.id, columns, status=status, limit=limit, offset=offset
            )
        )

    @needs("uploads.read")
    def all_waiting(self) -> dict[str, int]:
        """Upload id to rows that wait in quarantine, for all uploads that have some."""
        return self._database.read(all_waiting)

    @needs("uploads.read", own=True)
    def waiting(self, upload_id: str) -> int:
        """How many rows are in quarantine."""
        return self._corridor.waiting(upload_id)

    @needs("uploads.read", takes="the quarantine", own=True)
    def quarantine_csv(self, upload_id: str) -> Iterator[bytes]:
        """The rows that wait, with their place and problems, as a CSV file to repair and import."""
        upload = self.get(upload_id)
        titles = {f"{p.field or ''}:{p.rule}": p.title for p in self.problems(upload.id)}
        columns = upload.reading.get("columns", [])
        return export.quarantine_csv(columns, self._waiting(upload.id), titles)

    @needs("uploads.read", takes="the quarantine", own=True)
    def quarantine_workbook(self, upload_id: str, to: str | Path) -> int:
        """Write the rows that wait as an Excel workbook, faulty cells coloured and commented; gives how many rows.

        An .xlsx file that was uploaded is marked as it is, everything else in it stays; of other files a workbook is made.
        Repaired, it comes back with `bring_back`. Raises InputError where no row waits.
        """
        return marked.workbook(self._corridor, self.get(upload_id), Path(to))

    @needs("quarantine.requeue")
    def bring_back(
        self, upload_id: str, path: str | Path, *, filename: str | None = None
    ) -> requeue_.Requeued:
        """Bring back the rows that were changed in a repaired quarantine file (workbook or CSV), under the same upload.

        Rows that are not in it, or as they were, stay in quarantine. Raises InputError for another file, or one
        of another upload, or without a change.
        """
        source = file_at(path)
        if marked.upload_of(source) not in (None, upload_id):
            raise InputError(
                f"this is the quarantine of another upload: {marked.upload_of(source)}",
                hint="Bring it back at that upload.",
            )
        found = marked.repaired(
            self._corridor, self.get(upload_id), source, filename or source.name
        )
        if not found.fixes:
            raise InputError(f"none of {found.seen:,} rows was changed in this file")
        return requeue_.requeue(self._corridor, upload_id, found.fixes, self._actor)

    @needs("uploads.read")
    def marked_for(self, path: str | Path) -> str | None:
        """The id of the upload whose quarantine a workbook holds; None for any other file."""
        return marked.upload_of(file_at(path))

    @needs("quarantine.requeue")
    def discard(
        self, upload_id: str, rows: Sequence[int] | None = None, *, back: bool = False
    ) -> requeue_.Requeued:
        """Rows of the quarantine wait no more; all of them without `rows`. `back` lets discarded ones wait again.

        Raises NotFound where none of them is there.
        """
        wanted = None if rows is None else list(rows)
        return requeue_.discard(self._corridor, upload_id, wanted, self._actor, back=back)

    def _waiting(self, upload_id: str) -> Iterator[QuarantinedRow]:
        offset = 0
        while page := self.quarantine(upload_id, limit=5_000, offset=offset):
            yield from page
            offset += len(page)

    @needs("quarantine.requeue")
    def requeue(
        self, upload_id: str, fixes: Mapping[int, Mapping[str, str | None]]
    ) -> requeue_.Requeued:
        """Bring fixed rows back under the same upload: row number to {column of the file: text}.

        Rows that are still wrong stay in quarantine.
        """
        return requeue_.requeue(self._corridor, upload_id, fixes, self._actor)
