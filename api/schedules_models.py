"""What the API answers and takes about schedules."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.models import Answer, Time
from api.paging import Page
from core.schedules.model import Definition


class Schedule(Answer):
    """A schedule and how it stands. `next_at` is null while it is paused."""

    id: str
    definition: Definition
    sentence: str = Field(description="From where and when, in words")
    paused: bool
    next_at: Time | None
    failures: int = Field(description="Failed runs in a row: it waits longer after each")
    last_at: Time | None
    actor: str
    created_at: Time
    updated_at: Time


class ScheduleList(Answer):
    """Schedules by name."""

    schedules: list[Schedule]


class Run(Answer):
    """One run. `why`: due, missed, asked or retry; `status`: waiting, running, done, nothing, failed or cancelled."""

    id: str
    schedule_id: str
    job_id: str | None
    why: str
    due_at: Time
    started_at: Time | None
    ended_at: Time | None
    status: str
    files: int
    rows: int
    uploads: list[str]
    error: dict[str, Any] | None


class RunList(Page):
    """Runs, the newest first."""

    runs: list[Run]


class Tried(Answer):
    """Names of the files that a run would take now."""

    files: list[str]
