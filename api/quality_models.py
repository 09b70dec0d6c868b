"""What the API answers about quality."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.models import Answer, Time
from api.paging import Page

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


class QualityRows(Page):
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


class BadValue(Answer):
    """A value of the bad rows: how many records have it, and what is probably meant."""

    value: str
    count: int
    suggestion: str | None


class BadValues(BaseModel):
    """The most frequent first."""

    values: list[BadValue]


class LastResult(Answer):
    """What came of a check when it ran last."""

    at: Time
    state: str
    counted: int
    bad: int
    unanswered: int
    message: str


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
    last: LastResult | None = Field(None, description="In lists of checks; null: it never ran")


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
