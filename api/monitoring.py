"""How the server does: its parts, alerts, objectives, errors, traces, metrics over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api import monitoring_models as models, views
from api.bench import Bench, as_json
from api.paging import Count, Offset, page
from core.workbench.monitoring import Standing

router = APIRouter(prefix="/monitoring", tags=["monitoring"])
Days = Annotated[float, Query(gt=0, le=365, description="So many days back")]
Hours = Annotated[float, Query(gt=0, le=960, description="So many hours back")]


@router.get("/health", response_model=models.Readiness)
def get_readiness(workbench: Bench) -> Response:
    """Every part of the server with its time and, where it does not work, its cause and what to do."""
    found = workbench.monitoring.health()
    parts = [models.Part.model_validate(one) for one in found.found]
    return views.answer(models.Readiness(ready=found.ready, parts=parts))


@router.get("/alerts", response_model=models.Alerts)
def list_alerts(workbench: Bench, days: Days = 7) -> Response:
    """All alerts with their states, those that fire first, and their changes of the last days."""
    alerts = [_alert(one) for one in workbench.monitoring.alerts()]
    changes = workbench.monitoring.changes(days=days)
    told = [models.AlertChange.model_validate(one) for one in changes]
    return views.answer(models.Alerts(alerts=alerts, changes=told))


@router.post("/alerts/{alert}/acknowledgement", response_model=models.AlertState)
def acknowledge_alert(
    workbench: Bench, alert: str, body: Annotated[models.Acknowledgement, Body()]
) -> Response:
    """Somebody sees to an alert that fires: it is not sent again while it does."""
    workbench.monitoring.acknowledge(alert, body.note)
    [found] = [one for one in workbench.monitoring.alerts() if one.alert.name == alert]
    return views.answer(_alert(found))


@router.get("/silences", response_model=models.Silences)
def list_silences(workbench: Bench) -> Response:
    """The silences that hold."""
    found = workbench.monitoring.silences()
    return views.answer(
        models.Silences(silences=[models.SilenceAnswer.model_validate(one) for one in found])
    )


@router.post("/silences", response_model=models.SilenceAnswer, status_code=201)
def silence_alert(workbench: Bench, body: Annotated[models.NewSilence, Body()]) -> Response:
    """Nobody is told of an alert ("*": of any) for some hours. Its state goes on."""
    made = workbench.monitoring.silence(body.alert, body.hours, body.reason)
    return views.answer(models.SilenceAnswer.model_validate(made), 201)


@router.delete("/silences/{silence_id}", status_code=204)
def end_silence(workbench: Bench, silence_id: str) -> Response:
    """People are told again."""
    workbench.monitoring.end_silence(silence_id)
    return Response(status_code=204)


@router.get("/objectives", response_model=models.Budgets)
def list_objectives(workbench: Bench, days: Days = 30) -> Response:
    """What is promised, what was kept, and what is left of the error budget."""
    found = workbench.monitoring.objectives(days=days)
    return views.answer(
        models.Budgets(objectives=[models.Budget.model_validate(one) for one in found])
    )


@router.get(
    "/reports/{month}", response_class=Response, responses={200: {"content": {"text/csv": {}}}}
)
def export_report(workbench: Bench, month: str) -> Response:
    """The objectives of a month (2026-11) as CSV."""
    text = workbench.monitoring.month(month)
    name = f'attachment; filename="marquee-{month}.csv"'
    return Response(text, 200, {"Content-Disposition": name}, "text/csv; charset=utf-8")


@router.get("/errors", response_model=models.Faults)
def list_errors(
    request: Request,
    workbench: Bench,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """Unexpected errors: their type and their place in the code, never their text."""
    found = workbench.monitoring.errors(limit=limit + 1, offset=offset)
    total = workbench.monitoring.count_errors if count else None
    errors = [models.Fault.model_validate(one) for one in found[:limit]]
    return views.answer(models.Faults(errors=errors, **page(request, found, limit, offset, total)))


@router.get("/traces", response_model=models.Traces)
def list_traces(workbench: Bench) -> Response:
    """The last slow traces of this process with their spans, the newest first."""
    found = workbench.monitoring.traces()
    return views.answer(
        models.Traces(traces=[models.TraceAnswer.model_validate(one) for one in found])
    )


@router.get("/metrics", response_model=models.Lines)
def list_metrics(
    workbench: Bench,
    name: Annotated[list[str], Query(min_length=1, max_length=10, description="docs/metrics.md")],
    hours: Hours = 6,
) -> Response:
    """Metrics over time: growth per second of counters, values of gauges."""
    lines = [
        models.Line(
            metric=line.metric,
            labels=list(line.labels),
            points=[models.Point(at=at, value=value) for at, value in line.points],
        )
        for line in workbench.monitoring.lines(name, hours=hours)
    ]
    return views.answer(models.Lines(lines=lines))


@router.post("/probe", response_model=models.ProbeRun)
def run_probe(workbench: Bench) -> Response:
    """Run the probe now: a file is brought, imported and taken back, in a database of its own."""
    return views.answer(models.ProbeRun.model_validate(workbench.monitoring.probe()))


def _alert(one: Standing) -> models.AlertState:
    state, alert = one.state, one.alert
    return models.AlertState.model_validate(
        {
            **{name: getattr(state, name) for name in ("state", "since", "value", "note")},
            **{name: getattr(state, name) for name in ("acknowledged_by", "acknowledged_at")},
            "alert": alert.name,
            "severity": alert.severity,
            "summary": alert.summary,
            "runbook": f"docs/runbooks/{alert.runbook}.md",
            "silenced": one.silenced,
        }
    )


@router.get("/usage", response_model=models.ApiUsage)
def api_usage(
    workbench: Bench, days: Annotated[float, Query(gt=0, le=90, description="Of so many days")] = 7
) -> Response:
    """How the API is used, by method and route: requests, errors, p50 and p95, keys and programs. No personal data."""
    return as_json({"routes": workbench.monitoring.api_usage(days)})
