"""Jobs: how far the work in the background is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import jobs_models as models, views
from api.bench import Bench, as_json

router = APIRouter(tags=["jobs"])


@router.get("/jobs", response_model=models.JobList)
def list_jobs(
    request: Request,
    workbench: Bench,
    upload: Annotated[str | None, Query(description="Only those of one upload")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    count: Annotated[bool, Query(description="Say how many there are in all")] = False,
) -> Response:
    """Jobs, the newest first."""
    wanted = workbench.uploads.get(upload).id if upload else None
    found = workbench.jobs(wanted, limit=limit + 1, offset=offset)
    page = models.JobList(
        jobs=[views.job(request, job) for job in found[:limit]],
        total=workbench.jobs.count(wanted) if count else None,
        next=views.next_page(request, limit, offset) if len(found) > limit else None,
    )
    return views.answer(page)


@router.get("/jobs/{job_id}", response_model=models.Job)
def get_job(request: Request, workbench: Bench, job_id: str) -> Response:
    """One job with its progress of this moment: stage, rows done, rows per second."""
    return views.answer(views.job(request, workbench.jobs.get(job_id)))


@router.get("/jobs/{job_id}/result", response_model=dict[str, Any])
def get_job_result(workbench: Bench, job_id: str) -> Response:
    """What a job found that took the place of an answer (a rollback, a check): what that answer would have been."""
    return as_json(workbench.jobs.result(job_id))
