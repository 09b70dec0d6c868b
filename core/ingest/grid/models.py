"""What a grid shows: columns, rows with their cells, what is wrong in which cell, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.ingest.fixes import Standing

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class GridColumn:
    """A column of the file that is kept. `choices` are the texts that its field allows."""

    index: int
    name: str
    label: str
    field: str | None
    type: str
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Mark:
    """What is wrong in a cell, or (with `column` None) with the whole row. `repair` is what was probably meant."""

    column: int | None
    field: str | None
    rule: str
    severity: str
    title: str
    expected: str
    repair: str | None = None


@dataclass(frozen=True)
class GridRow:
    """A row (from 1) with its place, its name, its texts by column, what is wrong, and which columns were fixed."""

    row: int
    line: int | None
    title: str | None
    error: bool
    cells: dict[int, str | None]
    marks: tuple[Mark, ...] = ()
    fixed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, and in how many rows."""

    field: str | None
    rule: str
    severity: str
    title: str
    count: int


@dataclass(frozen=True)
class Only:
    """Which rows are shown. `problems` alone: those with any error or warning."""

    problems: bool = False
    field: str | None = None
    rule: str | None = None
    severity: Severity | None = None
    search: str | None = None
    column: int | None = None  # with `text`: rows in which exactly this stands there
    text: str | None = None
    fixed: bool = False


@dataclass(frozen=True)
class GridPage:
    """A page of rows in the order of the file, how many there are in all, and the causes with their counts."""

    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    total: int
    all: int
    errors: int
    causes: tuple[Cause, ...]
    standing: Standing
    row_name: str


@dataclass(frozen=True)
class Text:
    """One text of a column and in how many rows it stands. `kind`: value, blank or error."""

    text: str | None
    count: int
    kind: str = "value"


@dataclass(frozen=True)
class Facet:
    """The texts of a column, the most frequent first; `distinct` is how many there are in all."""

    column: int
    texts: tuple[Text, ...]
    distinct: int
    blank: int
    errors: int


@dataclass(frozen=True)
class Cluster:
    """Spellings that may be one text; `into` is the most frequent."""

    into: str
    texts: tuple[Text, ...]
    count: int


@dataclass(frozen=True)
class Fixed:
    """What an act of fixing did: cells and rows, and how many errors and rows with errors are left."""

    cells: int
    rows: tuple[int, ...]
    errors: int
    standing: Standing
    dry_run: bool = False
