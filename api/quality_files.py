"""The quality of a file before it is imported: its score, the values that lower it, and their repair as steps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import quality_models as models, views
from api.bench import Bench

router = APIRouter(tags=["quality"])
Check = Annotated[str, Query(max_length=200, examples=["validity:mbti:choices"])]


class FileValue(BaseModel):
    """A value of the bad rows: how many rows have it, and what is probably meant."""

    model_config = ConfigDict(from_attributes=True)

    value: str
    count: int
    suggestion: str | None


class FileValues(BaseModel):
    """The most frequent first."""

    values: list[FileValue]


class FixAsked(BaseModel):
    """Which values should be what. Unless `dry_run` is false, only the new score is told."""

    model_config = ConfigDict(extra="forbid")

    check: str = Field(max_length=200, examples=["validity:mbti:choices"])
    fixes: dict[str, str] = Field(
        min_length=1,
        max_length=1_000,
        description="A value to what it should be; empty leaves it out",
    )
    dry_run: bool = True


class FixAnswer(BaseModel):
    """How many rows the steps change, and the score of the file before and after."""

    field: str
    rows: int
    before: float | None
    after: float | None
    added: int = Field(description="Steps that were added to the recipe")


@router.get("/uploads/{upload_id}/quality", response_model=models.QualityScore)
def get_file_quality(workbench: Bench, upload_id: str) -> Response:
    """The score of the rows of an open upload as they are cleaned now: completeness and validity of its fields."""
    found = workbench.quality.of_file(upload_id)
    return views.answer(models.QualityScore.model_validate(found))


@router.get("/uploads/{upload_id}/quality/values", response_model=FileValues)
def list_file_values(workbench: Bench, upload_id: str, check: Check) -> Response:
    """The values of the rows that a check counts as bad."""
    found = workbench.quality.file_values(upload_id, check)
    return views.answer(FileValues(values=[FileValue.model_validate(v) for v in found]))


@router.post("/uploads/{upload_id}/quality/fix", response_model=FixAnswer)
def fix_file(workbench: Bench, upload_id: str, asked: FixAsked) -> Response:
    """Repair values of a file by steps of its recipe; the new score is told before they are kept."""
    quality = workbench.quality
    seen = quality.project_fix(upload_id, asked.check, asked.fixes)
    if not asked.dry_run:
        quality.fix(upload_id, asked.check, asked.fixes)
    return views.answer(
        FixAnswer(
            field=seen.field,
            rows=seen.rows,
            before=seen.before.total,
            after=seen.after.total,
            added=0 if asked.dry_run else len(asked.fixes),
        )
    )
