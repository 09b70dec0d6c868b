"""Fields that every record needs and no column goes to: refused with the columns that could be meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.cleaning.plan import Column, Plan
from core.datasets.model import Dataset, Field
from core.errors import BadMapping
from core.ingest.columns import name_parts
from core.ingest.columns.scores import Candidate

SHOWN = 8


def missing(dataset: Dataset, mapping: Sequence[Column]) -> list[Field]:
    """The fields that a row must have, and that get nothing."""
    taken = {c.field for c in mapping}
    needed = [f for f in dataset.fields if f.required or f.name in dataset.key.fields]
    return [f for f in needed if f.name not in taken]


def check(dataset: Dataset, plan: Plan, candidates: Sequence[Sequence[Candidate]] = ()) -> None:
    """Every field that a row must have needs a column. Raises BadMapping with the candidates."""
    fields = missing(dataset, plan.mapping)
    if not fields:
        return
    found = could_be(fields[0], plan.mapping, candidates)
    raise BadMapping(
        f"no column of the file goes to {' or '.join(f.label for f in fields)}, which every record needs",
        hint=_hint(fields[0], plan.mapping, found),
        candidates=found,
    )


def could_be(
    field: Field, mapping: Sequence[Column], candidates: Sequence[Sequence[Candidate]]
) -> list[dict[str, Any]]:
    """The columns that could be a field, the likeliest first, each with what speaks for and against it."""
    found = []
    for column, mine in zip(mapping, candidates):
        for candidate in mine:
            if candidate.field == field.name and not column.field:
                found.append(
                    {
                        "column": column.column,
                        "field": field.name,
                        "confidence": candidate.confidence,
                        "reason": candidate.reason,
                    }
                )
    return sorted(found, key=lambda c: -float(c["confidence"]))


def _hint(field: Field, mapping: Sequence[Column], found: Sequence[dict[str, Any]]) -> str:
    how = "Choose the column for it"
    if name_parts.takes_parts(field):
        how += f", or columns to join ({field.name}:given and {field.name}:family)"
    if found:
        told = "; ".join(f"“{c['column']}”: {c['reason']}" for c in found[:SHOWN])
        return f"{how}. It could be: {told}."
    columns = ", ".join(f"“{c.column}”" for c in mapping[:SHOWN])
    return f"{how}; the file has {columns}{' and more' if len(mapping) > SHOWN else ''}."
