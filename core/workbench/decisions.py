"""`workbench.decisions`: what somebody decides in the preview of an upload, row by row or all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.ingest import choosing
from core.ingest.choosing import Conflict, Sweeping
from core.ingest.preview import Outcome
from core.ingest.previewing import PreviewHandle
from core.workbench.noun import Noun
from core.workbench.policy import needs


class Decisions(Noun):
    """Which rows of an open upload come in, as whom, and what stays: part of its plan, undone by `uploads.undo`."""

    @needs("uploads.read")
    def __call__(self, upload_id: str) -> dict[int, str]:
        """What was decided: row (from 1) to `leave`, `new`, the id of the record that it is, or `counts`."""
        plan = self._corridor.upload(upload_id).plan
        return {**plan.decided, **dict.fromkeys(plan.preferred, choosing.COUNTS)}

    @needs("uploads.read")
    def conflicts(self, upload_id: str, *, limit: int = 50, offset: int = 0) -> list[Conflict]:
        """Rows that could mean several records, each with those records, in the order of the file."""
        return choosing.conflicts(self._corridor, upload_id, limit=limit, offset=offset)

    @needs("uploads.read")
    def count_conflicts(self, upload_id: str) -> int:
        """How many rows could mean several records."""
        return choosing.count_conflicts(self._corridor, upload_id)

    @needs("uploads.read")
    def fields(self, upload_id: str) -> dict[str, int]:
        """Field to how many records would get another value in it."""
        return choosing.fields(self._corridor, upload_id)

    @needs("uploads.write")
    def rows(self, upload_id: str, rows: Mapping[int, str | None]) -> PreviewHandle:
        """Decide of rows: `leave` (they wait in quarantine), `new`, the id of a record, None to withdraw.

        `counts`: of several rows of the file that are one record, this one stands for all; the others fill what it lacks.
        Raises InputError for another word, NotFound for a row that is not there, TooManyRows for more than 20,000.
        """
        made = choosing.decide(self._corridor, upload_id, rows, self._actor)
        return PreviewHandle(self._corridor, made)

    @needs("uploads.write")
    def sweep(self, upload_id: str, outcome: Outcome, choice: Sweeping | None) -> PreviewHandle:
        """Decide of all rows with an outcome: leave or new; of conflicting ones first or last, too.

        Of repeated ones first or last alone: that row of each record counts. None withdraws all.
        """
        made = choosing.sweep(self._corridor, upload_id, outcome, choice, self._actor)
        return PreviewHandle(self._corridor, made)

    @needs("uploads.write")
    def keep(
        self,
        upload_id: str,
        *,
        fields: Iterable[str] | None = None,
        records: Iterable[str] | None = None,
    ) -> PreviewHandle:
        """Records keep what they have in `fields`; `records` are not deleted. Each is the whole list; None leaves it."""
        made = choosing.keep(self._corridor, upload_id, self._actor, fields=fields, records=records)
        return PreviewHandle(self._corridor, made)
