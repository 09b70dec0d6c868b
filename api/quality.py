"""Quality: scores that open their rows, profiles, the trend with its causes, checks, the gate, incidents, repairs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import records, views
from api.bench import Bench, as_json
from api.models import Answer, Time

router = APIRouter(tags=["quality"])
Name = Annotated[str, Path(max_length=63, examples=["celebrities"])]
Points = Annotated[float | None, Field(description="0 to 100; null: not measured")]
Status = Literal["open", "resolved"]


class QualityCheck(Answer):
    """One ratio: `score` is 100 x (1 - bad / counted). Its rows: `/datasets/{dataset}/quality/rows?check=`."""

    id: str
    dimension: str
    field: str | None
    rule: str
    title: str
    expected: str
    counted: int
    bad: int
    score: Points
    scored: bool = Field(description="false: part of another check, there to open its rows")


class FieldScore(Answer):
    """The score of one field."""

    field: str
    total: Points
    dimensions: dict[str, float | None]


class QualityScore(Answer):
    """The quality of some records. `scope`: dataset, record, upload, source or file."""

    dataset: str
    scope: str
    records: int
    total: Points
    dimensions: dict[str, float | None]
    fields: dict[str, FieldScore]
    checks: list[QualityCheck]


class QualityRows(BaseModel):
    """The records of a check."""

    records: list[dict[str, Any]]


class SourceScore(BaseModel):
    """A source with the score of what it brought in."""

    source: str
    total: Points
    records: int
    dimensions: dict[str, float | None]


class SourceScores(BaseModel):
    """Sources, the worst first."""

    sources: list[SourceScore]


class QualityCause(Answer):
    """A check that an act changed."""

    check: str
    title: str
    bad: int = Field(description="By how many bad units")
    points: float


class QualityStep(Answer):
    """The scores after an act, and what they come from."""

    act: int
    acts: int = Field(description="More than 1: counted together")
    at: Time
    kind: str
    upload_id: str | None
    filename: str | None
    actor: str | None
    door: str | None
    taken_back: bool
    records: int
    changed: int
    total: Points
    points: float | None = Field(description="The change of the total")
    dimensions: dict[str, float | None]
    causes: list[QualityCause]
    words: str


class QualityAnomaly(Answer):
    """A point at least three deviations off those before it."""

    what: str
    at: Time | None
    act: int | None
    upload_id: str | None
    value: float
    mean: float
    z: float
    points: int


class QualityTrend(BaseModel):
    """Steps, the oldest first, and what is out of line."""

    steps: list[QualityStep]
    anomalies: list[QualityAnomaly]


class FieldDrift(Answer):
    """One field in two imports. `verdict`: steady, moved, changed or unknown."""

    field: str
    empty_before: float | None
    empty_after: float | None
    index: float | None = Field(description="Population stability index")
    appeared: list[str]
    vanished: list[str]
    verdict: str


class QualityDrift(Answer):
    """Two imports, field by field."""

    before: str
    after: str
    fields: list[FieldDrift]


class Expectation(Answer):
    """A check that somebody made. What a `kind` needs is in the documents on quality."""

    id: str
    dataset: str
    kind: str
    name: str
    title: str
    field: str | None
    condition: str | None
    values: list[str | float]
    min: float | str | None
    max: float | str | None
    pattern: str | None
    days: float | None
    other: str | None
    severity: str
    owner: str
    gate: str
    tolerance: float
    timeout: float


class Outcome(Answer):
    """What came of a check: passed, failed, unanswered, error or not_measured."""

    expectation: Expectation
    state: str
    counted: int
    bad: int
    unanswered: int
    message: str
    value: float | None
    seconds: float


class Expectations(BaseModel):
    """Checks, by name."""

    checks: list[Expectation]


class Outcomes(BaseModel):
    """What came of the checks."""

    outcomes: list[Outcome]


class SuiteLeft(BaseModel):
    """An expectation that was not taken."""

    name: str
    reason: str


class SuiteTaken(BaseModel):
    """What a suite became."""

    tool: str
    taken: list[Expectation]
    left: list[SuiteLeft]


class GateAccepted(Answer):
    """Who let a file in."""

    actor: str
    at: Time
    reason: str


class GateReport(Answer):
    """What the gate says: pass, ask or refuse."""

    upload_id: str
    verdict: str
    reasons: list[str]
    score: QualityScore
    outcomes: list[Outcome]
    accepted: GateAccepted | None


class IncidentNote(Answer):
    """Something that happened to an incident."""

    at: Time
    actor: str
    what: str
    note: str


class Incident(Answer):
    """Something that is wrong, one per cause."""

    id: str
    dataset: str
    cause: str
    title: str
    severity: str
    status: str
    owner: str
    bad: int
    opened_at: Time
    changed_at: Time
    resolved_at: Time | None
    reopened: int
    notes: list[IncidentNote]


class Incidents(BaseModel):
    """Incidents, open ones first."""

    incidents: list[Incident]


class IncidentChange(BaseModel):
    """What is done to an incident."""

    status: Status | None = None
    owner: str | None = Field(default=None, max_length=200)
    note: str = Field(default="", max_length=5_000)


class RepairAsked(BaseModel):
    """Values of the bad rows as text ("" for empty ones), and what they should be; null empties them."""

    check: str = Field(examples=["validity:mbti:choices"])
    fixes: dict[str, str | None] = Field(examples=[{"INTX": "INTJ"}], min_length=1)
    field: str | None = None
    dry_run: bool = True


class RepairAnswer(BaseModel):
    """What a repair would do, or did."""

    field: str
    records: int
    before: Points
    after: Points
    points: float | None
    upload_id: str | None = Field(description="Done: the import that did it; take it back by this")


# ------------------------------------------------------------------ scores


@router.get("/datasets/{dataset}/quality", response_model=QualityScore)
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
    return views.answer(QualityScore.model_validate(found))


@router.get("/datasets/{dataset}/quality/rows", response_model=QualityRows)
def list_quality_rows(
    workbench: Bench,
    dataset: Name,
    check: Annotated[str, Query(max_length=200, description="The id of a check")],
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> Response:
    """Exactly the records that a check counts as bad."""
    quality = workbench.quality
    own = next((c for c in quality.checks(dataset) if c.id == check), None)
    found = quality.rows(own or check, dataset=dataset, limit=limit)
    return as_json({"records": [records.shown(row) for row in found.rows()]})


@router.get("/datasets/{dataset}/quality/sources", response_model=SourceScores)
def list_quality_sources(workbench: Bench, dataset: Name) -> Response:
    """Sources with their scores, the worst first."""
    found = [
        SourceScore(source=s, total=x.total, records=x.records, dimensions=dict(x.dimensions))
        for s, x in workbench.quality.sources(dataset)
    ]
    return views.answer(SourceScores(sources=found))


@router.get("/datasets/{dataset}/quality/trend", response_model=QualityTrend)
def get_quality_trend(
    workbench: Bench, dataset: Name, limit: Annotated[int, Query(ge=1, le=5_000)] = 500
) -> Response:
    """The scores after each act with what caused each change, the oldest first; and what is out of line."""
    steps = workbench.quality.trend(dataset, limit=limit)
    odd = workbench.quality.anomalies(dataset)
    return views.answer(
        QualityTrend(
            steps=[QualityStep.model_validate(s) for s in steps],
            anomalies=[QualityAnomaly.model_validate(a) for a in odd],
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


@router.get("/uploads/{upload_id}/drift", response_model=QualityDrift)
def get_drift(
    workbench: Bench,
    upload_id: str,
    against: Annotated[str | None, Query(description="Another import")] = None,
) -> Response:
    """What is different in an import, against the one before it of its source."""
    return views.answer(QualityDrift.model_validate(workbench.quality.drift(upload_id, against)))


@router.post("/datasets/{dataset}/quality/repair", response_model=RepairAnswer)
def repair_rows(workbench: Bench, dataset: Name, body: RepairAsked) -> Response:
    """Replace values in the rows of a check. Unless `dry_run` is false, only the new score is told."""
    quality = workbench.quality
    seen = quality.project(dataset, body.check, body.fixes, field=body.field)
    done = None
    if not body.dry_run:
        done = quality.repair(dataset, body.check, body.fixes, field=body.field)
    return views.answer(
        RepairAnswer(
            field=seen.field,
            records=seen.records,
            before=seen.before.total,
            after=seen.after.total,
            points=seen.points,
            upload_id=done.id if done else None,
        )
    )


# ------------------------------------------------------------------ checks, gate, incidents


@router.get("/datasets/{dataset}/checks", response_model=Expectations)
def list_checks(workbench: Bench, dataset: Name) -> Response:
    """The checks that were made for a dataset."""
    found = [Expectation.model_validate(e) for e in workbench.quality.checks(dataset)]
    return views.answer(Expectations(checks=found))


@router.post("/datasets/{dataset}/checks", response_model=Expectation, status_code=201)
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
    return views.answer(Expectation.model_validate(made), 201)


@router.post("/datasets/{dataset}/checks/run", response_model=Outcomes)
def run_checks(workbench: Bench, dataset: Name) -> Response:
    """Run all checks of a dataset now; incidents are opened and resolved."""
    found = [Outcome.model_validate(o) for o in workbench.quality.run(dataset)]
    return views.answer(Outcomes(outcomes=found))


@router.post("/datasets/{dataset}/checks/suite", response_model=SuiteTaken)
def take_suite(
    workbench: Bench,
    dataset: Name,
    body: Annotated[str, Body(media_type="text/plain", max_length=5_000_000)],
    dry_run: bool = False,
) -> Response:
    """Take a suite of Great Expectations (JSON) or pandera (YAML or JSON); what has no check here is listed."""
    found = workbench.quality.import_suite(body + "\n", dataset, dry_run=dry_run)
    return views.answer(
        SuiteTaken(
            tool=found.tool,
            taken=[Expectation.model_validate(e) for e in found.taken],
            left=[SuiteLeft(name=n, reason=r) for n, r in found.left],
        )
    )


@router.delete("/checks/{check_id}", status_code=204, response_class=Response)
def forget_check(workbench: Bench, check_id: str) -> Response:
    """Delete a check."""
    workbench.quality.forget(check_id)
    return Response(status_code=204)


@router.get("/uploads/{upload_id}/gate", response_model=GateReport)
def get_gate(workbench: Bench, upload_id: str) -> Response:
    """Whether an upload would be let in, and why not."""
    return views.answer(GateReport.model_validate(workbench.quality.gate(upload_id)))


@router.post("/uploads/{upload_id}/accept", status_code=204, response_class=Response)
def accept_upload(
    workbench: Bench,
    upload_id: str,
    reason: Annotated[str, Body(embed=True, min_length=1, max_length=2_000)],
) -> Response:
    """Let an upload in that the gate asks about."""
    workbench.quality.accept(upload_id, reason)
    return Response(status_code=204)


@router.get("/incidents", response_model=Incidents)
def list_incidents(
    workbench: Bench,
    dataset: Annotated[str | None, Query(max_length=63)] = None,
    status: Status | None = None,
) -> Response:
    """Incidents, open ones first; their notes are with each one alone."""
    found = workbench.quality.incidents(dataset, status=status)
    return views.answer(Incidents(incidents=[Incident.model_validate(i) for i in found]))


@router.get("/incidents/{incident_id}", response_model=Incident)
def get_incident(workbench: Bench, incident_id: str) -> Response:
    """One incident with what happened to it."""
    return views.answer(Incident.model_validate(workbench.quality.incident(incident_id)))


@router.patch("/incidents/{incident_id}", response_model=Incident)
def change_incident(workbench: Bench, incident_id: str, body: IncidentChange) -> Response:
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
    return views.answer(Incident.model_validate(quality.incident(incident_id)))
