"""What the API answers and takes about uploads."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import CONFIRM, Answer, FieldChange, Time
from core.cleaning.plan import Column, Mode, OnError
from core.cleaning.shaping.step import TableStep
from core.cleaning.step import Step
from core.datasets.registry import DEFAULT
from core.ingest.uploads import Counts

Outcome = Literal["new", "changed", "unchanged", "repeated", "conflicting", "rejected", "deleted"]


class WrongValue(Answer):
    """One wrong text, how often it stands there, and what was probably meant."""

    value: str | None
    count: int
    repair: str | None


class Example(Answer):
    """One place: row (from 1) and line in the file."""

    row: int
    line: int | None
    found: str | None


class Choice(Answer):
    """One answer to a question that the file leaves open: a step to add to the recipe."""

    label: str
    step: dict[str, Any]


class RowProblem(Answer):
    """One thing that is wrong in the file, however many rows have it. An `error` keeps the row out."""

    field: str | None
    column: str | None = Field(description="The column's header in the file")
    rule: str
    severity: Literal["error", "warning", "info"]
    count: int
    title: str
    expected: str
    examples: list[Example]
    found: list[WrongValue]
    answers: list[Choice] = Field(description="Where only a person can decide: what can be said")


class ProblemSummary(Answer):
    """A cause in one line."""

    title: str
    field: str | None
    rule: str
    severity: str
    count: int


class Decision(Answer):
    """One thing that the reader decided, with its evidence."""

    name: str
    value: str | int | bool | None
    evidence: str
    sure: bool
    runner_up: str | None


class Doubt(Answer):
    """One thing to look at although no row was refused. `count` are rows; 0 where it is about the whole file."""

    about: str = Field(description="A field, a column, or what the reader decided")
    rule: str = Field(description="The rule of the problem, or `reading`")
    count: int
    said: str
    question: bool = Field(description="Whether an answer would change what comes in")


class UploadShort(Answer):
    """An upload in a list. `kind` is import, or rollback with `target_id` the upload taken back."""

    id: str
    kind: str
    dataset: str
    filename: str
    source: str | None
    format: str | None
    sha256: str | None
    size: int | None = Field(description="Bytes")
    status: str
    actor: str
    door: str
    created_at: Time
    finished_at: Time | None
    counts: Counts
    target_id: str | None
    error: dict[str, Any] | None = Field(description="What ended it, if something did")
    links: dict[str, str] = {}


class Upload(UploadShort):
    """An upload with how it was read, mapped and cleaned, and what was wrong."""

    mode: Mode
    on_error: OnError
    mapping: list[Column] = Field(description="Column by column: field, confidence, reason")
    table_steps: list[TableStep] = Field(description="Steps on the columns and rows of the file")
    recipe: list[dict[str, Any]] = Field(description="The cleaning steps as they ran")
    decisions: list[Decision] = Field(description="How the file was read")
    notes: list[str]
    problems: list[ProblemSummary]
    doubts: list[Doubt] = Field(description="Warnings, open questions and unsure decisions")
    waiting: int = Field(description="Rows in quarantine")
    job: str | None = Field(default=None, description="The job that works on it, or did last")


class UploadList(BaseModel):
    """A page of uploads, the newest first."""

    uploads: list[UploadShort]
    total: int | None = Field(description="With `count=true`")
    limit: int
    offset: int
    next: str | None = Field(description="Address of the next page")


class ProblemList(BaseModel):
    """What is wrong with an upload, errors first."""

    problems: list[RowProblem]


class RowChange(Answer):
    """What becomes of one row, or what became of one record."""

    outcome: str = Field(
        description="new, changed, unchanged, repeated, conflicting, rejected or deleted"
    )
    row: int | None
    line: int | None = None
    record_id: str | None
    title: str | None = None
    version: int | None = None
    fields: list[FieldChange] = []
    problems: list[str] = []
    cells: list[str | None] = Field(
        default=[], description="The row as it stands, when it is in quarantine"
    )


class ChangeList(BaseModel):
    """A page of changes: of the preview before the import, of the history after it."""

    stage: Literal["preview", "history"]
    changes: list[RowChange]
    total: int | None = Field(description="With `count=true`")
    limit: int
    offset: int
    next: str | None


class CommitBody(BaseModel):
    """What to change before importing. Nothing at all: import exactly what the preview showed."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str | None] | None = Field(
        default=None,
        description="Column of the file to field; `extra` keeps it beside the fields, null drops it;"
        " `name:given` and `name:family` join several columns to one name",
        examples=[{"Full Name": "name", "Notes": None}],
    )
    recipe: list[Step] | None = Field(default=None, description="Cleaning steps, in order")
    table_steps: list[TableStep] | None = Field(
        default=None, description="Steps on the columns and rows of the file, in order"
    )
    mode: Mode | None = None
    on_error: OnError | None = None
    confirm_deletions: bool | None = Field(default=None, description=CONFIRM)
    remember: bool | None = Field(
        default=None,
        description="Use this mapping for later files with the same headers (default: when a mapping is given)",
    )


class RequeueBody(BaseModel):
    """Rows of the quarantine, repaired."""

    model_config = ConfigDict(extra="forbid")

    rows: dict[int, dict[str, str | None]] = Field(
        description="Row number to {column of the file: text}",
        examples=[{"3": {"mbti": "INFJ"}}],
    )


class Requeued(Answer):
    """What became of the repaired rows; `waiting` is what the quarantine still holds."""

    counts: Counts
    waiting: int


class RecordOutcome(Answer):
    """What becomes of one record when an upload is taken back."""

    record_id: str
    title: str | None
    reason: str
    fields: list[str]
    kept_fields: list[str]
    by: str | None


class Rollback(Answer):
    """Counts of all records, and the first of each kind. `id` is the rollback's own upload."""

    upload_id: str
    id: str | None
    dry_run: bool = False
    counts: dict[str, int]
    reversed: list[RecordOutcome]
    kept: list[RecordOutcome]
    failed: list[RecordOutcome]


class FetchBody(BaseModel):
    """A file at an address, and what to do with it."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1, max_length=4_000, examples=["https://example.org/people.csv"])
    dataset: str = Field(DEFAULT, max_length=63)
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    source: str | None = Field(None, max_length=200, description="Default: the address")
    force: bool = False
    confirm_deletions: bool = Field(False, description=CONFIRM)
