"""What the child that read a sheet tells beside its cells, as JSON from process to process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.files.books.book import Facts
from core.files.books.places import Area

SUMMARY = "summary.json"


@dataclass(frozen=True)
class SheetSummary:
    """A sheet as it is listed."""

    name: str
    rows: int
    columns: int
    hidden: bool
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Summary:
    """`chosen` is the sheet's number from 0; `columns` are the sheet columns of c0, c1, ..."""

    sheets: list[SheetSummary]
    chosen: int
    why: str
    runner_up: str | None
    columns: list[int]
    rows: int
    facts: Facts

    def to_json(self) -> str:
        """The text that `load_summary` understands."""
        return json.dumps(asdict(self))


def load_summary(folder: Path) -> Summary:
    """The summary in a folder that the child filled."""
    found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    sheets = [
        SheetSummary(**{**sheet, "hidden_columns": tuple(sheet["hidden_columns"])})
        for sheet in found.pop("sheets")
    ]
    facts = found.pop("facts")
    merged = [Area(**area) for area in facts.pop("merged")]
    return Summary(sheets, facts=Facts(**facts, merged=merged), **found)
