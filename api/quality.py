"""Quality: scores that open their rows, profiles, the trend with its causes, checks, the gate, incidents, repairs."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from api import quality_models as models, records, views
from api.bench import Bench, as_json
from api.paging import Count, page

router = APIRouter(tags=["quality"])
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]


# ------------------------------------------------------------------ scores


@router.get("/datasets/{dataset}/quality", response_model=models.QualityScore)
def get_quality(
    workbench: Bench,
    dataset: Name,
    record: Annotated[str | None, Query(description="Of this record")] = None,
    upload: Annotated[str | None, Query(description="Of an upload's records")] = None,
    source: Annotated[str | None, Query(description="Of a source's records")] = None,
) -> Response:
    """The score of a dataset, or of a record, an upload, a source. What is not measured is null."""
    quality = workbench.quality
    if record:
        found = quality.record(dataset, record)
    elif upload:
        found = quality.upload(upload)
    elif source is not None:
        found = quality.source(dataset, source)
    else:
        found = quality.score(dataset).value
    return views.answer(models.QualityScore.model_validate(found))


@router.get("/datasets/{dataset}/quality/rows", response_model=models.QualityRows)
def list_quality_rows(
    request: Request,
    workbench: Bench,
    dataset: Name,
    check: Annotated[str, Query(max_length=200, description="The id of a check")],
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
    offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
    source: Annotated[str | None, Query(description="Of this source alone")] = None,
    count: Count = False,
) -> Response:
    """Exactly the records that a check counts as bad, in the order of their ids; page on with `offset`."""
    quality = workbench.quality
    own = next((c for c in quality.checks(dataset) if c.id == check), None)
    asked = partial(quality.rows, own or check, dataset=dataset, source=source)
    found = list(islice(asked(limit=offset + limit + 1).rows(), offset, None))
    total = (lambda: int(asked().through("count(*)").fetchall()[0][0])) if count else None
    rows = [records.shown(row) for row in found[:limit]]
    return as_json({"records": rows, **page(request, found, limit, offset, total)})


@router.get("/datasets/{dataset}/quality/values", response_model=models.BadValues)
def list_quality_values(
    workbench: Bench,
    dataset: Name,
    check: Annotated[str, Query(max_length=200, description="The id of a check")],
    field: Annotated[str | None, Query(description="Of a check of several fields")] = None,
) -> Response:
    """The values of the rows of a check with how many have them, and what is probably meant."""
    found = workbench.quality.values(dataset, check, field=field)
    return views.answer(models.BadValues(values=[models.BadValue.model_validate(v) for v in found]))


@router.get("/datasets/{dataset}/quality/sources", response_model=models.SourceScores)
def list_quality_sources(workbench: Bench, dataset: Name) -> Response:
    """Sources with their scores, the worst first."""
    found = [
        models.SourceScore(
            source=s, total=x.total, records=x.records, dimensions=dict(x.dimensions)
        )
        for s, x in workbench.quality.sources(dataset)
    ]
    return views.answer(models.SourceScores(sources=found))


@router.get("/datasets/{dataset}/quality/trend", response_model=models.QualityTrend)
def get_quality_trend(
    workbench: Bench, dataset: Name, limit: Annotated[int, Query(ge=1, le=5_000)] = 500
) -> Response:
    """The scores after each act with what caused each change, the oldest first; and what is out of line."""
    steps = workbench.quality.trend(dataset, limit=limit)
    odd = workbench.quality.anomalies(dataset)
    return views.answer(
        models.QualityTrend(
            steps=[models.QualityStep.model_validate(s) for s in steps],
            anomalies=[models.QualityAnomaly.model_validate(a) for a in odd],
        )
    )


@router.get("/datasets/{dataset}/quality/profile", response_model=dict[str, Any])
def get_profile(workbench: Bench, dataset: Name) -> Response:
    """What is in the columns of a dataset: filled, distinct, lengths, top values, histograms, patterns, scripts."""
    return _profile(workbench.quality.profile(dataset))


@router.get("/uploads/{upload_id}/profile", response_model=dict[str, Any])
def get_upload_profile(workbench: Bench, upload_id: str) -> Response:
    """The same of an upload's file, before anything is cleaned."""
    return _profile(workbench.quality.profile(workbench.uploads.get(upload_id).id))


def _profile(found: Any) -> Response:
    return as_json(found)


@router.get("/uploads/{upload_id}/drift", response_model=models.QualityDrift)
def get_drift(
    workbench: Bench,
    upload_id: str,
    against: Annotated[str | None, Query(description="Another import")] = None,
) -> Response:
    """What is different in an import, against the one before it of its source."""
    return views.answer(
        models.QualityDrift.model_validate(workbench.quality.drift(upload_id, against))
    )


@router.post("/datasets/{dataset}/quality/repair", response_model=models.RepairAnswer)
def repair_rows(workbench: Bench, dataset: Name, body: models.RepairAsked) -> Response:
    """Replace values in the rows of a check. Unless `dry_run` is false, only the new score is told."""
    quality = workbench.quality
    seen = quality.project(dataset, body.check, body.fixes, field=body.field)
    done = None
    if not body.dry_run:
        done = quality.repair(dataset, body.check, body.fixes, field=body.field)
    return views.answer(
        models.RepairAnswer(
            field=seen.field,
            records=seen.records,
            before=seen.before.total,
            after=seen.after.total,
            points=seen.points,
            upload_id=done.id if done else None,
        )
    )


# ------------------------------------------------------------------ checks, gate, incidents


@router.get("/datasets/{dataset}/checks", response_model=models.Expectations)
def list_checks(workbench: Bench, dataset: Name) -> Response:
    """The checks that were made for a dataset, each with the newest of its results."""
    last = workbench.quality.results(dataset)
    found = []
    for each in workbench.quality.checks(dataset):
        made, result = models.Expectation.model_validate(each), last.get(each.id)
        if result:
            made.last = models.LastResult.model_validate(result)
        found.append(made)
    return views.answer(models.Expectations(checks=found))


@router.post("/datasets/{dataset}/checks", response_model=models.Expectation, status_code=201)
def make_check(
    workbench: Bench,
    dataset: Name,
    body: Annotated[
        dict[str, Any],
        Body(
            description="`kind`, and what it needs: see the documents on quality",
            examples=[{"kind": "not_null", "field": "birth_date", "gate": "ask"}],
        ),
    ],
) -> Response:
    """Make a check; with the `id` of one that is there, it takes its place."""
    values = {k: v for k, v in body.items() if k not in ("dataset", "kind")}
    made = workbench.quality.expect(dataset, str(body.get("kind", "")), **values)
    return views.answer(models.Expectation.model_validate(made), 201)


@router.post("/datasets/{dataset}/checks/run", response_model=models.Outcomes)
def run_checks(workbench: Bench, dataset: Name) -> Response:
    """Run all checks of a dataset now; incidents are opened and resolved."""
    found = [models.Outcome.model_validate(o) for o in workbench.quality.run(dataset)]
    return views.answer(models.Outcomes(outcomes=found))


@router.post("/datasets/{dataset}/checks/suite", response_model=models.SuiteTaken)
def take_suite(
    workbench: Bench,
    dataset: Name,
    body: Annotated[str, Body(media_type="text/plain", max_length=5_000_000)],
    dry_run: bool = False,
) -> Response:
    """Take a suite of Great Expectations (JSON) or pandera (YAML or JSON); what has no check here is listed."""
    found = workbench.quality.import_suite(body + "\n", dataset, dry_run=dry_run)
    return views.answer(
        models.SuiteTaken(
            tool=found.tool,
            taken=[models.Expectation.model_validate(e) for e in found.taken],
            left=[models.SuiteLeft(name=n, reason=r) for n, r in found.left],
        )
    )


@router.delete("/checks/{check_id}", status_code=204, response_class=Response)
def forget_check(workbench: Bench, check_id: str) -> Response:
    """Delete a check."""
    workbench.quality.forget(check_id)
    return Response(status_code=204)


@router.get("/uploads/{upload_id}/gate", response_model=models.GateReport)
def get_gate(workbench: Bench, upload_id: str) -> Response:
    """Whether an upload would be let in, and why not."""
    return views.answer(models.GateReport.model_validate(workbench.quality.gate(upload_id)))


@router.post("/uploads/{upload_id}/accept", status_code=204, response_class=Response)
def accept_upload(
    workbench: Bench,
    upload_id: str,
    reason: Annotated[str, Body(embed=True, min_length=1, max_length=2_000)],
) -> Response:
    """Let an upload in that the gate asks about."""
    workbench.quality.accept(upload_id, reason)
    return Response(status_code=204)


@router.get("/incidents", response_model=models.Incidents)
def list_incidents(
    workbench: Bench,
    dataset: Annotated[str | None, Query(max_length=63)] = None,
    status: models.Status | None = None,
) -> Response:
    """Incidents, open ones first; their notes are with each one alone."""
    found = workbench.quality.incidents(dataset, status=status)
    return views.answer(
        models.Incidents(incidents=[models.Incident.model_validate(i) for i in found])
    )


@router.get("/incidents/{incident_id}", response_model=models.Incident)
def get_incident(workbench: Bench, incident_id: str) -> Response:
    """One incident with what happened to it."""
    return views.answer(models.Incident.model_validate(workbench.quality.incident(incident_id)))


@router.patch("/incidents/{incident_id}", response_model=models.Incident)
def change_incident(workbench: Bench, incident_id: str, body: models.IncidentChange) -> Response:
    """Give it an owner, note something, resolve it or open it again."""
    quality = workbench.quality
    if body.owner is not None:
        quality.assign(incident_id, body.owner)
    if body.status == "resolved":
        quality.resolve(incident_id, body.note)
    elif body.status == "open":
        quality.reopen(incident_id, body.note)
    elif body.note:
        quality.note(incident_id, body.note)
    return views.answer(models.Incident.model_validate(quality.incident(incident_id)))
