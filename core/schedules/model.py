"""A schedule: from where, when, and how something is imported by itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.cleaning.plan import Mode, OnError
from core.errors import BadSchedule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Unit = Literal["minutes", "hours", "days", "weeks"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rhythm(_Part):
    """When: every so many minutes, hours, days or weeks; days and weeks at a time of day (HH:MM) in a time zone.

    `days` are the days of the week on which it may run (none: all; for weeks, Monday). Where a clock is put forward
    over the time, it runs when the clock shows the hour after; where it is put back, once.
    """

    every: int = Field(1, ge=1, le=1_000)
    unit: Unit = "days"
    at: str = "03:00"
    days: tuple[Day, ...] = ()
    zone: str = "UTC"

    @field_validator("at")
    @classmethod
    def _time(cls, value: str) -> str:
        if not _AT.match(value):
            raise ValueError("a time of day is written HH:MM, such as 03:00")
        return value

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {value!r}; such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _enough(self) -> Rhythm:
        if self.unit == "minutes" and self.every < 1:
            raise ValueError("at most once a minute")
        return self

    def sentence(self) -> str:
        """For people: every 2 days at 03:00 (Europe/Berlin)"""
        one = self.unit.removesuffix("s")
        every = f"every {one}" if self.every == 1 else f"every {self.every} {self.unit}"
        if self.unit in ("minutes", "hours"):
            return every
        on = f" on {', '.join(d.capitalize() for d in self.days)}" if self.days else ""
        return f"{every}{on} at {self.at} ({self.zone})"


class Place(_Part):
    """From where: a `folder` with a `pattern`, an http(s) address (`url`), or `s3://bucket/prefix` with a `pattern`."""

    kind: Literal["folder", "address", "s3"]
    folder: str = ""
    url: str = ""
    pattern: str = "*"
    deep: bool = False  # folders in it, too

    @model_validator(mode="after")
    def _said(self) -> Place:
        if self.kind == "folder" and not self.folder.strip():
            raise ValueError("a folder is needed")
        if self.kind == "address" and urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError("an address begins with http:// or https://")
        if self.kind == "s3" and not re.match(r"s3://[a-z0-9.\-]{3,63}(/|\Z)", self.url):
            raise ValueError("an address of S3 is written s3://bucket/folder/")
        if ".." in self.pattern or self.pattern.startswith(("/", "\\")) or not self.pattern.strip():
            raise ValueError("a pattern is such as *.csv")
        return self

    def sentence(self) -> str:
        """For people; what follows a question mark in an address may be a key and is not shown."""
        if self.kind == "address":
            return self.url.partition("?")[0]
        return f"{self.pattern} in {self.folder if self.kind == 'folder' else self.url}"


class Definition(_Part):
    """What a schedule does, as somebody defines it.

    `recipe` is the name of a saved recipe. `act`: import what comes, or only preview it and let somebody look. A file
    in which more than `most_rejected` percent of the rows have errors is not imported: it waits, and the run failed.
    `confirm_deletions`: with mode `replace`, a file that lacks more than a tenth of what its source brought is imported,
    too; else it waits. `catch_up`: a run that was missed while nothing ran is made up for, once.
    """

    name: str = Field(min_length=1, max_length=100)
    dataset: str = Field(max_length=63)
    place: Place
    rhythm: Rhythm = Rhythm()
    recipe: str | None = Field(None, max_length=100)
    mode: Mode = "upsert"
    on_error: OnError = "quarantine"
    source: str | None = Field(None, max_length=200)
    act: Literal["import", "preview"] = "import"
    most_rejected: float = Field(100, ge=0, le=100)
    confirm_deletions: bool = False
    catch_up: bool = True


class Schedule(_Part):
    """A definition that is kept, with how it stands. Times are in UTC; `next_at` is None while it is paused."""

    id: str
    definition: Definition
    paused: bool
    next_at: datetime | None
    failures: int
    last_at: datetime | None
    actor: str
    role: str
    created_at: datetime
    updated_at: datetime


class Run(_Part):
    """One run. `why`: due, missed, asked or retry. `status`: waiting, running, done, nothing, failed or cancelled."""

    id: str
    schedule_id: str
    job_id: str | None
    why: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    status: str
    files: int = 0
    rows: int = 0
    uploads: tuple[str, ...] = ()
    error: dict[str, Any] | None = None


def parse(data: object) -> Definition:
    """A definition from what a door was given. Raises BadSchedule in our words."""
    try:
        return data if isinstance(data, Definition) else Definition.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise BadSchedule(f"{place + ': ' if place else ''}{said}") from error
