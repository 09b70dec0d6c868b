"""`workbench.jobs`: work in the background."""

from __future__ import annotations

from core.ingest import background
from core.ingest.uploads import Upload
from core.jobs import table
from core.jobs.table import Job
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Jobs(Noun):
    """The jobs: list them by calling, get one, submit one, cancel one."""

    @needs("jobs.read")
    def __call__(self, upload_id: str | None = None, *, limit: int = 50) -> list[Job]:
        """Jobs, the newest first."""
        return self._services.worker.live(
            lambda: self._database.read(lambda c: table.find(c, upload_id=upload_id, limit=limit))
        )

    @needs("jobs.read")
    def get(self, job_id: str) -> Job:
        """A job with its progress of this moment. Raises NotFound."""
        return self._services.worker.live(
            lambda: [self._database.read(lambda c: table.get(c, job_id))]
        )[0]

    @needs("uploads.import")
    def submit(self, upload_id: str, kind: str = "import", *, promised: bool = False) -> Job:
        """Do it in the background: import or preview. Poll `get(id)`."""
        job_id = background.submit(
            self._corridor, self._services.worker, upload_id, kind, self._actor, promised
        )
        return self.get(job_id)

    @needs("uploads.write")
    def cancel(self, upload_id: str) -> Upload:
        """Stop what runs for an upload, or close one that is not imported. Leaves nothing behind."""
        background.cancel(self._corridor, self._services.worker, upload_id, self._actor)
        return self._corridor.upload(upload_id)
