"""What the API answers about jobs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.models import Answer, Time


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
    total: int | None = Field(description="With `count=true`")
    next: str | None = Field(description="Address of the next page")
