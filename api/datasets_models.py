"""What the API answers about datasets."""

from __future__ import annotations

from pydantic import BaseModel, Field

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
