"""Who is this? A person that somebody describes, against the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from core.datasets.model import Dataset
from core.errors import InputError
from core.matching import asking, computing, people, reasons, roles as roles_
from core.matching.reasons import Reason
from core.matching.model import UNIT, probability
from core.storage.sql import ident, literal

_NOBODY = (
    "ffffffff-ffff-ffff-ffff-ffffffffffff"  # the id of the person asked about: behind all others
)


@dataclass(frozen=True)
class LikelyPerson:
    """A record that may be the person asked about."""

    record_id: str
    record: dict[str, Any]
    weight: float
    probability: float
    why: tuple[Reason, ...]


def find(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, person: Mapping[str, Any], *, limit: int
) -> list[LikelyPerson]:
    """The records that are likeliest this person, the best first. Raises InputError without a name or another value."""
    values = {dataset.field(n).name: v for n, v in person.items() if v not in (None, "", [])}
    if not values:
        raise InputError(
            "nothing is said of the person", hint="Give a name, and a date of birth if you know it."
        )
    source = f"{people.records(dataset, 'false')} UNION ALL BY NAME SELECT {_row(dataset, values)}"
    try:
        model, _, _, _ = computing.compute(
            cursor, dataset, source, computing.last_model(cursor, dataset.name)
        )
        places = range(len(model.comparisons))
        levels, bits = (", ".join(f"{x}{i}" for i in places) for x in ("v", "b"))
        rows = cursor.execute(
            f"SELECT p.record_id::VARCHAR, weight, name_bits, agree, against, missing, [{levels}]::TINYINT[],"
            f" [{bits}]::INTEGER[] FROM scored JOIN people p ON p.n = l JOIN people q ON q.n = r WHERE q.fresh"
            " ORDER BY weight DESC, p.record_id LIMIT ?",
            [limit],
        ).fetchall()
    finally:
        computing.forget(cursor)
    there = asking._records(cursor, dataset, [row[0] for row in rows])
    asked = {**dict.fromkeys(dataset.field_names), **values}
    found = []
    for record_id, weight, names, agree, against, missing, levels_, bits_ in rows:
        both = (asked, there[record_id])
        why = (
            reasons.of_names(dataset, both, names, (agree, against, missing)),
            *reasons.of_fields(dataset, both, levels_, bits_, model),
        )
        share = probability(weight / UNIT)
        found.append(LikelyPerson(record_id, there[record_id], weight / UNIT, share, why))
    return found


def _row(dataset: Dataset, values: Mapping[str, Any]) -> str:
    """SELECT list of the person as a record."""
    known = roles_.of(dataset)
    if not {*known.names, *known.parts, *(c.field for c in known.compared)} & values.keys():
        raise InputError("nothing is said by which people are compared")
    parts = [f"'{_NOBODY}'::UUID AS record_id", "true AS fresh"]
    for field in dataset.fields:
        value = values.get(field.name)
        if field.type == "list" and isinstance(value, str):
            value = [value]
        text = literal(value if isinstance(value, (list, tuple)) or value is None else str(value))
        parts.append(f"{text}::{field.sql_type} AS {ident(field.name)}")
    return ", ".join(parts)
