"""What the API answers and takes, as pydantic models: the source of /api/docs."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.cleaning.plan import Column, Mode, OnError
from core.cleaning.step import Step
from core.ingest.uploads import Counts

Outcome = Literal["new", "changed", "unchanged", "repeated", "conflicting", "rejected", "deleted"]
# The tables keep UTC without a zone; the answer says so.
Time = Annotated[datetime, AfterValidator(lambda t: t.replace(tzinfo=timezone.utc))]


class Answer(BaseModel):
    """Made from the dataclasses and models of core."""

    model_config = ConfigDict(from_attributes=True)


class Problem(BaseModel):
    """An error, as RFC 9457 has it. Some codes add members, such as `upload_id` or `faults`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="`urn:marquee:error:` and the code", examples=["urn:marquee:error:not_found"]
    )
    title: str = Field(description="What went wrong, the same for every error of this code")
    status: int
    detail: str = Field(description="What was found, and where")
    code: str = Field(description="Stable; for programs")
    hint: str = Field(description="What to do about it")


class Found(Answer):
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
    """One cause of trouble in the file, however many rows have it. An `error` keeps the row out."""

    field: str | None
    column: str | None = Field(description="The column's header in the file")
    rule: str
    severity: Literal["error", "warning", "info"]
    count: int
    title: str
    expected: str
    examples: list[Example]
    found: list[Found]
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
    recipe: list[dict[str, Any]] = Field(description="The cleaning steps as they ran")
    decisions: list[Decision] = Field(description="How the file was read")
    notes: list[str]
    problems: list[ProblemSummary]
    waiting: int = Field(description="Rows in quarantine")
    job: str | None = Field(default=None, description="The job that works on it, or did last")


class UploadList(BaseModel):
    """A page of uploads, the newest first."""

    uploads: list[UploadShort]
    limit: int
    offset: int
    next: str | None = Field(description="Address of the next page")


class ProblemList(BaseModel):
    """What is wrong with an upload, errors first."""

    problems: list[RowProblem]


class FieldChange(Answer):
    """One field, before and after."""

    field: str
    old: Any
    new: Any


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
        default=[], description="The row as it stands, when it is set aside"
    )


class ChangeList(BaseModel):
    """A page of changes: of the preview before the import, of the history after it."""

    stage: Literal["preview", "history"]
    changes: list[RowChange]
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
    mode: Mode | None = None
    on_error: OnError | None = None
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


class Job(Answer):
    """Work in the background. `status`: queued, running, done, failed or cancelled."""

    id: str
    kind: str
    upload_id: str | None = Field(description="null for a backup")
    status: str
    stage: str | None
    rows_done: int
    rows_total: int
    rate: float = Field(description="Rows per second")
    share: float = Field(description="0 to 1")
    attempts: int
    error: dict[str, Any] | None
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    links: dict[str, str] = {}


class JobList(BaseModel):
    """Jobs, the newest first."""

    jobs: list[Job]


class Backup(BaseModel):
    """A backup. `error` says why its manifest cannot be used; `missing` are raw files that were gone."""

    name: str
    error: str | None
    made_at: Time | None
    format: str | None
    records: int
    size: int = Field(description="Bytes")
    written: int = Field(description="Bytes that no earlier backup had")
    missing: list[str]
    database: str | None = Field(
        description="The file that was backed up, where the backup says it"
    )
    foreign: bool = Field(description="Of another database, in the same folder; never deleted here")
    tested_at: Time | None
    test_passed: bool | None = Field(description="Whether it was really restored and compared")
    test: str | None
    links: dict[str, str] = {}


class BackupList(BaseModel):
    """Backups, the newest first. `worry` says what is wrong when a schedule is set."""

    backups: list[Backup]
    database: str
    scheduled: bool
    worry: str | None


class BackupVerified(BaseModel):
    """Whether every byte of a backup is as it was written."""

    name: str
    ok: bool
    parts: int
    raw: int
    wrong: list[str]


class CheckFinding(BaseModel):
    """One thing that is wrong. `severity`: error, warning or note."""

    code: str
    severity: str
    title: str
    where: str
    count: int
    examples: list[str]
    safe: str
    action: str


class Check(BaseModel):
    """What was looked at, and what is wrong. `ok` when there is no error."""

    ok: bool
    at: str
    deep: bool
    seconds: float
    looked: dict[str, int]
    findings: list[CheckFinding]


class DatasetField(Answer):
    """One field of a record."""

    name: str
    label: str
    type: str
    description: str
    required: bool
    choices: list[str]
    synonyms: list[str]


class Dataset(Answer):
    """A kind of record."""

    name: str
    label: str
    description: str
    origin: str
    fields: list[DatasetField]
    records: int | None = Field(default=None, description="How many there are")
    links: dict[str, str] = {}


class DatasetList(BaseModel):
    """Every dataset; `broken` names definition files that cannot be used, and why."""

    datasets: list[Dataset]
    broken: dict[str, str]


class RecordPage(BaseModel):
    """A page of records. Beside its fields a record has record_id, _version, _source, ..."""

    records: list[dict[str, Any]]
    total: int | None = Field(default=None, description="With count=true: how many fit in all")
    cursor: str | None = Field(description="For the next page; null on the last one")
    next: str | None = Field(description="Address of the next page")


class Change(Answer):
    """One version of a record: what changed, by whom, from which row of which file."""

    version: int
    kind: str
    fields: list[FieldChange]
    upload_id: str | None
    filename: str | None
    row: int | None
    actor: str
    door: str
    at: Time
    taken_back: bool = Field(description="The upload that did it does not stand any more")


class History(BaseModel):
    """Every version of a record, the newest first."""

    changes: list[Change]


class Source(BaseModel):
    """Where one value comes from."""

    value: Any
    change: Change


class Sources(BaseModel):
    """Field by field, the change that gave the present value."""

    sources: dict[str, Source]


class Event(Answer):
    """One line of the audit trail; `hash` covers the line and the hash before it."""

    seq: int
    at: Time
    kind: str
    actor: str
    door: str
    dataset: str | None
    upload_id: str | None
    record_id: str | None
    details: dict[str, Any]
    previous_hash: str
    hash: str


class EventList(BaseModel):
    """Events, the newest first."""

    events: list[Event]
    next: str | None


class Operation(Answer):
    """One operation of the last days. Times in seconds."""

    name: str
    calls: int
    failed: int
    rows: int
    p50: float = Field(description="Half of the calls took no longer")
    p95: float = Field(description="95 % of the calls took no longer")
    slowest: float
    seconds: float = Field(description="All calls together")
    last_at: Time


class ImportRun(Answer):
    """One import and the seconds of its stages."""

    upload_id: str
    filename: str
    dataset: str
    at: Time
    size: int | None = Field(description="Bytes of the file")
    rows: int
    seconds: float
    stages: dict[str, float] = Field(examples=[{"reading": 0.5, "checking": 3.6, "writing": 1.7}])


class TableSize(Answer):
    """One table: its rows, the removed ones that still take room, bytes on disk."""

    name: str
    rows: int
    removed: int
    size: int


class Files(Answer):
    """Bytes on disk."""

    database: int
    wal: int
    spilled: int
    raw: int
    free: int


class Memory(Answer):
    """Bytes in memory: DuckDB's share, its limit, this process now and at its peak, its children."""

    duckdb: int
    limit: int
    spilled: int
    process: int
    process_peak: int
    children: int
    threads: int
    by_use: dict[str, int]


class Performance(Answer):
    """The work of the engine."""

    operations: list[Operation]
    imports: list[ImportRun]
    tables: list[TableSize]
    files: Files
    memory: Memory


class Health(BaseModel):
    """The service answers, and so does its database."""

    status: Literal["ok"]
    version: str
    database: Literal["ok"]
