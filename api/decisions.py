"""What somebody decides in the preview of an upload: rows, fields and records that stay, conflicts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from api import views
from api.bench import Bench
from api.models import Answer
from api.paging import Count, Offset, Page, page
from core.ingest.choosing import Sweeping
from core.ingest.uploads import Counts

router = APIRouter(tags=["uploads"])


class Decisions(Answer):
    """What was decided of an upload, how many records each field would change, and what the import would do now."""

    rows: dict[int, str] = Field(
        description="Row (from 1) to leave, new, counts, or the id of a record"
    )
    kept_fields: list[str] = Field(description="Records that are there keep what they have in them")
    kept_records: list[str] = Field(description="Not deleted, though the source lacks them now")
    changing: dict[str, int] = Field(description="Field to how many records would change in it")
    counts: Counts


class DecisionsBody(BaseModel):
    """What is decided; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    rows: dict[int, str | None] | None = Field(
        None,
        max_length=20_000,
        description="Row to leave, new, the id of a record, or counts: of several rows that are one record,"
        " this one stands for all; null withdraws it",
    )
    outcome: Literal["new", "changed", "conflicting", "repeated"] | None = Field(
        None, description="All rows with this outcome are decided as `choice` says, which is needed"
    )
    choice: Sweeping | None = Field(
        None,
        description="Needs `outcome`, also as `null`: leave these rows out, make new records of them, or, of conflicting or"
        " repeated rows for one record, take the first or the last (a single row that `counts` is named in `rows`)."
        " `null` withdraws every decision about rows, whatever the outcome",
    )
    kept_fields: list[str] | None = Field(
        None, description="Fields in which existing records keep their values; replaces the list"
    )
    kept_records: list[str] | None = Field(
        None, description="Records that are not deleted; replaces the list"
    )

    @model_validator(mode="after")
    def _both(self) -> DecisionsBody:
        # A forgotten `choice` would withdraw all that somebody decided; null says that it is meant. Without an outcome
        # it would do nothing, and the answer would look as if it had.
        if self.outcome and "choice" not in self.model_fields_set:
            raise ValueError("outcome needs a choice; null withdraws every decision about rows")
        if "choice" in self.model_fields_set and not self.outcome:
            raise ValueError("choice needs an outcome: of which rows?")
        return self


class Candidate(Answer):
    """A record that a row may be, with the value that tells the records of one key apart."""

    record_id: str
    title: str | None
    apart: str | None


class Conflict(Answer):
    """A row that could mean several records."""

    row: int
    line: int | None
    title: str | None
    rule: str
    why: str
    apart: str | None
    records: list[Candidate]


class ConflictList(Page):
    """Rows that could mean several records, in the order of the file."""

    conflicts: list[Conflict]


@router.get("/uploads/{upload_id}/decisions", response_model=Decisions)
def get_decisions(workbench: Bench, upload_id: str) -> Response:
    """What was decided in the preview, and how many records each field would change."""
    return _answer(workbench, upload_id)


@router.put("/uploads/{upload_id}/decisions", response_model=Decisions)
def decide_rows(workbench: Bench, upload_id: str, body: DecisionsBody) -> Response:
    """Decide of rows, of all rows with an outcome, of fields and of records that would be deleted.

    A row that is left out waits in quarantine. Of repeated rows, `first` or `last` of each record counts.
    Nothing live changes; `POST /uploads/{id}/undo` takes it back.
    """
    decisions = workbench.decisions
    decisions(upload_id)  # who could not be told what came of it decides nothing
    if body.rows:
        decisions.rows(upload_id, body.rows)
    if body.outcome:
        decisions.sweep(upload_id, body.outcome, body.choice)
    if body.kept_fields is not None or body.kept_records is not None:
        decisions.keep(upload_id, fields=body.kept_fields, records=body.kept_records)
    return _answer(workbench, upload_id)


@router.get("/uploads/{upload_id}/conflicts", response_model=ConflictList)
def list_conflicts(
    request: Request,
    workbench: Bench,
    upload_id: str,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """Rows that could mean several records, each with those records."""
    found = workbench.decisions.conflicts(upload_id, limit=limit + 1, offset=offset)
    total = (lambda: workbench.decisions.count_conflicts(upload_id)) if count else None
    rows = [Conflict.model_validate(c) for c in found[:limit]]
    return views.answer(ConflictList(conflicts=rows, **page(request, found, limit, offset, total)))


def _answer(workbench: Bench, upload_id: str) -> Response:
    preview = workbench.preview(upload_id)
    plan = workbench.uploads.get(upload_id).plan
    return views.answer(
        Decisions(
            rows=workbench.decisions(upload_id),
            kept_fields=list(plan.kept_fields),
            kept_records=list(plan.kept_records),
            changing=workbench.decisions.fields(upload_id),
            counts=preview.counts,
        )
    )
