"""What the API answers about the service: its health, the audit trail, the work of the engine."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models import Answer, Time


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
    total: int | None = Field(description="With `count=true`")
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
    """One table: its rows, the dead ones that still take space, bytes on disk."""

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


class Verified(BaseModel):
    """The audit trail is whole."""

    ok: bool
    events: int
