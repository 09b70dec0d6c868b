"""What the API answers about records, their history and where values come from."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.models import Answer, FieldChange, Time


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
