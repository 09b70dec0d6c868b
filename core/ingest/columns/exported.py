"""Files that Marquee wrote itself: an export, a quarantine, a template. They come back as they went out.

An export has the column `record_id`, whose values are UUIDs of the seventh version, as every record has;
it matches rows by id. What is not a field stands in `_extra`, one JSON object. Both are seen in the mapping
with the reason, and another choice switches them off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.cleaning.own import PLACE
from core.cleaning.plan import EXTRA, RECORD_ID, Column, Plan, default_steps
from core.cleaning.step import Step
from core.datasets.model import Dataset
from core.datasets.tables import SYSTEM
from core.files.registry import FORMATS
from core.ingest.columns.mapping import ColumnMapping

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
EMPTYING = ("empty_words", "keep_words", "error_cells")
_OURS = re.compile(r".{14}7")
_ID = re.compile(UUID)
_NUMBER = re.compile(r"[0-9]+|")
_BY_ID = "the ids of records: rows are matched by them, since Marquee wrote this column"
_EXTRA = "the extra fields of an export"
_FIELD = "a field of an export"
_SYSTEM = "Marquee's own column, which no file changes"
_PLACED = "the place and the problems of a quarantined row, which Marquee wrote"
_TEMPLATE = "; the columns are those of the template"


def recognise(
    dataset: Dataset,
    guessed: Sequence[ColumnMapping],
    sample: Sequence[Sequence[str]],
    format: str,
) -> tuple[ColumnMapping, ...]:
    """The guess, with the columns that Marquee wrote where they belong."""
    columns = [m.column for m in guessed]
    cells = [[row[i].strip() for row in sample if i < len(row)] for i in range(len(columns))]
    if RECORD_ID in columns and ours(cells[columns.index(RECORD_ID)]):
        return _export(dataset, guessed)
    if not FORMATS[format].spreadsheet:
        return tuple(guessed)
    if quarantined(columns, cells):
        return tuple(_left_out(m, _PLACED) if m.index < 3 else m for m in guessed)
    if tuple(columns) == dataset.field_names and len(columns) > 1:
        return _template(guessed)
    return tuple(guessed)


def ours(cells: Iterable[str]) -> bool:
    """Whether these are ids of records: most are UUIDs, and one at least is of our kind."""
    told = [cell for cell in cells if cell]
    ids = [cell for cell in told if _ID.fullmatch(cell)]
    return 2 * len(ids) > len(told) and any(map(_OURS.match, ids))


def quarantined(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the file is a quarantine: a row, its line, and what is wrong with it."""
    if tuple(name.lstrip("_") for name in columns[:3]) != PLACE or len(columns) < 4:
        return False
    row, line, problems = cells[:3]
    numbered = all(map(_NUMBER.fullmatch, (*row, *line)))
    return numbered and any(problems) and all(p or not r for r, p in zip(row, problems))


def _export(dataset: Dataset, guessed: Sequence[ColumnMapping]) -> tuple[ColumnMapping, ...]:
    named = {m.column for m in guessed}
    found = []
    for m in guessed:
        if m.column == RECORD_ID:
            found.append(_sure(m, RECORD_ID, _BY_ID, own=True))
        elif m.column in dataset.field_names:
            found.append(_sure(m, m.column, _FIELD))
        elif m.column == EXTRA:
            found.append(_sure(m, EXTRA, _EXTRA))
        elif m.column.startswith(f"{EXTRA}."):  # an object in JSON is one column per key
            found.append(replace(_sure(m, None, _EXTRA), extra=_key(m.column)))
        elif m.column in SYSTEM:
            found.append(_left_out(m, _SYSTEM, own=False))
        elif m.field in named:
            found.append(_sure(m, None, f"{m.field} has a column of its own"))
        else:
            found.append(m)
    return tuple(found)


def _key(column: str) -> str:
    return re.sub(r"\\(.)", r"\1", column.partition(".")[2])


def _template(guessed: Sequence[ColumnMapping]) -> tuple[ColumnMapping, ...]:
    first, *rest = (_sure(m, m.column, m.reason) for m in guessed)
    return replace(first, own=True, reason=first.reason + _TEMPLATE), *rest


def _sure(
    mapping: ColumnMapping, field: str | None, reason: str, own: bool = False
) -> ColumnMapping:
    return replace(
        mapping, field=field, part=None, keep=True, confidence=1.0, reason=reason, own=own
    )


def _left_out(mapping: ColumnMapping, reason: str, own: bool = True) -> ColumnMapping:
    return replace(
        mapping, field=None, part=None, keep=False, confidence=1.0, reason=reason, own=own
    )


# ------------------------------------------------------------------ what follows for the recipe


def steps(dataset: Dataset, plan: Plan, format: str) -> tuple[Step, ...]:
    """The dataset's own cleaning, and what a file that Marquee wrote asks for.

    An export holds values as they are stored: a word there is meant, also one that means empty elsewhere.
    """
    found = default_steps(dataset, set(plan.fields()))
    mark = next((c for c in plan.mapping if c.own), None)
    if mark is None:
        return found
    first: list[Step] = []
    if RECORD_ID in plan.own():
        found = tuple(s for s in found if s.op not in EMPTYING)
        first.append(Step(op="exported", reason=_reason(mark)))
    if FORMATS[format].spreadsheet:  # which needs the apostrophes that an export writes
        first.append(Step(op="apostrophes", reason=_reason(mark)))
    return (*first, *found)


def _reason(mark: Column) -> str:
    return f"the column {mark.column}: {mark.reason}"
