# flake8: noqa
"""What the API takes and answers. Generated from the description of the API by clients/generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Account(TypedDict):
    """Somebody who may log in. `status`: active or disabled. `roles`: another role for some datasets."""

    created_at: str | None
    has_password: bool
    id: str
    issuer: str | None
    name: str
    recovery_codes: int
    role: str
    roles: dict[str, str]
    second_factor: bool
    seen_at: str | None
    shown: str
    status: str


class AccountChange(TypedDict):
    """What shall be another; what is left out stays."""

    disabled: NotRequired[bool | None]
    role: NotRequired[str | None]
    roles: NotRequired[dict[str, str] | None]
    shown: NotRequired[str | None]


class AccountList(TypedDict):
    """All accounts by name."""

    accounts: list[Account]


class Acknowledgement(TypedDict):
    """Somebody sees to an alert."""

    note: NotRequired[str]


class AlertChange(TypedDict):
    """An alert went from one state into another."""

    after: str
    alert: str
    at: str
    before: str
    value: float | None


class AlertState(TypedDict):
    """An alert of the registry and where it stands."""

    acknowledged_at: str | None
    acknowledged_by: str | None
    alert: str
    note: str | None
    runbook: str
    severity: Literal["critical", "warning", "info"]
    silenced: bool
    since: str | None
    state: Literal["ok", "pending", "firing", "unknown", "unused"]
    summary: str
    value: float | None


class Alerts(TypedDict):
    """All alerts, those that fire first, and how they changed of late."""

    alerts: list[AlertState]
    changes: list[AlertChange]


class Analytics(TypedDict):
    """`rate` is rows per second, `wait` the median of seconds from file to record."""

    by: str
    causes: list[TopCause]
    days: list[Figures]
    groups: list[Figures]
    since: str
    total: Figures


class ApiUsage(TypedDict):
    """By route, what took the most time first."""

    routes: list[RouteUsage]


class ArrivalDecision(TypedDict):
    """What you say of rows: of `pairs`, or of all that wait from the probability `at_least` on."""

    at_least: NotRequired[float]
    note: NotRequired[str | None]
    pairs: NotRequired[list[RowPair] | None]
    verdict: Literal["same", "different", "later", "withdrawn"]


class ArrivalList(TypedDict):
    """Rows that are probably somebody; those that wait for a decision come first."""

    open: int
    pairs: list[ArrivalPair]
    reason: str | None
    total: int


class ArrivalPair(TypedDict):
    """A row of the file and who it probably is: a record, or an earlier row."""

    by: str | None
    earlier: bool
    line: int | None
    other: dict[str, Any]
    other_row: int | None
    probability: float
    record_id: str | None
    row: int
    title: str | None
    values: dict[str, Any]
    verdict: Literal["same", "different", "later"] | None
    weight: float
    why: list[ArrivalReason]


class ArrivalReason(TypedDict):
    """What one field says: bits above 0 speak for one person."""

    bits: float
    field: str
    left: Any
    level: str
    right: Any
    said: str


class ArrivalsDecided(TypedDict):
    """Of how many rows something was said, and what the import would do now."""

    counts: Counts
    decided: int
    open: int


class Backup(TypedDict):
    """A backup. `error` says why its manifest cannot be used; `missing` are raw files that were gone."""

    database: str | None
    error: str | None
    foreign: bool
    format: str | None
    links: NotRequired[dict[str, str]]
    made_at: str | None
    missing: list[str]
    name: str
    records: int
    size: int
    test: str | None
    test_passed: bool | None
    tested_at: str | None
    written: int


class BackupFile(TypedDict):
    """A file of a backup."""

    link: str
    path: str
    size: int


class BackupFiles(TypedDict):
    """The files of a backup."""

    files: list[BackupFile]


class BackupList(TypedDict):
    """Backups, the newest first. `worry` says what is wrong when a schedule is set."""

    backups: list[Backup]
    database: str
    scheduled: bool
    worry: str | None


class BackupVerified(TypedDict):
    """Whether every byte of a backup is as it was written."""

    name: str
    ok: bool
    parts: int
    raw: int
    wrong: list[str]


class BadValue(TypedDict):
    """A value of the bad rows: how many records have it, and what is probably meant."""

    count: int
    suggestion: str | None
    value: str


class BadValues(TypedDict):
    """The most frequent first."""

    values: list[BadValue]


class Behind(TypedDict):
    """The uploads behind a figure."""

    uploads: list[UploadShort]


class BindBody(TypedDict):
    """The source, or null."""

    source: str | None


class Body_accept_upload(TypedDict):
    """Body_accept_upload"""

    reason: str


class Body_bring_back_file(TypedDict):
    """Body_bring_back_file"""

    file: str


class BrokenRule(TypedDict):
    """A rule, and in how many rows it is broken."""

    field: str | None
    rows: int
    rule: str
    severity: str


class Budget(TypedDict):
    """An objective: what is promised, what was kept, what is left of the error budget."""

    bad: int
    good: int
    held: bool
    left: float
    meaning: str
    name: str
    share: float | None
    target: float
    title: str


class Budgets(TypedDict):
    """All objectives."""

    objectives: list[Budget]


class BulkAnswer(TypedDict):
    """The results, and how many there are of both kinds."""

    done: int
    refused: int
    results: list[BulkResult]


class BulkBody(TypedDict):
    """Up to 1,000 changes."""

    items: list[BulkItem]


class BulkItem(TypedDict):
    """One change. `version` is the one that was seen; without it, whatever there is."""

    op: NotRequired[Literal["edit", "delete", "restore"]]
    record_id: str
    values: NotRequired[dict[str, Any] | None]
    version: NotRequired[int | None]


class BulkResult(TypedDict):
    """What became of one change, in the order in which they were sent."""

    error: dict[str, Any] | None
    op: str
    record_id: str
    status: int
    version: int | None


class Candidate(TypedDict):
    """A record that a row may be, with the value that tells the records of one key apart."""

    apart: str | None
    record_id: str
    title: str | None


class Cause(TypedDict):
    """One thing that is wrong, and in how many rows."""

    count: int
    field: str | None
    rule: str
    severity: Literal["error", "warning", "info"]
    title: str


class Change(TypedDict):
    """One version of a record: what changed, by whom, from which row of which file."""

    actor: str
    at: str
    door: str
    fields: list[FieldChange]
    filename: str | None
    kind: str
    row: int | None
    taken_back: bool
    upload_id: str | None
    version: int


class ChangeList(TypedDict):
    """A page of changes: of the preview before the import, of the history after it."""

    changes: list[RowChange]
    limit: int
    next: str | None
    offset: int
    stage: Literal["preview", "history"]
    total: int | None


class Check(TypedDict):
    """What was looked at, and what is wrong. `ok` when there is no error."""

    at: str
    deep: bool
    findings: list[CheckFinding]
    looked: dict[str, int]
    ok: bool
    seconds: float


class CheckFinding(TypedDict):
    """One thing that is wrong. `severity`: error, warning or note."""

    action: str
    code: str
    count: int
    examples: list[str]
    safe: str
    severity: str
    title: str
    where: str


class Choice(TypedDict):
    """One answer to a question that the file leaves open: a step to add to the recipe."""

    label: str
    step: dict[str, Any]


class Cluster(TypedDict):
    """Spellings that may be one text; `into` is the most frequent."""

    count: int
    into: str
    texts: list[Text]


class ClusterList(TypedDict):
    """Clusters, the largest first."""

    clusters: list[Cluster]


class Column(TypedDict):
    """Where one column of the file goes: to a field, kept as an extra field, or dropped. `field` may also be one of OWN. `extra` is the name of the extra field, where it is not the header. `own` marks the column that tells that Marquee wrote the file. With a `part` (given, family ...) it is one of several that make the field, and kept beside it as well. `near` is the field that a column without one may hold too: another column is nearer, or none is near enough."""

    column: str
    confidence: NotRequired[float]
    extra: NotRequired[str | None]
    field: NotRequired[str | None]
    index: int
    keep: NotRequired[bool]
    near: NotRequired[str | None]
    own: NotRequired[bool]
    part: NotRequired[str | None]
    reason: NotRequired[str]


class CommitBody(TypedDict):
    """What to change before importing. Nothing at all: import exactly what the preview showed."""

    confirm_deletions: NotRequired[bool | None]
    mapping: NotRequired[dict[str, str | None] | None]
    mode: NotRequired[Literal["upsert", "insert", "replace"] | None]
    on_error: NotRequired[Literal["quarantine", "refuse"] | None]
    recipe: NotRequired[list[Step] | None]
    remember: NotRequired[bool | None]
    table_steps: NotRequired[list[TableStep] | None]


class Conflict(TypedDict):
    """A row that could mean several records."""

    apart: str | None
    line: int | None
    records: list[Candidate]
    row: int
    rule: str
    title: str | None
    why: str


class ConflictList(TypedDict):
    """Rows that could mean several records, in the order of the file."""

    conflicts: list[Conflict]
    next: str | None
    total: int | None


class CopyBody(TypedDict):
    """The name of the copy."""

    name: str
    title: NotRequired[str]


class Counts(TypedDict):
    """Rows by what becomes of them; for a rollback, records by outcome."""

    changed: NotRequired[int]
    conflicting: NotRequired[int]
    deleted: NotRequired[int]
    failed: NotRequired[int]
    kept: NotRequired[int]
    new: NotRequired[int]
    rejected: NotRequired[int]
    repeated: NotRequired[int]
    reversed: NotRequired[int]
    rows: NotRequired[int]
    unchanged: NotRequired[int]


class Dataset(TypedDict):
    """A kind of record."""

    description: str
    fields: list[DatasetField]
    label: str
    links: NotRequired[dict[str, str]]
    name: str
    origin: str
    records: NotRequired[int | None]


class DatasetField(TypedDict):
    """One field of a record."""

    choices: list[str]
    description: str
    label: str
    name: str
    required: bool
    synonyms: list[str]
    type: str


class DatasetList(TypedDict):
    """Every dataset; `broken` names definition files that cannot be used, and why."""

    broken: dict[str, str]
    datasets: list[Dataset]


class Decision(TypedDict):
    """One thing that the reader decided, with its evidence."""

    evidence: str
    name: str
    runner_up: str | None
    sure: bool
    value: str | int | bool | None


class Decisions(TypedDict):
    """What was decided of an upload, how many records each field would change, and what the import would do now."""

    changing: dict[str, int]
    counts: Counts
    kept_fields: list[str]
    kept_records: list[str]
    rows: dict[str, str]


class DecisionsBody(TypedDict):
    """What is decided; what is left out stays as it was."""

    choice: NotRequired[Literal["leave", "new", "first", "last"] | None]
    kept_fields: NotRequired[list[str] | None]
    kept_records: NotRequired[list[str] | None]
    outcome: NotRequired[Literal["new", "changed", "conflicting", "repeated"] | None]
    rows: NotRequired[dict[str, str | None] | None]


class Definition(TypedDict):
    """What a schedule does, as somebody defines it. `recipe` is the name of a saved recipe. `act`: import what comes, or only preview it and let somebody look. A file in which more than `most_rejected` percent of the rows have errors is not imported: it waits, and the run failed. `confirm_deletions`: with mode `replace`, a file that lacks more than a tenth of what its source brought is imported, too; else it waits. `catch_up`: a run that was missed while nothing ran is made up for, once."""

    act: NotRequired[Literal["import", "preview"]]
    catch_up: NotRequired[bool]
    confirm_deletions: NotRequired[bool]
    dataset: str
    mode: NotRequired[Literal["upsert", "insert", "replace"]]
    most_rejected: NotRequired[float]
    name: str
    on_error: NotRequired[Literal["quarantine", "refuse"]]
    place: Place
    recipe: NotRequired[str | None]
    rhythm: NotRequired[Rhythm]
    source: NotRequired[str | None]


class DefinitionBody(TypedDict):
    """A definition as docs/datasets.md says it, and fields that have another name now: old to new."""

    definition: dict[str, Any]
    renamed: NotRequired[dict[str, str]]


class DefinitionChange(TypedDict):
    """One thing that a new definition does; a refused one says why it cannot be."""

    refused: bool
    what: str


class DeletedList(TypedDict):
    """Records that are not there any more, the newest first."""

    next: str | None
    records: list[DeletedRecord]
    total: int | None


class DeletedRecord(TypedDict):
    """A record that is gone, by its last state. `restore` brings it back."""

    deleted: Change
    fields: dict[str, Any]
    record_id: str


class Delivery(TypedDict):
    """One message to one address. status: waiting, delivered or given_up."""

    answer: int | None
    attempts: int
    created_at: str
    delivered_at: str | None
    error: str | None
    event: str
    id: str
    message_id: str
    next_at: str | None
    payload: str
    seconds: float | None
    status: str
    webhook_id: str


class DeliveryList(TypedDict):
    """Messages, the newest first."""

    deliveries: list[Delivery]
    next: str | None
    total: int | None


class DiscardBody(TypedDict):
    """Which rows; all of them without `rows`."""

    back: NotRequired[bool]
    rows: NotRequired[list[int] | None]


class Doubt(TypedDict):
    """One thing to look at although no row was refused. `count` are rows; 0 where it is about the whole file."""

    about: str
    count: int
    question: bool
    rule: str
    said: str


class Drift(TypedDict):
    """What is otherwise than in `against`; null where there is nothing to hold it against."""

    against: NotRequired[str | None]
    gone: NotRequired[list[Gone]]
    moved: NotRequired[bool]
    new: NotRequired[list[str]]


class Effect(TypedDict):
    """What one step does to the rows that were looked at; `error` says why it is not run."""

    cells: int | None
    error: str | None
    examples: list[list[Any]]
    off: bool
    rows: int
    sentence: str
    step: int


class Effects(TypedDict):
    """Of the steps on the table, and of those on fields."""

    fields: list[Effect]
    looked: int
    table: list[Effect]
    whole: bool


class EffectsBody(TypedDict):
    """Steps to be tried on an open upload; null: those that it has."""

    steps: NotRequired[list[Step] | None]
    table_steps: NotRequired[list[TableStep] | None]
    whole: NotRequired[bool]


class Entry(TypedDict):
    """One file in the queue. `asks`: none of the datasets fits, so somebody has to say what the rows are."""

    actor: str
    added_at: str
    error: dict[str, Any] | None
    proposals: list[Proposal]
    rate: float
    rows_done: int
    rows_total: int
    seconds_left: float | None
    share: float
    stage: str | None
    state: Literal[
        "asks", "waiting", "working", "ready", "imported", "rolled_back", "failed", "cancelled"
    ]
    upload: UploadShort
    waiting_rows: int


class EntryList(TypedDict):
    """Files in the order in which they came."""

    entries: list[Entry]


class Event(TypedDict):
    """One line of the audit trail; `hash` covers the line and the hash before it."""

    actor: str
    at: str
    dataset: str | None
    details: dict[str, Any]
    door: str
    hash: str
    kind: str
    previous_hash: str
    record_id: str | None
    seq: int
    upload_id: str | None


class EventList(TypedDict):
    """Events, the newest first."""

    events: list[Event]
    next: str | None
    total: int | None


class Example(TypedDict):
    """One place: row (from 1) and line in the file."""

    found: str | None
    line: int | None
    row: int


class Expectation(TypedDict):
    """A check that somebody made. What a `kind` needs is in the documents on quality."""

    condition: str | None
    dataset: str
    days: float | None
    field: str | None
    gate: str
    id: str
    kind: str
    last: NotRequired[LastResult | None]
    max: float | str | None
    min: float | str | None
    name: str
    other: str | None
    owner: str
    pattern: str | None
    severity: str
    timeout: float
    title: str
    tolerance: float
    values: list[str | float]


class Expectations(TypedDict):
    """Checks, by name."""

    checks: list[Expectation]


class Facet(TypedDict):
    """The texts of a column, the most frequent first."""

    blank: int
    column: int
    distinct: int
    errors: int
    texts: list[Text]


class FacetList(TypedDict):
    """Counts beside the hits, by field."""

    facets: dict[str, SearchFacet]


class Fault(TypedDict):
    """One kind of unexpected error: its type and its place in the code, never its text."""

    event: str
    first_at: str
    frames: list[str]
    ids: dict[str, str]
    kind: str
    last_at: str
    print: str
    times: int


class Faults(TypedDict):
    """Unexpected errors, the newest first."""

    errors: list[Fault]
    next: str | None
    total: int | None


class Feed(TypedDict):
    """Changes behind a position, the oldest first."""

    changes: list[FeedEntry]
    cursor: str | None
    last: int
    next: str | None
    total: int | None


class FeedEntry(TypedDict):
    """One change. `act` counts the commits of the dataset, without gaps."""

    act: int
    actor: str
    at: str
    door: str
    fields: list[FieldChange]
    filename: str | None
    kind: str
    record_id: str
    row: int | None
    taken_back: bool
    upload_id: str | None
    version: int


class FetchBody(TypedDict):
    """A file at an address, and what to do with it."""

    confirm_deletions: NotRequired[bool]
    dataset: NotRequired[str]
    force: NotRequired[bool]
    mode: NotRequired[Literal["upsert", "insert", "replace"]]
    on_error: NotRequired[Literal["quarantine", "refuse"]]
    source: NotRequired[str | None]
    url: str


class FieldChange(TypedDict):
    """One field, before and after."""

    field: str
    new: Any
    old: Any


class FieldDrift(TypedDict):
    """One field in two imports. `verdict`: steady, moved, changed or unknown."""

    appeared: list[str]
    empty_after: float | None
    empty_before: float | None
    field: str
    index: float | None
    vanished: list[str]
    verdict: str


class FieldScore(TypedDict):
    """The score of one field."""

    dimensions: dict[str, float | None]
    field: str
    total: float | None


class FieldStatistics(TypedDict):
    """Of one field over the records that fit. `top`: the most frequent values with their counts."""

    bins: list[int]
    distinct: int
    empty: int
    field: str
    filled: int
    greatest: Any
    least: Any
    top: list[list[Any]]


class Figures(TypedDict):
    """What came in: of a day, of a group, or in all."""

    failed: int
    imported: int
    name: str
    rate: float | None
    rejected: int
    rows: int
    uploads: int
    wait: float | None


class FileValue(TypedDict):
    """A value of the bad rows: how many rows have it, and what is probably meant."""

    count: int
    suggestion: str | None
    value: str


class FileValues(TypedDict):
    """The most frequent first."""

    values: list[FileValue]


class Files(TypedDict):
    """Bytes on disk."""

    database: int
    free: int
    raw: int
    spilled: int
    wal: int


class FixAllBody(TypedDict):
    """Every cell of a column in which one of these texts stands becomes `text`."""

    column: str
    dry_run: NotRequired[bool]
    found: list[str | None]
    text: NotRequired[str | None]


class FixAnswer(TypedDict):
    """How many rows the steps change, and the score of the file before and after."""

    added: int
    after: float | None
    before: float | None
    field: str
    rows: int


class FixAsked(TypedDict):
    """Which values should be what. Unless `dry_run` is false, only the new score is told."""

    check: str
    dry_run: NotRequired[bool]
    fixes: dict[str, str]


class FixBody(TypedDict):
    """Cells typed anew: row of the file (from 1) to {column of the file: text}."""

    rows: dict[str, dict[str, str | None]]


class Fixed(TypedDict):
    """What an act did, or with `dry_run` would do."""

    cells: int
    dry_run: bool
    errors: int
    rows: list[int]
    standing: Standing


class Forget(TypedDict):
    """How a person is forgotten. It cannot be taken back."""

    destroy_files: NotRequired[bool]
    reason: NotRequired[str]


class FoundDataset(TypedDict):
    """A dataset whose title has the words."""

    name: str
    title: str


class FoundUpload(TypedDict):
    """An upload whose file name has the words."""

    filename: str
    id: str


class GateAccepted(TypedDict):
    """Who let a file in."""

    actor: str
    at: str
    reason: str


class GateReport(TypedDict):
    """What the gate says: pass, ask or refuse."""

    accepted: GateAccepted | None
    outcomes: list[Outcome]
    reasons: list[str]
    score: QualityScore
    upload_id: str
    verdict: str


class Gone(TypedDict):
    """A column that is not in the file any more."""

    column: str
    proposal: str | None
    reason: str
    used: str


class Grid(TypedDict):
    """A page of rows in the order of the file; `total` fit, `all` are there."""

    all: int
    causes: list[Cause]
    columns: list[GridColumn]
    errors: int
    rows: list[GridRow]
    standing: Standing
    total: int


class GridColumn(TypedDict):
    """A column of the file that is kept."""

    choices: list[str]
    field: str | None
    index: int
    label: str
    name: str
    required: bool
    type: str


class GridRow(TypedDict):
    """A row (from 1) with its texts by the index of the column."""

    cells: dict[str, str | None]
    error: bool
    fixed: list[int]
    line: int | None
    marks: list[Mark]
    row: int
    title: str | None


class Health(TypedDict):
    """The service answers, and so does its database."""

    database: Literal["ok"]
    status: Literal["ok"]
    version: str


class History(TypedDict):
    """Every version of a record, the newest first."""

    changes: list[Change]


class Ids(TypedDict):
    """The uploads for which something was done."""

    uploads: list[str]


class ImportRun(TypedDict):
    """One import and the seconds of its stages."""

    at: str
    dataset: str
    filename: str
    rows: int
    seconds: float
    size: int | None
    stages: dict[str, float]
    upload_id: str


class Incident(TypedDict):
    """Something that is wrong, one per cause."""

    bad: int
    cause: str
    changed_at: str
    dataset: str
    id: str
    notes: list[IncidentNote]
    opened_at: str
    owner: str
    reopened: int
    resolved_at: str | None
    severity: str
    status: str
    title: str


class IncidentChange(TypedDict):
    """What is done to an incident."""

    note: NotRequired[str]
    owner: NotRequired[str | None]
    status: NotRequired[Literal["open", "resolved"] | None]


class IncidentNote(TypedDict):
    """Something that happened to an incident."""

    actor: str
    at: str
    note: str
    what: str


class Incidents(TypedDict):
    """Incidents, open ones first."""

    incidents: list[Incident]


class Invited(TypedDict):
    """A new account, and the path of the link by which its owner sets a password. It is shown this once."""

    account: Account
    link: str


class Job(TypedDict):
    """Work in the background. `status`: queued, running, done, failed or cancelled."""

    attempts: int
    created_at: str
    error: dict[str, Any] | None
    finished_at: str | None
    id: str
    kind: str
    links: NotRequired[dict[str, str]]
    rate: float
    rows_done: int
    rows_total: int
    share: float
    stage: str | None
    started_at: str | None
    status: str
    upload_id: str | None


class JobList(TypedDict):
    """Jobs, the newest first."""

    jobs: list[Job]
    next: str | None
    total: int | None


class KeptField(TypedDict):
    """A field that a later change owns."""

    before: Any
    field: str
    now: Any
    record_id: str
    why: str


class KeptSearch(TypedDict):
    """A kept search. `news`: records that were new, gone or changed when it was last counted."""

    alert: str | None
    created_at: str
    dataset: str
    fields: list[str] | None
    filters: dict[str, Any] | None
    id: str
    looked_at: str
    name: str
    news: int
    query: str
    sort: str | None


class KeptSearchList(TypedDict):
    """Your kept searches."""

    searches: list[KeptSearch]


class Key(TypedDict):
    """An API key without its secret. No `datasets`: all."""

    created_at: str
    datasets: list[str]
    ends_at: str | None
    hint: str
    id: str
    name: str
    owner: str
    revoked_at: str | None
    scopes: list[str]
    used_at: str | None
    works: bool


class KeyList(TypedDict):
    """API keys, the newest first."""

    keys: list[Key]


class LastResult(TypedDict):
    """What came of a check when it ran last."""

    at: str
    bad: int
    counted: int
    message: str
    state: str
    unanswered: int


class Limited(TypedDict):
    """Somebody who sent too much in an hour."""

    hour: str
    last_at: str
    policy: str
    refused: int
    subject: str


class LimitedList(TypedDict):
    """Who was limited, the newest first."""

    limited: list[Limited]


class Line(TypedDict):
    """A metric over time: growth per second of a counter, the value of a gauge."""

    labels: list[str]
    metric: str
    points: list[Point]


class Lines(TypedDict):
    """Metrics over time."""

    lines: list[Line]


class Link(TypedDict):
    """The path of a link that sets a password, once, within a day."""

    link: str


class MadeKey(TypedDict):
    """A new key with its secret, which is shown this once."""

    key: Key
    secret: str


class MadeWebhook(TypedDict):
    """A new webhook; the secret is told this once."""

    secret: str
    webhook: Webhook


class Mark(TypedDict):
    """What is wrong in a cell, or (column null) with the whole row."""

    column: int | None
    expected: str
    field: str | None
    repair: str | None
    rule: str
    severity: Literal["error", "warning", "info"]
    title: str


class MatchBand(TypedDict):
    """Pairs by weight, and how many were decided to be the same."""

    decided: int
    expected: float | None
    high: float
    low: float
    pairs: int
    same: int


class MatchCluster(TypedDict):
    """Records that are likely one person."""

    id: str
    records: list[str]
    weight: float


class MatchClusterList(TypedDict):
    """All clusters of two records and more."""

    clusters: list[MatchCluster]


class MatchDecision(TypedDict):
    """A decision; it is never deleted, only superseded."""

    actor: str
    at: str
    dataset: str
    door: str
    holds: bool
    id: str
    left: str
    note: str | None
    right: str
    supersedes: str | None
    verdict: str
    weight: float | None


class MatchDecisionList(TypedDict):
    """Decisions, the newest first."""

    decisions: list[MatchDecision]
    next: str | None
    total: int | None


class MatchEvaluation(TypedDict):
    """`pairwise` counts pairs of records, `b3` records; `labelled` records were looked at."""

    b3: MatchScore
    labelled: int
    pairwise: MatchScore


class MatchFigures(TypedDict):
    """How the review stands."""

    bands: list[MatchBand]
    decided: int
    different: int
    later: int
    open: int
    pairs: int
    precision: float | None
    recall: float | None
    same: int


class MatchFound(TypedDict):
    """A record that may be the person asked about."""

    probability: float
    record: dict[str, Any]
    record_id: str
    weight: float
    why: list[MatchReason]


class MatchFoundList(TypedDict):
    """Records that may be the person, the likeliest first."""

    found: list[MatchFound]


class MatchLabels(TypedDict):
    """Who is who, as you know it: each record's person, pairs, or a field that says it."""

    labels: dict[str, str] | list[list[Any]] | str
    probability: NotRequired[float]


class MatchLinked(TypedDict):
    """What was linked and merged without a person."""

    links: int
    merges: int


class MatchPair(TypedDict):
    """Two records that may be one person. The weight is in bits."""

    bridge: bool
    id: str
    left: str
    probability: float
    records: list[dict[str, Any]]
    right: str
    sentence: str
    verdict: str | None
    weight: float
    why: list[MatchReason]


class MatchPairList(TypedDict):
    """Pairs, the likeliest first."""

    next: str | None
    pairs: list[MatchPair]
    total: int | None


class MatchReason(TypedDict):
    """What one field says: bits above 0 speak for one person."""

    bits: float
    field: str
    left: Any
    level: str
    right: Any
    said: str


class MatchRules(TypedDict):
    """The rules that hold."""

    ask: float
    link: float | None
    merge: bool
    preview: float
    said_by: str | None
    set_at: str | None


class MatchRun(TypedDict):
    """What a run found, and its verdict on itself."""

    blocks_left_out: int
    candidates: int
    cap: int
    caps: NotRequired[list[int]]
    compared: int
    dataset: str
    id: str
    incremental: bool
    job: NotRequired[str | None]
    left_out: list[dict[str, Any]]
    linked: int
    links: int
    merged: int
    not_compared: dict[str, str]
    pairs: int
    precision: float | None
    records: int
    refused: str | None
    seconds: float
    trusted: bool
    verdict: str


class MatchRunList(TypedDict):
    """Runs, the newest first."""

    next: str | None
    runs: list[PastMatchRun]
    total: int | None


class MatchScore(TypedDict):
    """How right it is, 0 to 1."""

    f1: float
    precision: float
    recall: float


class Me(TypedDict):
    """Who asks, and what they may (where no dataset is named: in all of them)."""

    datasets: list[str]
    key: str | None
    permissions: list[str]
    role: str
    roles: dict[str, str]
    scopes: list[str] | None
    who: str


class Memory(TypedDict):
    """Bytes in memory: DuckDB's share, its limit, this process now and at its peak, its children."""

    by_use: dict[str, int]
    children: int
    duckdb: int
    limit: int
    process: int
    process_peak: int
    spilled: int
    threads: int


class MergeList(TypedDict):
    """The oldest first."""

    merges: list[StandingMerge]


class MergeResult(TypedDict):
    """A merge; without an id it was only shown."""

    absorbed: list[str]
    dataset: str
    fields: list[MergedField]
    id: str | None
    survivor: str


class MergedField(TypedDict):
    """What a field gets, by which rule, from which record, and the values that lose."""

    field: str
    others: list[Any]
    rule: str
    source: str | None
    value: Any


class Migration(TypedDict):
    """What a new definition does, and the records held against it."""

    changes: list[DefinitionChange]
    records: api__datasets_models__Tried


class NewAccount(TypedDict):
    """Somebody who shall be able to log in."""

    name: str
    role: NotRequired[str]
    roles: NotRequired[dict[str, str]]
    shown: NotRequired[str]


class NewDecision(TypedDict):
    """What you say of a pair."""

    expect: NotRequired[str | None]
    note: NotRequired[str | None]
    verdict: Literal["same", "different", "later", "withdrawn"]


class NewExport(TypedDict):
    """A search to be written to a file. `fields`: the columns; without them, all that brings a record back."""

    fields: NotRequired[list[str] | None]
    filters: NotRequired[dict[str, Any] | None]
    format: NotRequired[Literal["csv", "xlsx", "jsonl", "parquet", "arrow"]]
    query: NotRequired[str]
    sort: NotRequired[str | None]


class NewKey(TypedDict):
    """A key for a program. `days`: until it ends."""

    datasets: NotRequired[list[str]]
    days: NotRequired[float | None]
    name: str
    scopes: NotRequired[list[str]]


class NewMatchRules(TypedDict):
    """From which probability (0 to 1) a run does what by itself."""

    ask: NotRequired[float | None]
    link: NotRequired[float | None]
    merge: NotRequired[bool]


class NewMerge(TypedDict):
    """Which records become part of this one, and which values stay."""

    dry_run: NotRequired[bool]
    keep: NotRequired[dict[str, Any]]
    records: list[str]
    versions: NotRequired[dict[str, int] | None]


class NewSearch(TypedDict):
    """A search to be kept."""

    alert: NotRequired[str | None]
    fields: NotRequired[list[str] | None]
    filters: NotRequired[dict[str, Any] | None]
    name: str
    query: NotRequired[str]
    sort: NotRequired[str | None]


class NewSilence(TypedDict):
    """Nobody is told of an alert for some hours; "*" is any alert."""

    alert: str
    hours: float
    reason: NotRequired[str]


class NewWebhook(TypedDict):
    """A webhook to be made."""

    dataset: NotRequired[str | None]
    description: NotRequired[str]
    events: NotRequired[list[str]]
    url: str


class NewsItem(TypedDict):
    """A record of the news, with the act that caused it."""

    act: int | None
    by: str | None
    filename: str | None
    record_id: str
    title: str
    upload_id: str | None


class OpenedHit(TypedDict):
    """A hit that was opened."""

    position: int
    query_id: str
    record_id: str


class Operation(TypedDict):
    """One operation of the last days. Times in seconds."""

    calls: int
    failed: int
    last_at: str
    name: str
    p50: float
    p95: float
    rows: int
    seconds: float
    slowest: float


class Outcome(TypedDict):
    """What came of a check: passed, failed, unanswered, error or not_measured."""

    bad: int
    counted: int
    expectation: Expectation
    message: str
    seconds: float
    state: str
    unanswered: int
    value: float | None


class Outcomes(TypedDict):
    """What came of the checks."""

    outcomes: list[Outcome]


class PastMatchRun(TypedDict):
    """A run that is over, and when it ended."""

    at: str
    blocks_left_out: int
    candidates: int
    cap: int
    caps: NotRequired[list[int]]
    compared: int
    dataset: str
    id: str
    incremental: bool
    job: NotRequired[str | None]
    left_out: list[dict[str, Any]]
    linked: int
    links: int
    merged: int
    not_compared: dict[str, str]
    pairs: int
    precision: float | None
    records: int
    refused: str | None
    seconds: float
    trusted: bool
    verdict: str


class Performance(TypedDict):
    """The work of the engine."""

    files: Files
    imports: list[ImportRun]
    memory: Memory
    operations: list[Operation]
    tables: list[TableSize]


class Permissions(TypedDict):
    """What a role may."""

    permissions: list[str]


class PersonFile(TypedDict):
    """A file that has rows of a person."""

    filename: str
    rows: list[int]
    upload_id: str


class PersonForgotten(TypedDict):
    """What was done. `paper` is Markdown."""

    at: str
    done: dict[str, int]
    forgotten_id: str
    paper: str


class PersonKnown(TypedDict):
    """Where a person is: what forgetting them takes out."""

    decisions: int
    events: int
    files: list[PersonFile]
    importing: list[str]
    live: bool
    merged: bool
    quarantined: int
    record_id: str
    versions: int


class Place(TypedDict):
    """From where: a `folder` with a `pattern`, an http(s) address (`url`), or `s3://bucket/prefix` with a `pattern`."""

    deep: NotRequired[bool]
    folder: NotRequired[str]
    kind: Literal["folder", "address", "s3"]
    pattern: NotRequired[str]
    url: NotRequired[str]


class PlaceBody(TypedDict):
    """The dataset of a file: one that is there, or `new` for one made of its columns and values."""

    dataset: NotRequired[str | None]
    new: NotRequired[bool]
    title: NotRequired[str]


class PlanBody(TypedDict):
    """What to change of an open upload's plan; what is left out stays."""

    confirmed: NotRequired[bool]
    mapping: NotRequired[dict[str, str | None]]
    mode: NotRequired[Literal["upsert", "insert", "replace"]]
    on_error: NotRequired[Literal["quarantine", "refuse"]]
    reading: NotRequired[dict[str, str | int | None]]
    recipe: NotRequired[None]
    steps: NotRequired[list[Step]]
    table_steps: NotRequired[list[TableStep]]


class Point(TypedDict):
    """A value at a time."""

    at: str
    value: float


class ProbeRun(TypedDict):
    """One run of the probe; `step` and `code` of what failed."""

    code: str
    ok: bool
    seconds: float
    step: str


class Problem(TypedDict):
    """An error, as RFC 9457 has it. Some codes add members, such as `upload_id` or `faults`."""

    code: str
    detail: str
    hint: str
    status: int
    title: str
    type: str


class Problem400(TypedDict):
    """Problem400"""

    code: NotRequired[str]
    status: NotRequired[Literal[400]]


class Problem401(TypedDict):
    """Problem401"""

    code: NotRequired[str]
    status: NotRequired[Literal[401]]


class Problem403(TypedDict):
    """Problem403"""

    code: NotRequired[str]
    status: NotRequired[Literal[403]]


class Problem404(TypedDict):
    """Problem404"""

    code: NotRequired[str]
    status: NotRequired[Literal[404]]


class Problem405(TypedDict):
    """Problem405"""

    code: NotRequired[str]
    status: NotRequired[Literal[405]]


class Problem409(TypedDict):
    """Problem409"""

    code: NotRequired[str]
    status: NotRequired[Literal[409]]


class Problem410(TypedDict):
    """Problem410"""

    code: NotRequired[str]
    status: NotRequired[Literal[410]]


class Problem412(TypedDict):
    """Problem412"""

    code: NotRequired[str]
    status: NotRequired[Literal[412]]


class Problem413(TypedDict):
    """Problem413"""

    code: NotRequired[str]
    status: NotRequired[Literal[413]]


class Problem415(TypedDict):
    """Problem415"""

    code: NotRequired[str]
    status: NotRequired[Literal[415]]


class Problem422(TypedDict):
    """Problem422"""

    code: NotRequired[str]
    status: NotRequired[Literal[422]]


class Problem428(TypedDict):
    """Problem428"""

    code: NotRequired[str]
    status: NotRequired[Literal[428]]


class Problem429(TypedDict):
    """Problem429"""

    code: NotRequired[str]
    status: NotRequired[Literal[429]]


class Problem500(TypedDict):
    """Problem500"""

    code: NotRequired[str]
    status: NotRequired[Literal[500]]


class Problem502(TypedDict):
    """Problem502"""

    code: NotRequired[str]
    status: NotRequired[Literal[502]]


class Problem503(TypedDict):
    """Problem503"""

    code: NotRequired[str]
    status: NotRequired[Literal[503]]


class Problem507(TypedDict):
    """Problem507"""

    code: NotRequired[str]
    status: NotRequired[Literal[507]]


class ProblemList(TypedDict):
    """What is wrong with an upload, errors first."""

    problems: list[RowProblem]


class ProblemSummary(TypedDict):
    """A cause in one line."""

    count: int
    field: str | None
    rule: str
    severity: str
    title: str


class Proposal(TypedDict):
    """How well a dataset fits the content of a file."""

    columns: int
    dataset: str
    fits: bool
    found: int
    label: str
    missing: list[str]
    why: str


class ProposalList(TypedDict):
    """Every dataset with how well it fits, the best first."""

    proposals: list[Proposal]


class QualityAnomaly(TypedDict):
    """A point at least three deviations off those before it."""

    act: int | None
    at: str | None
    mean: float
    points: int
    upload_id: str | None
    value: float
    what: str
    z: float


class QualityCause(TypedDict):
    """A check that an act changed."""

    bad: int
    check: str
    points: float
    title: str


class QualityCheck(TypedDict):
    """One ratio: `score` is 100 x (1 - bad / counted). Its rows: `/datasets/{dataset}/quality/rows?check=`."""

    bad: int
    counted: int
    dimension: str
    expected: str
    field: str | None
    id: str
    rule: str
    score: float | None
    scored: bool
    title: str


class QualityDrift(TypedDict):
    """Two imports, field by field."""

    after: str
    before: str
    fields: list[FieldDrift]


class QualityRows(TypedDict):
    """The records of a check."""

    next: str | None
    records: list[dict[str, Any]]
    total: int | None


class QualityScore(TypedDict):
    """The quality of some records. `scope`: dataset, record, upload, source or file."""

    checks: list[QualityCheck]
    dataset: str
    dimensions: dict[str, float | None]
    fields: dict[str, FieldScore]
    records: int
    scope: str
    total: float | None


class QualityStep(TypedDict):
    """The scores after an act, and what they come from."""

    act: int
    actor: str | None
    acts: int
    at: str
    causes: list[QualityCause]
    changed: int
    dimensions: dict[str, float | None]
    door: str | None
    filename: str | None
    kind: str
    points: float | None
    records: int
    taken_back: bool
    total: float | None
    upload_id: str | None
    words: str


class QualityTrend(TypedDict):
    """Steps, the oldest first, and what is out of line."""

    anomalies: list[QualityAnomaly]
    steps: list[QualityStep]


class Readiness(TypedDict):
    """Every part of the server."""

    parts: list[api__monitoring_models__Part]
    ready: bool


class Recipe(TypedDict):
    """A recipe as it is saved, exported and imported. `columns` are the names in the file that it was made with, before its table steps; `mapping` says where columns go (a field, field:part, extra, or null); `steps` null means the usual cleaning of the dataset."""

    columns: NotRequired[list[str]]
    dataset: str
    mapping: NotRequired[dict[str, str | None]]
    marquee_recipe: NotRequired[int]
    name: NotRequired[str]
    reading: NotRequired[dict[str, str | int | None]]
    source: NotRequired[str | None]
    steps: NotRequired[list[Step] | None]
    table_steps: NotRequired[list[TableStep]]


class RecordOutcome(TypedDict):
    """What becomes of one record when an upload is taken back."""

    by: str | None
    fields: list[str]
    kept_fields: list[str]
    reason: str
    record_id: str
    title: str | None


class RecordPage(TypedDict):
    """A page of records. Beside its fields a record has record_id, _version, _source, ..."""

    cursor: str | None
    next: str | None
    records: list[dict[str, Any]]
    total: NotRequired[int | None]


class Removed(TypedDict):
    """How many records went."""

    records: int


class RepairAnswer(TypedDict):
    """What a repair would do, or did."""

    after: float | None
    before: float | None
    field: str
    points: float | None
    records: int
    upload_id: str | None


class RepairAsked(TypedDict):
    """Values of the bad rows as text ("" for empty ones), and what they should be; null empties them."""

    check: str
    dry_run: NotRequired[bool]
    field: NotRequired[str | None]
    fixes: dict[str, str | None]


class ReplaceBody(TypedDict):
    """A part of a text becomes another, in one column or all."""

    column: NotRequired[str | None]
    dry_run: NotRequired[bool]
    find: str
    text: NotRequired[str]


class RequeueBody(TypedDict):
    """Rows of the quarantine, repaired."""

    rows: dict[str, dict[str, str | None]]


class Requeued(TypedDict):
    """What became of the repaired rows; `waiting` is what the quarantine still holds."""

    counts: Counts
    waiting: int


class Rhythm(TypedDict):
    """When: every so many minutes, hours, days or weeks; days and weeks at a time of day (HH:MM) in a time zone. `days` are the days of the week on which it may run (none: all; for weeks, Monday). Where a clock is put forward over the time, it runs when the clock shows the hour after; where it is put back, once."""

    at: NotRequired[str]
    days: NotRequired[
        list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    ]
    every: NotRequired[int]
    unit: NotRequired[Literal["minutes", "hours", "days", "weeks"]]
    zone: NotRequired[str]


class Role(TypedDict):
    """A role; `permissions` null: all there are. `rules`: what it sees of a dataset, where not all."""

    built_in: bool
    name: str
    permissions: list[str] | None
    rules: NotRequired[dict[str, Rules]]


class RoleList(TypedDict):
    """All roles, and what each permission means."""

    permissions: dict[str, str]
    roles: list[Role]


class Rollback(TypedDict):
    """Counts of all records, and the first of each kind. `id` is the rollback's own upload."""

    counts: dict[str, int]
    dry_run: NotRequired[bool]
    failed: list[RecordOutcome]
    id: str | None
    kept: list[RecordOutcome]
    reversed: list[RecordOutcome]
    upload_id: str


class RouteUsage(TypedDict):
    """The requests to one route. Times are in seconds, of an even sample."""

    bytes_out: int
    callers: list[str]
    deprecated: int
    errors: int
    method: str
    p50: float
    p95: float
    programs: list[str]
    refused: int
    requests: int
    route: str
    slowest: float


class RowChange(TypedDict):
    """What becomes of one row, or what became of one record."""

    cells: NotRequired[list[str | None]]
    fields: NotRequired[list[FieldChange]]
    line: NotRequired[int | None]
    outcome: str
    problems: NotRequired[list[str]]
    record_id: str | None
    row: int | None
    title: NotRequired[str | None]
    version: NotRequired[int | None]


class RowPair(TypedDict):
    """A row, and which of those that it may be; without either the likeliest one."""

    other_row: NotRequired[int | None]
    record_id: NotRequired[str | None]
    row: int


class RowProblem(TypedDict):
    """One thing that is wrong in the file, however many rows have it. An `error` keeps the row out."""

    answers: list[Choice]
    column: str | None
    count: int
    examples: list[Example]
    expected: str
    field: str | None
    found: list[WrongValue]
    rule: str
    severity: Literal["error", "warning", "info"]
    title: str


class Rules(TypedDict):
    """What a role sees of a dataset. `rows`: a filter; null: every record."""

    hidden: NotRequired[list[str]]
    masks: NotRequired[dict[str, Literal["year", "month", "initial", "present"]]]
    rows: NotRequired[dict[str, Any] | None]


class Run(TypedDict):
    """One run. `why`: due, missed, asked or retry; `status`: waiting, running, done, nothing, failed or cancelled."""

    due_at: str
    ended_at: str | None
    error: dict[str, Any] | None
    files: int
    id: str
    job_id: str | None
    rows: int
    schedule_id: str
    started_at: str | None
    status: str
    uploads: list[str]
    why: str


class RunList(TypedDict):
    """Runs, the newest first."""

    next: str | None
    runs: list[Run]
    total: int | None


class SaveBody(TypedDict):
    """Under which name, and for which source's next file."""

    name: str
    replace: NotRequired[bool]
    source: NotRequired[str | None]


class SavedList(TypedDict):
    """Saved recipes by name."""

    recipes: list[SavedRecipe]


class SavedRecipe(TypedDict):
    """A saved recipe; `source` names whose next file gets it by itself."""

    actor: str
    created_at: str
    dataset: str
    id: str
    name: str
    recipe: Recipe
    source: str | None
    updated_at: str


class Schedule(TypedDict):
    """A schedule and how it stands. `next_at` is null while it is paused."""

    actor: str
    created_at: str
    definition: Definition
    failures: int
    id: str
    last_at: str | None
    next_at: str | None
    paused: bool
    sentence: str
    updated_at: str


class ScheduleList(TypedDict):
    """Schedules by name."""

    schedules: list[Schedule]


class SearchAnalytics(TypedDict):
    """How the search was used. Without searches, shares and seconds are null."""

    days: list[SearchDay]
    nothing: list[TopSearch]
    opened: float | None
    p50: float | None
    p95: float | None
    people: int
    position: float | None
    searches: int
    since: str
    top: list[TopSearch]
    without_hits: float | None


class SearchAnswer(TypedDict):
    """What was found. `cursor` brings the next page; `behind` changes are not in the index yet."""

    behind: int
    corrections: list[SearchCorrection]
    cursor: str | None
    engine: str
    facets: dict[str, SearchFacet]
    hits: list[SearchHit]
    next: str | None
    notes: list[str]
    query_id: str
    seconds: float
    total: int


class SearchBucket(TypedDict):
    """A value with the number of hits that have it; of dates, a decade."""

    count: int
    end: str | None
    selected: bool
    start: str | None
    value: str


class SearchCorrection(TypedDict):
    """A word that no record has, and the one that was searched instead."""

    how: str
    shown: str
    word: str


class SearchDay(TypedDict):
    """The searches of a day."""

    day: str
    searches: int
    without_hits: int


class SearchFacet(TypedDict):
    """The values of a field among the hits, as if the field itself were not filtered."""

    buckets: list[SearchBucket]
    field: str
    kind: str
    others: int
    timed_out: bool
    title: str


class SearchHit(TypedDict):
    """One record that was found."""

    highlights: dict[str, list[str]]
    parts: list[api__search_models__Part]
    record: dict[str, Any]
    record_id: str
    score: float
    why: list[Why]


class SearchNews(TypedDict):
    """What a kept search finds since you looked; of each kind the first hundred records."""

    changed: list[NewsItem]
    counts: dict[str, int]
    gone: list[NewsItem]
    new: list[NewsItem]
    since: str


class SearchStatus(TypedDict):
    """How the index of a dataset stands."""

    act: int
    behind: int
    dataset: str
    documents: int
    engine: str
    reason: str
    share: float
    size: int
    state: str


class SearchSuggestion(TypedDict):
    """A person, a search of before, or a field with a value."""

    kind: str
    query: str
    record_id: str | None
    shown: dict[str, Any]
    text: str


class Session(TypedDict):
    """A login that is not over."""

    account_id: str
    address: str
    agent: str
    created_at: str
    ends_at: str
    id: str
    view_as: str | None


class SessionList(TypedDict):
    """Who is logged in, the newest first."""

    sessions: list[Session]


class SheetList(TypedDict):
    """The sheets of a workbook; none for other files."""

    sheets: list[SheetPeek]


class SheetPeek(TypedDict):
    """A sheet of a workbook: its size in cells, its column names and first rows."""

    chosen: bool
    columns: int
    first: list[list[str]]
    hidden: bool
    name: str
    names: list[str]
    problem: str
    rows: int


class SilenceAnswer(TypedDict):
    """A silence."""

    actor: str
    alert: str
    created_at: str
    ends_at: str
    id: str
    reason: str


class Silences(TypedDict):
    """The silences that hold."""

    silences: list[SilenceAnswer]


class SiteSearch(TypedDict):
    """What the whole site has for a text: records by dataset, uploads, datasets."""

    datasets: list[FoundDataset]
    records: dict[str, list[SearchSuggestion]]
    uploads: list[FoundUpload]


class Some(TypedDict):
    """Which uploads are meant; without any, all."""

    uploads: NotRequired[list[str] | None]


class Source(TypedDict):
    """Where one value comes from."""

    change: Change
    value: Any


class SourceScore(TypedDict):
    """A source with the score of what it brought in."""

    dimensions: dict[str, float | None]
    records: int
    source: str
    total: float | None


class SourceScores(TypedDict):
    """Sources, the worst first."""

    sources: list[SourceScore]


class Sources(TypedDict):
    """Field by field, the change that gave the present value."""

    sources: dict[str, Source]


class Span(TypedDict):
    """A piece of work. `began` in seconds since 1970."""

    attributes: dict[str, Any]
    began: float
    id: str
    name: str
    ok: bool
    parent: str
    seconds: float


class Spelling(TypedDict):
    """Spellings with their rows, and the one that they would become."""

    rows: int
    to: str
    values: list[list[Any]]


class Spellings(TypedDict):
    """Clusters, those with the most rows first."""

    clusters: list[Spelling]


class SplitBody(TypedDict):
    """The sheets that are taken, each as an upload of its own."""

    sheets: list[str]


class Standing(TypedDict):
    """The acts of fixing: the newest in force (0: none), its cells, and what can be undone and redone."""

    act: int
    cells: int
    redo: bool
    undo: bool


class StandingMerge(TypedDict):
    """A merge that stands: `absorbed` became part of `survivor`, as the act of that number."""

    absorbed: list[str]
    act: int
    id: str
    keep: dict[str, Any]
    survivor: str


class StartBody(TypedDict):
    """A file that will come in chunks, and what is done with it then."""

    act: NotRequired[Literal["preview", "import"]]
    confirm_deletions: NotRequired[bool]
    dataset: NotRequired[str | None]
    filename: str
    force: NotRequired[bool]
    mode: NotRequired[Literal["upsert", "insert", "replace"]]
    on_error: NotRequired[Literal["quarantine", "refuse"]]
    size: int
    source: NotRequired[str | None]


class Statistics(TypedDict):
    """Field by field."""

    fields: list[FieldStatistics]


class Step(TypedDict):
    """One cleaning step. `field` None means every text field. Steps run in order. | op | uses | what it does | |---|---|---| | `join` | field, value (parts) | columns that hold parts of a name, or of a date, become one text | | `fill_down` | field, value (down, empty) | an empty cell is what stands above it, or empty | | `turn` | field, value (off, or none) | “Last, First” becomes “First Last” | | `family_first` | field, value (word, two_words, capitals, keep) | “Rossi Mario” and “LE GOFF Yann” become “Mario Rossi” and “Yann LE GOFF” | | `tidy` | field (or none) | trim, collapse blanks, Unicode NFC | | `error_cells` | field (or none) | #REF!, #N/A and the like become empty | | `empty_words` | field (or none), words | a cell that is one of these words becomes empty | | `keep_words` | field, words | these words are values of the field: empty_words leaves them; in a key field only where the row says more | | `upper` | field, value (tr, tr_words, or none) | letter case; tr: as in Turkish, where I is ı and i is İ; tr_words: as in Turkish only where a text has ı, İ, ğ or Ğ | | `lower` | field, value (tr, tr_words, or none) | letter case; tr: as in Turkish, where I is ı and i is İ; tr_words: as in Turkish only where a text has ı, İ, ğ or Ğ | | `gender_codes` | field, value (iso, tmdb, male_1, female_1) | which gender 0, 1, 2, 3 and 9 stand for | | `vocabulary` | field, value (its name), words | known words to one spelling; unknown ones stay, and so do `words`, which this file leaves open | | `split` | field, value (separators) | where a list's text is cut | | `states` | field, value (countries, states) | CA is Canada, or a state of the United States | | `date_order` | field, value (dmy, mdy, ymd, ydm) | how 03/04/1990 is read; ymd: 79/1/18 is in 1979; ydm: 1990-02-01 is in January | | `two_digit_years` | field, value (1927-2026, open) | the years that 68 and 12 stand for | | `calendar` | field, value (its name) | of years without an era: buddhist, roc, hijri, persian; astronomical ones have a year 0 | | `day_numbers` | field, value (1900, 1904, off) | 35376 is a day as spreadsheet programs count them | | `decimal_years` | field, value (month, year) | 1950.5 is May 1950, or a year with decimals | | `default_dates` | field, value (empty, dates) | 1900-01-01, 0001-01-01, 1604-05-03 and the like become empty, or are dates | | `january_first` | field, value (year, day) | 1835-01-01 is the year 1835, or that day | | `late_times` | field, value (next_day, same_day) | 22:00 UTC is midnight further east, of the next day, or it is not | | `listopad` | field, value (november, october) | listopada is November (Polish) or October (Croatian) | | `no_dates` | field, value (off, or none) | 0/0/00, 0000-00-00 and the like become empty | | `decimal_sign` | field, value (. or ,) | which sign of 1.234,5 parts the decimals | | `negatives` | field, value (minus, plain) | (5) and 5- are −5, as accounts write it, or (5) is 5 | | `suffix` | field, words | these words behind an allowed value are taken off: INTJ-A is INTJ | | `unit` | field, value, to | $5 is 5, 50 % is 50 (or 0.5, where `to` is 0.01) | | `yes_no` | field, value (de, fr, ... or marks) | the language of yes and no: ja and nein, oui and non; also ✓ and ✗ | | `replace` | field, value, to | a cell that is exactly `value` becomes `to` (or empty) | | `regex` | field, value, to | every match of the RE2 pattern becomes `to` | | `default` | field, to | an empty cell becomes `to` | | `clear_invalid` | field | a value that the rules refuse becomes empty | | `exported` | field (or none) | the values are Marquee's own: no step is guessed | | `apostrophes` | field (or none) | takes off what an export puts before texts like formulas | | `unlist` | field | a list of texts in JSON or of Python becomes its texts: `["GB"]` is GB, of several each stays behind a semicolon |"""

    field: NotRequired[str | None]
    off: NotRequired[bool]
    op: Literal[
        "join",
        "fill_down",
        "turn",
        "family_first",
        "tidy",
        "error_cells",
        "empty_words",
        "keep_words",
        "upper",
        "lower",
        "gender_codes",
        "vocabulary",
        "split",
        "states",
        "date_order",
        "two_digit_years",
        "calendar",
        "day_numbers",
        "decimal_years",
        "default_dates",
        "january_first",
        "late_times",
        "listopad",
        "no_dates",
        "decimal_sign",
        "negatives",
        "suffix",
        "unit",
        "yes_no",
        "replace",
        "regex",
        "default",
        "clear_invalid",
        "exported",
        "apostrophes",
        "unlist",
    ]
    reason: NotRequired[str]
    to: NotRequired[str | None]
    value: NotRequired[str | None]
    words: NotRequired[list[str]]


class SuggestionList(TypedDict):
    """What may be meant by the text so far."""

    suggestions: list[SearchSuggestion]


class SuiteLeft(TypedDict):
    """An expectation that was not taken."""

    name: str
    reason: str


class SuiteTaken(TypedDict):
    """What a suite became."""

    left: list[SuiteLeft]
    taken: list[Expectation]
    tool: str


class TableSize(TypedDict):
    """One table: its rows, the dead ones that still take space, bytes on disk."""

    name: str
    removed: int
    rows: int
    size: int


class TableStep(TypedDict):
    """One step on the table that a file holds, before its columns go to fields. Steps run in order. | op | uses | what it does | |---|---|---| | `trim` | columns | blanks around the text go | | `case` | columns, value | capital letters, small letters, or a capital for each word | | `normalise` | columns, value | one of blanks, nfc, nfkc, accents, punctuation | | `replace` | columns, value, to | `value`, wherever it stands in a cell, becomes `to` | | `regex` | columns, value, to | every match of the RE2 pattern `value` becomes `to`; `\1` is the first group | | `map` | columns, values | a cell that is one of `values`, whatever its case, becomes what stands there: 1 is female | | `merge` | columns, values | a cell that is exactly one of `values` becomes the spelling that stands there; made from clusters | | `dates` | columns, value | dates of the format `value` (`DD.MM.YYYY`, or as strptime says it) become ISO dates; others stay | | `decimal_comma` | columns | 1.234,5 becomes 1234.5; a text that is no such number stays | | `list` | columns, value | a text is cut at `value`, and its elements are written with semicolons | | `split` | columns, value, into | a column is cut at `value` into new ones; what is left over goes to the last | | `join` | columns, value, into | several columns become one new, with `value` between those that are not empty | | `extract` | columns, value, into | the groups of the RE2 pattern `value` become new columns | | `compute` | value, into | a column by an expression; see below | | `constant` | into, value | a new column that has the same text in every row | | `rename` | columns, into | a column gets another name | | `drop` | columns | columns are left out, as if the file did not have them | | `fill_down` | columns | an empty cell gets the value above it | | `filter` | value | rows for which the expression is true stay; the others are not imported | | `dedupe` | columns, value | of rows with the same text in the columns, whatever its case, one stays: first, last, fullest |"""

    columns: NotRequired[list[str]]
    into: NotRequired[list[str]]
    off: NotRequired[bool]
    op: Literal[
        "trim",
        "case",
        "normalise",
        "replace",
        "regex",
        "map",
        "merge",
        "dates",
        "decimal_comma",
        "list",
        "split",
        "join",
        "extract",
        "compute",
        "constant",
        "rename",
        "drop",
        "fill_down",
        "filter",
        "dedupe",
    ]
    reason: NotRequired[str]
    to: NotRequired[str | None]
    value: NotRequired[str | None]
    values: NotRequired[dict[str, str]]


class Text(TypedDict):
    """One text and in how many rows it stands."""

    count: int
    kind: Literal["value", "blank", "error"]
    text: str | None


class TopCause(TypedDict):
    """One thing that is wrong again and again."""

    dataset: str
    field: str | None
    rows: int
    rule: str
    severity: str
    title: str
    uploads: int


class TopSearch(TypedDict):
    """A text that was searched."""

    hits: int
    opened: int
    position: float | None
    searches: int
    text: str


class TraceAnswer(TypedDict):
    """A trace and its spans in their order."""

    began: float
    id: str
    left_out: int
    name: str
    ok: bool
    seconds: float
    spans: list[Span]


class Traces(TypedDict):
    """The last slow traces of the process that answers, the newest first."""

    traces: list[TraceAnswer]


class Transfer(TypedDict):
    """A file on its way. The next chunk begins at byte `received`."""

    chunk: int
    complete: bool
    created_at: str
    expires_at: str
    filename: str
    id: str
    opened: str | None
    received: int
    size: int


class TransferList(TypedDict):
    """Files that are on their way."""

    transfers: list[Transfer]


class UnmergeResult(TypedDict):
    """The records that are there again."""

    dataset: str
    id: str
    kept: list[KeptField]
    records: list[str]


class Upload(TypedDict):
    """An upload with how it was read, mapped and cleaned, and what was wrong."""

    actor: str
    counts: Counts
    created_at: str
    dataset: str
    decisions: list[Decision]
    door: str
    doubts: list[Doubt]
    error: dict[str, Any] | None
    filename: str
    finished_at: str | None
    format: str | None
    id: str
    job: NotRequired[str | None]
    kind: str
    links: NotRequired[dict[str, str]]
    mapping: list[Column]
    mode: Literal["upsert", "insert", "replace"]
    notes: list[str]
    on_error: Literal["quarantine", "refuse"]
    problems: list[ProblemSummary]
    recipe: list[dict[str, Any]]
    sha256: str | None
    size: int | None
    source: str | None
    status: str
    table_steps: list[TableStep]
    target_id: str | None
    waiting: int


class UploadList(TypedDict):
    """A page of uploads, the newest first."""

    limit: int
    next: str | None
    offset: int
    total: int | None
    uploads: list[UploadShort]


class UploadShort(TypedDict):
    """An upload in a list. `kind` is import, or rollback with `target_id` the upload taken back."""

    actor: str
    counts: Counts
    created_at: str
    dataset: str
    door: str
    error: dict[str, Any] | None
    filename: str
    finished_at: str | None
    format: str | None
    id: str
    kind: str
    links: NotRequired[dict[str, str]]
    sha256: str | None
    size: int | None
    source: str | None
    status: str
    target_id: str | None


class UseBody(TypedDict):
    """A saved recipe by its name, or a whole one."""

    name: NotRequired[str | None]
    recipe: NotRequired[Recipe | None]


class Verified(TypedDict):
    """The audit trail is whole."""

    events: int
    ok: bool


class View(TypedDict):
    """A saved view: what the page has in its address."""

    definition: dict[str, Any]
    name: str


class ViewAs(TypedDict):
    """A role; null: one's own."""

    role: str | None


class ViewBody(TypedDict):
    """What is asked: q, f, where, sort, size, cols."""

    definition: dict[str, Any]


class ViewList(TypedDict):
    """One's own views, by name."""

    views: list[View]


class Webhook(TypedDict):
    """An address and what it is told."""

    actor: str
    created_at: str
    dataset: str | None
    description: str
    disabled_at: str | None
    events: list[str]
    id: str
    reason: str | None
    url: str


class WebhookChange(TypedDict):
    """What is changed; what is left out stays."""

    dataset: NotRequired[str | None]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    events: NotRequired[list[str] | None]
    url: NotRequired[str | None]


class WebhookList(TypedDict):
    """All webhooks, and what there is to be told."""

    kinds: dict[str, str]
    webhooks: list[Webhook]


class Why(TypedDict):
    """Which word found which text, in which field, and how they agree."""

    end: int
    field: str
    how: str
    item: int
    start: int
    text: str
    word: str


class WrongValue(TypedDict):
    """One wrong text, how often it stands there, and what was probably meant."""

    count: int
    repair: str | None
    value: str | None


class api__datasets_models__Tried(TypedDict):
    """Rows held against a definition."""

    broken: list[BrokenRule]
    refused: int
    rows: int


class api__monitoring_models__Part(TypedDict):
    """One part of the server. Times in seconds."""

    cause: str
    hint: str
    name: str
    needed: bool
    ok: bool
    seconds: float
    used: bool


class api__schedules_models__Tried(TypedDict):
    """Names of the files that a run would take now."""

    files: list[str]


class api__search_models__Part(TypedDict):
    """One part of a score."""

    name: str
    value: float
