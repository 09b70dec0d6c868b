"""What the API answers about backups, and about the check of everything."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.models import Time


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


class BackupFile(BaseModel):
    """A file of a backup."""

    path: str = Field(description="Within the backup")
    size: int = Field(description="Bytes")
    link: str


class BackupFiles(BaseModel):
    """The files of a backup."""

    files: list[BackupFile]


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
