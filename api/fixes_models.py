"""What the API answers and takes about the grid of an open upload."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer

Severity = Literal["error", "warning", "info"]


class Standing(Answer):
    """The acts of fixing: the newest in force (0: none), its cells, and what can be undone and redone."""

    act: int
    cells: int
    undo: bool
    redo: bool


class GridColumn(Answer):
    """A column of the file that is kept."""

    index: int
    name: str
    label: str
    field: str | None
    type: str
    choices: list[str] = Field(description="The only texts that are allowed; empty: any")
    required: bool


class Mark(Answer):
    """What is wrong in a cell, or (column null) with the whole row."""

    column: int | None
    field: str | None
    rule: str
    severity: Severity
    title: str
    expected: str
    repair: str | None = Field(description="What was probably meant, where that is clear")


class GridRow(Answer):
    """A row (from 1) with its texts by the index of the column."""

    row: int
    line: int | None
    title: str | None
    error: bool
    cells: dict[int, str | None]
    marks: list[Mark]
    fixed: list[int] = Field(description="Columns in which somebody typed something else")


class Cause(Answer):
    """One thing that is wrong, and in how many rows."""

    field: str | None
    rule: str
    severity: Severity
    title: str
    count: int


class Grid(Answer):
    """A page of rows in the order of the file; `total` fit, `all` are there."""

    columns: list[GridColumn]
    rows: list[GridRow]
    total: int
    all: int
    errors: int = Field(description="Rows that would be kept out")
    causes: list[Cause]
    standing: Standing


class Text(Answer):
    """One text and in how many rows it stands."""

    text: str | None
    count: int
    kind: Literal["value", "blank", "error"]


class Facet(Answer):
    """The texts of a column, the most frequent first."""

    column: int
    texts: list[Text]
    distinct: int
    blank: int
    errors: int


class Cluster(Answer):
    """Spellings that may be one text; `into` is the most frequent."""

    into: str
    texts: list[Text]
    count: int


class ClusterList(Answer):
    """Clusters, the largest first."""

    clusters: list[Cluster]


class Fixed(Answer):
    """What an act did, or with `dry_run` would do."""

    cells: int
    rows: list[int]
    errors: int = Field(description="Rows that would be kept out now")
    standing: Standing
    dry_run: bool


class FixBody(BaseModel):
    """Cells typed anew: row of the file (from 1) to {column of the file: text}."""

    model_config = ConfigDict(extra="forbid")

    rows: dict[int, dict[str, str | None]] = Field(
        examples=[{"17": {"mbti": "INTJ"}}], min_length=1
    )


class FixAllBody(BaseModel):
    """Every cell of a column in which one of these texts stands becomes `text`."""

    model_config = ConfigDict(extra="forbid")

    column: str
    found: list[str | None] = Field(min_length=1, max_length=1_000)
    text: str | None = None
    dry_run: bool = False


class ReplaceBody(BaseModel):
    """A part of a text becomes another, in one column or all."""

    model_config = ConfigDict(extra="forbid")

    find: str = Field(min_length=1)
    text: str = ""
    column: str | None = None
    dry_run: bool = False
