"""Figures of what was brought: uploads, rows, rejects, speed, time from file to record, top causes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import uploads_models, views
from api.bench import Bench
from api.models import Answer, Time
from core.ingest.analytics import By

router = APIRouter(tags=["uploads"])
Days = Annotated[int, Query(ge=1, le=3_650)]


class Figures(Answer):
    """What came in: of a day, of a group, or in all."""

    name: str
    uploads: int
    imported: int
    failed: int
    rows: int
    rejected: int
    rate: float | None
    wait: float | None


class TopCause(Answer):
    """One thing that is wrong again and again."""

    dataset: str
    field: str | None
    rule: str
    title: str
    severity: str
    uploads: int
    rows: int


class Analytics(Answer):
    """`rate` is rows per second, `wait` the median of seconds from file to record."""

    since: Time
    by: str
    total: Figures
    days: list[Figures]
    groups: list[Figures]
    causes: list[TopCause]


class Behind(Answer):
    """The uploads behind a figure."""

    uploads: list[uploads_models.UploadShort]


@router.get("/analytics/uploads", response_model=Analytics)
def get_upload_analytics(
    workbench: Bench, days: Days = 30, by: By = "door", dataset: str | None = None
) -> Response:
    """Figures of the last days, by door, source, actor or dataset."""
    found = workbench.uploads.analytics(days=days, by=by, dataset=dataset)
    return views.answer(Analytics.model_validate(found))


@router.get("/analytics/uploads/behind", response_model=Behind)
def list_uploads_behind(
    request: Request,
    workbench: Bench,
    days: Days = 30,
    by: By = "door",
    value: str | None = None,
    day: date | None = None,
    dataset: str | None = None,
) -> Response:
    """The uploads behind a figure: of a day, or of a group."""
    found = workbench.uploads.behind(days=days, by=by, value=value, day=day, dataset=dataset)
    return views.answer(Behind(uploads=[views.upload_short(request, u) for u in found]))
