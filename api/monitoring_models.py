"""What the API answers about how the server does."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models import Answer, Time
from api.paging import Page


class Part(Answer):
    """One part of the server. Times in seconds."""

    name: str
    ok: bool
    used: bool = Field(description="Whether this installation has it")
    needed: bool = Field(description="Without it the server is not ready")
    seconds: float
    cause: str
    hint: str


class Readiness(BaseModel):
    """Every part of the server."""

    ready: bool
    parts: list[Part]


class AlertState(BaseModel):
    """An alert of the registry and where it stands."""

    alert: str
    severity: Literal["critical", "warning", "info"]
    summary: str
    runbook: str
    state: Literal["ok", "pending", "firing", "unknown", "unused"]
    since: Time | None
    value: float | None
    silenced: bool
    acknowledged_by: str | None
    acknowledged_at: Time | None
    note: str | None


class AlertChange(Answer):
    """An alert went from one state into another."""

    at: Time
    alert: str
    before: str
    after: str
    value: float | None


class Alerts(BaseModel):
    """All alerts, those that fire first, and how they changed of late."""

    alerts: list[AlertState]
    changes: list[AlertChange]


class Acknowledgement(BaseModel):
    """Somebody sees to an alert."""

    note: str = Field("", max_length=500)


class NewSilence(BaseModel):
    """Nobody is told of an alert for some hours; "*" is any alert."""

    alert: str = Field(max_length=80)
    hours: float = Field(gt=0, le=720)
    reason: str = Field("", max_length=500)


class SilenceAnswer(Answer):
    """A silence."""

    id: str
    alert: str
    ends_at: Time
    actor: str
    reason: str
    created_at: Time


class Silences(BaseModel):
    """The silences that hold."""

    silences: list[SilenceAnswer]


class Budget(Answer):
    """An objective: what is promised, what was kept, what is left of the error budget."""

    name: str
    title: str
    target: float
    meaning: str
    good: int
    bad: int
    share: float | None
    left: float = Field(description="Of the budget, 0 to 1")
    held: bool


class Budgets(BaseModel):
    """All objectives."""

    objectives: list[Budget]


class Fault(Answer):
    """One kind of unexpected error: its type and its place in the code, never its text."""

    print: str
    kind: str
    event: str
    frames: list[str]
    first_at: Time
    last_at: Time
    times: int
    ids: dict[str, str]


class Faults(Page):
    """Unexpected errors, the newest first."""

    errors: list[Fault]


class Span(Answer):
    """A piece of work. `began` in seconds since 1970."""

    id: str
    parent: str
    name: str
    began: float
    seconds: float
    ok: bool
    attributes: dict[str, Any]


class TraceAnswer(Answer):
    """A trace and its spans in their order."""

    id: str
    name: str
    began: float
    seconds: float
    ok: bool
    spans: list[Span]
    left_out: int


class Traces(BaseModel):
    """The last slow traces of the process that answers, the newest first."""

    traces: list[TraceAnswer]


class Point(BaseModel):
    """A value at a time."""

    at: Time
    value: float


class Line(BaseModel):
    """A metric over time: growth per second of a counter, the value of a gauge."""

    metric: str
    labels: list[str]
    points: list[Point]


class Lines(BaseModel):
    """Metrics over time."""

    lines: list[Line]


class ProbeRun(Answer):
    """One run of the probe; `step` and `code` of what failed."""

    ok: bool
    seconds: float
    step: str
    code: str


class RouteUsage(BaseModel):
    """The requests to one route. Times are in seconds, of an even sample."""

    method: str
    route: str
    requests: int
    errors: int = Field(description="Answered with 5xx")
    refused: int = Field(description="Answered with 4xx")
    bytes_out: int
    p50: float
    p95: float
    slowest: float
    deprecated: int = Field(description="Requests to what will go")
    callers: list[str] = Field(description="Ids of keys; `account`, `token` or `local` without one")
    programs: list[str] = Field(description="Known programs; `other` for the rest")


class ApiUsage(BaseModel):
    """By route, what took the most time first."""

    routes: list[RouteUsage]
