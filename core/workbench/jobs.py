"""`workbench.jobs`: work in the background."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from core.ingest import background, idempotency
from core.ingest.uploads import Upload
from core.jobs import results, table
from core.jobs.table import Job
from core.workbench import deferred
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Jobs(Noun):
    """The jobs: list them by calling, get one, submit one, cancel one."""

    @needs("jobs.read", own=True)
    def __call__(
        self, upload_id: str | None = None, *, limit: int = 50, offset: int = 0
    ) -> list[Job]:
        """Jobs, the newest first."""
        return self._services.worker.live(
            lambda: self._database.read(
                lambda c: table.find(c, upload_id=upload_id, limit=limit, offset=offset)
            )
        )

    @needs("jobs.read", own=True)
    def count(self, upload_id: str | None = None) -> int:
        """How many jobs there are, of an upload or of all."""
        return self._database.read(lambda c: table.count(c, upload_id=upload_id))

    @needs("jobs.read", own=True)
    def get(self, job_id: str) -> Job:
        """A job with its progress of this moment. Raises NotFound."""
        return self._ordered(job_id)

    def _ordered(self, job_id: str) -> Job:
        # Whoever ordered a job is given it, also without the permission to see those of others.
        return self._services.worker.live(
            lambda: [self._database.read(lambda c: table.get(c, job_id))]
        )[0]

    @needs("uploads.import")
    def submit(
        self,
        upload_id: str,
        kind: str = "import",
        *,
        promised: bool = False,
        confirm_deletions: bool = False,
    ) -> Job:
        """Do it in the background: import or preview. Poll `get(id)`. `confirm_deletions`: see ImportRequest."""
        access, who = self._services.access, self._actor.who
        with access.ordering(who) if kind == "import" else nullcontext():
            job_id = background.submit(
                *(self._corridor, self._services.worker, upload_id, kind, self._actor),
                *(promised, confirm_deletions),
            )
        return self._ordered(job_id)

    @needs("uploads.write")
    def preview(self, upload_id: str) -> Job:
        """Stage and compare an upload in the background, for whoever brings files that others import."""
        worker = self._services.worker
        return self._ordered(
            background.submit(self._corridor, worker, upload_id, "preview", self._actor, False)
        )

    @needs("uploads.write")
    def may_bring(self, dataset: str) -> None:
        """Before a file is kept: raises Forbidden where what becomes of it could not be told, NotFound."""
        self._may_bring(dataset)
        self._may("jobs.read", {"dataset": dataset, "own": True, "bringing": True})
        self._corridor.registry.get(dataset)

    @needs("uploads.import")
    def may_import(self, dataset: str, *, key: str | None = None) -> None:
        """Before a file is kept that is imported at once: raises TooMany where that could not be ordered now.

        A request with a `key` that was answered before brings nothing new, and passes.
        """
        if key is None or not self._database.read(lambda c: idempotency.known(c, key)):
            self._services.access.check_imports(self._actor.who)

    @needs("uploads.rollback")
    def roll_back(self, upload_id: str, *, limit: int = 1_000) -> Job:
        """Take an upload back in the background; `result(id)` says what became of each record."""
        return self._order(deferred.ROLLBACK, upload_id, {"limit": limit})

    @needs("database.check")
    def check(self, *, deep: bool = False) -> Job:
        """Check everything in the background; `result(id)` is the report."""
        return self._order(deferred.CHECK, None, {"deep": deep})

    def _order(self, kind: str, upload_id: str | None, options: dict[str, Any]) -> Job:
        services = self._services
        return self._ordered(
            deferred.submit(self._corridor, services.worker, kind, upload_id, self._actor, options)
        )

    @needs("jobs.read")
    def result(self, job_id: str) -> dict[str, Any]:
        """What a job of `roll_back` or `check` found. Raises NotFound before its end, and after a week."""
        self.get(job_id)
        return self._database.read(lambda c: results.get(c, job_id))

    @needs("uploads.write")
    def cancel(self, upload_id: str) -> Upload:
        """Stop what runs for an upload, or close one that is not imported. Leaves nothing behind."""
        background.cancel(self._corridor, self._services.worker, upload_id, self._actor)
        return self._corridor.upload(upload_id)
