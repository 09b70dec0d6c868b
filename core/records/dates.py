"""Dates in questions to the records: compared and sorted as time, whatever style the question is written in."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.dates.read import one
from core.dates.sortable import condition
from core.storage.sql import ident, literal

COMPARED = ("lt", "le", "gt", "ge")
_ISO = re.compile(r"-?\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def is_date(dataset: Dataset, name: str) -> bool:
    """Whether a column holds dates as text."""
    return name in dataset.field_names and dataset.field(name).type == "date"


def compared(name: str, operator: str, value: str) -> str:
    """SQL for a comparison with a date in ISO form."""
    return condition(operator, ident(name), literal(value))


def iso(value: Any) -> str:
    """A date of a question as it is kept. Raises ValueError when it is none, or may be several."""
    text = value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
    found = text if _ISO.fullmatch(text) else _read(text)
    if found is None:
        raise ValueError(value)
    return found


@lru_cache(maxsize=200)
def _read(text: str) -> str | None:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {one('?')}", [text]).fetchone()
    return str(row[0]) if row and row[0] else None
