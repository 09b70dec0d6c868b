"""One cause of problems: field, rule, how many rows, examples, repairs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.cleaning.checks import TITLES
from core.cleaning.plan import EXTRA, RECORD_ID
from core.datasets.model import Dataset
from core.ingest.deciders.answers import Answer, answers, as_dicts
from core.ingest.rows.staged import Staged

EXAMPLES = 5
LABELS = {
    RECORD_ID: "The id of the record",
    EXTRA: "The extra fields",
}  # of columns that are no field


@dataclass(frozen=True)
class WrongValue:
    """One wrong text, how often it stands there, and what was probably meant."""

    value: str | None
    count: int
    repair: str | None = None


@dataclass(frozen=True)
class Example:
    """One place: row (from 1), line in the file, the text that stands there."""

    row: int
    line: int | None
    found: str | None


@dataclass(frozen=True)
class Problem:
    """One cause. `severity` error keeps the row out; warning and info do not."""

    field: str | None
    column: str | None
    rule: str
    severity: str
    count: int
    title: str
    expected: str
    examples: tuple[Example, ...] = ()
    found: tuple[WrongValue, ...] = ()

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What can be said where only a person can decide: label and step; each is one step of the recipe."""
        return as_dicts(self.asked, self.field)

    @property
    def asked(self) -> tuple[Answer, ...]:
        """The answers, as the steps that they add."""
        if self.severity == "info":
            return ()
        return answers(self.rule, [(f.value, f.repair) for f in self.found])

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {**asdict(self), "answers": self.answers}


def title(dataset: Dataset, field_name: str | None, rule: str) -> str:
    """The catalogue's sentence for a rule and a field."""
    rule = {"ambiguous_record": "ambiguous"}.get(rule, rule)
    label = "The fields"
    if field_name:
        label = LABELS.get(field_name) or dataset.field(field_name).label
    return TITLES.get(rule, rule).format(field=label)


def stored(field_name: str) -> str:
    """The column of a staged row that has the value of a field."""
    return "_record" if field_name == RECORD_ID else field_name


def column_of(staged: Staged, field_name: str | None) -> str | None:
    """The names of the columns that a field comes from."""
    names = [c.column for c in staged.plan.sources(field_name)] if field_name else []
    return " + ".join(names) or None


def short(text: str | None, limit: int = 200) -> str | None:
    """A text of a cell, cut where it is too long to be shown."""
    return text if text is None or len(text) <= limit else text[: limit - 1] + "…"
