"""`workbench.uploads`: files that somebody brought, from the first byte to the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict, Unpack

from core.files import store
from core.history import changes
from core.history.changes import Change
from core.ingest import (
    drafting,
    importing,
    previewing,
    problems as problems_,
    quarantine as quarantine_,
)
from core.ingest import receiving, requeue as requeue_, states, uploads
from core.ingest.corridor import Draft
from core.ingest.drafting import PlanChanges
from core.ingest.idempotency import Receipt, Request
from core.ingest.previewing import PreviewHandle
from core.ingest.problems import Problem
from core.ingest.quarantine import QuarantinedRow
from core.ingest.uploads import Upload
from core.jobs.progress import Progress
from core.records import export
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
            return receiving.receive(
                self._corridor, found, plan, self._actor, filename=name, force=request.force
            )

    @needs("uploads.write")
    def receive_once(self, raw: store.RawFile, key: Request, request: ImportRequest) -> Receipt:
        """`receive` for a client that may send the same request again: the same upload answers it.

        Raises IdempotencyMismatch when the key was used for another request.
        """
        plan = request.plan(self._services.registry)
        return receiving.receive_once(
            self._corridor, raw, plan, self._actor, key, force=request.force
        )

    @needs("uploads.read")
    def draft(self, upload_id: str, *, first: bool = False) -> Draft:
        """How an upload was read and how its columns are mapped; nothing is checked yet.

        With `first`, the beginning of a large file is enough: its table is not `whole`.
        """
        return drafting.draft(self._corridor, upload_id, first=first)

    @needs("uploads.write")
    def plan(self, upload_id: str, **changes: Unpack[PlanChanges]) -> Upload:
        """Change an open upload's plan: choices (column to field), steps, mode, on_error, reading, confirmed."""
        return drafting.plan(self._corridor, upload_id, **changes)

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

    # -------------------------------------------------------------- what is known of one

    @needs("uploads.read")
    def original(self, upload_id: str) -> Path:
        """The file as it came. Raises NotFound when it is gone."""
        return receiving.original(self._corridor, self.get(upload_id))

    @needs("uploads.read")
    def problems(self, upload_id: str) -> list[Problem]:
        """What was wrong, grouped by cause; errors first."""
        upload = self.get(upload_id)
        dataset = self._services.registry.get(upload.dataset)
        return self._database.read(lambda c: problems_.load(c, upload.id, dataset))

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

    # -------------------------------------------------------------- rows that were not imported

    @needs("uploads.read")
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
    def waiting(self, upload_id: str) -> int:
        """How many rows are in quarantine."""
        return self._corridor.waiting(upload_id)

    @needs("uploads.read")
    def quarantine_csv(self, upload_id: str) -> Iterator[bytes]:
        """The rows that wait, with their place and problems, as a CSV file to repair and import."""
        upload = self.get(upload_id)
        titles = {f"{p.field or ''}:{p.rule}": p.title for p in self.problems(upload.id)}
        columns = upload.reading.get("columns", [])
        return export.quarantine_csv(columns, self._waiting(upload.id), titles)

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
