"""Jobs: how far the work in the background is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import jobs_models as models, views
from api.bench import Bench

router = APIRouter(tags=["jobs"])


@router.get("/jobs", response_model=models.JobList)
def list_jobs(
    request: Request,
    workbench: Bench,
    upload: Annotated[str | None, Query(description="Only those of one upload")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> Response:
    """Jobs, the newest first."""
    wanted = workbench.uploads.get(upload).id if upload else None
    found = workbench.jobs(wanted, limit=limit)
    return views.answer(models.JobList(jobs=[views.job(request, job) for job in found]))


@router.get("/jobs/{job_id}", response_model=models.Job)
def get_job(request: Request, workbench: Bench, job_id: str) -> Response:
    """One job with its progress of this moment: stage, rows done, rows per second."""
    return views.answer(views.job(request, workbench.jobs.get(job_id)))
