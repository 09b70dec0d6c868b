"""What the API answers about datasets."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer


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


class DefinitionBody(BaseModel):
    """A definition as docs/datasets.md says it, and fields that have another name now: old to new."""

    model_config = ConfigDict(extra="forbid")

    definition: dict[str, Any] = Field(
        examples=[{"name": "authors", "fields": [{"name": "name", "required": True}]}]
    )
    renamed: dict[str, str] = {}


class CopyBody(BaseModel):
    """The name of the copy."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str = ""


class Removed(BaseModel):
    """How many records went."""

    records: int


class DefinitionChange(Answer):
    """One thing that a new definition does; a refused one says why it cannot be."""

    what: str
    refused: bool


class BrokenRule(Answer):
    """A rule, and in how many rows it is broken."""

    field: str | None
    rule: str
    severity: str
    rows: int


class Tried(Answer):
    """Rows held against a definition."""

    rows: int
    refused: int = Field(description="Rows with an error")
    broken: list[BrokenRule]


class Migration(Answer):
    """What a new definition does, and the records held against it."""

    changes: list[DefinitionChange]
    records: Tried
