"""Schedules: files that are imported by themselves, from a folder, an address or S3."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api import jobs_models, schedules_models as models, views
from api.bench import Bench, link
from api.paging import Count, Offset, page
from core.schedules.model import Definition, Schedule

router = APIRouter(tags=["schedules"])
Name = Annotated[str, Path(max_length=100, description="Its name or id")]


def _view(found: Schedule) -> models.Schedule:
    definition = found.definition
    sentence = f"{definition.place.sentence()}, {definition.rhythm.sentence()}"
    data = {**{n: getattr(found, n) for n in Schedule.model_fields}, "sentence": sentence}
    return models.Schedule.model_validate(data)


@router.get("/schedules", response_model=models.ScheduleList)
def list_schedules(workbench: Bench, dataset: str | None = None) -> Response:
    """Schedules by name, with their next time."""
    return views.answer(
        models.ScheduleList(schedules=[_view(s) for s in workbench.schedules(dataset)])
    )


@router.post("/schedules", status_code=201, response_model=models.Schedule)
def create_schedule(request: Request, workbench: Bench, body: Definition) -> Response:
    """Make a schedule. 409 when the name is taken."""
    made = workbench.schedules.save(body)
    where = link(request, f"/schedules/{made.id}")
    return views.answer(_view(made), 201, {"Location": where})


@router.post("/schedules/try", response_model=models.Tried)
def try_schedule(workbench: Bench, body: Definition) -> Response:
    """Which files it would find now. Nothing is imported."""
    return views.answer(models.Tried.model_validate(workbench.schedules.try_out(body)))


@router.get("/schedules/{schedule}", response_model=models.Schedule)
def get_schedule(workbench: Bench, schedule: Name) -> Response:
    """One schedule."""
    return views.answer(_view(workbench.schedules.get(schedule)))


@router.put("/schedules/{schedule}", response_model=models.Schedule)
def change_schedule(workbench: Bench, schedule: Name, body: Definition) -> Response:
    """Change a schedule: the whole definition."""
    return views.answer(_view(workbench.schedules.save(body, replace=schedule)))


@router.delete("/schedules/{schedule}", status_code=204)
def remove_schedule(workbench: Bench, schedule: Name) -> Response:
    """Forget a schedule. What it imported stays."""
    workbench.schedules.remove(schedule)
    return Response(status_code=204)


@router.get("/schedules/{schedule}/runs", response_model=models.RunList)
def list_schedule_runs(
    request: Request,
    workbench: Bench,
    schedule: Name,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """Its runs with what came of them, the newest first."""
    found = workbench.schedules.runs(schedule, limit=limit + 1, offset=offset)
    total = (lambda: workbench.schedules.count_runs(schedule)) if count else None
    runs = [models.Run.model_validate(r) for r in found[:limit]]
    return views.answer(models.RunList(runs=runs, **page(request, found, limit, offset, total)))


@router.post("/schedules/{schedule}/run", status_code=202, response_model=jobs_models.Job)
def run_schedule(
    request: Request,
    workbench: Bench,
    schedule: Name,
    again: Annotated[bool, Query(description="Also files that were taken before")] = False,
) -> Response:
    """Run it now, in the background. 409 while it runs."""
    job = workbench.schedules.run(schedule, again=again)
    where = link(request, f"/jobs/{job.id}")
    return views.answer(views.job(request, job), 202, {"Location": where})


@router.post("/schedules/{schedule}/pause", response_model=models.Schedule)
def pause_schedule(workbench: Bench, schedule: Name) -> Response:
    """Let it rest."""
    return views.answer(_view(workbench.schedules.pause(schedule)))


@router.post("/schedules/{schedule}/resume", response_model=models.Schedule)
def resume_schedule(workbench: Bench, schedule: Name) -> Response:
    """Let it go on at its next time."""
    return views.answer(_view(workbench.schedules.pause(schedule, on=False)))
