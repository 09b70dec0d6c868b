"""Whether the service is well, and its audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import service_models as models, views
from api.bench import Bench, link

router = APIRouter(tags=["service"])


@router.get("/health", response_model=models.Health)
def get_health(request: Request, workbench: Bench) -> Response:
    """That the service and its database answer. Needs no token."""
    workbench.history.events(limit=1)
    version = request.app.version
    return views.answer(models.Health(status="ok", version=version, database="ok"))


@router.get("/events", response_model=models.EventList)
def list_events(
    request: Request,
    workbench: Bench,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    before: Annotated[
        int | None, Query(ge=1, le=2**62, description="Only older ones (seq)")
    ] = None,
    count: Annotated[bool, Query(description="Say how many there are in all")] = False,
) -> Response:
    """The audit trail, the newest first: who did what, when, through which door."""
    found = workbench.history.events(limit=limit, before=before)
    more = len(found) == limit and found[-1].seq > 1
    where = link(request, f"/events?limit={limit}&before={found[-1].seq}") if more else None
    events = [models.Event.model_validate(event) for event in found]
    total = workbench.history.count_events() if count else None
    return views.answer(models.EventList(events=events, total=total, next=where))


@router.post("/events/verification", response_model=models.Verified)
def verify_events(workbench: Bench) -> Response:
    """Check the chain of the audit trail: no event was altered or left out. 503 `chain_broken` names the first bad one."""
    return views.answer(models.Verified(ok=True, events=workbench.history.verify()))


@router.get("/performance", response_model=models.Performance)
def get_performance(
    workbench: Bench,
    days: Annotated[float, Query(gt=0, le=30, description="Operations of so many days")] = 7,
    imports: Annotated[int, Query(ge=0, le=1_000, description="The newest imports")] = 20,
) -> Response:
    """How long operations and the stages of imports take; sizes of tables and files; memory and spill."""
    found = workbench.engine.report(days=days, imports=imports)
    return views.answer(models.Performance.model_validate(found))
