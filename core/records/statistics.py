"""What the records that fit say in all, field by field: how many have a value, which values, from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.datasets.model import Dataset, Field
from core.records.query import Query
from core.storage.sql import ident
from core.storage.store import Connection

TOP = 8  # values of a field
FEW = 1_000  # different values, up to which a text is counted by its values
BINS = 12  # of a number


@dataclass(frozen=True)
class FieldStatistics:
    """Of one field: records with a value and without, about how many different ones, the most frequent with their
    counts (of a list: its elements), the least and the greatest, and of a number how many lie in each part between.
    """

    field: str
    filled: int
    empty: int
    distinct: int
    top: tuple[tuple[Any, int], ...] = ()
    least: Any = None
    greatest: Any = None
    bins: tuple[int, ...] = ()


def statistics(
    connection: Connection, dataset: Dataset, question: Query, names: Sequence[str] = ()
) -> list[FieldStatistics]:
    """Of all fields, or of those named, over the records of a question."""
    fields = [f for f in dataset.fields if not names or f.name in names]
    parts = []
    for field in fields:
        column = ident(field.name)
        edge = field.type in ("integer", "number", "date")
        parts += [f"count({column})", f"approx_count_distinct({column})"]
        parts += [f"min({column})", f"max({column})"] if edge else ["NULL", "NULL"]
    sql = f"SELECT count(*), {', '.join(parts)} FROM ({question.found})"
    row = connection.execute(sql, question.parameters).fetchone() or (0,)
    total, found = int(row[0]), []
    for place, field in enumerate(fields):
        filled, distinct, least, greatest = row[1 + 4 * place : 5 + 4 * place]
        counted = field.type in ("list", "boolean") or field.choices or distinct <= FEW
        top = _top(connection, question, field) if filled and counted else ()
        bins: tuple[int, ...] = ()
        if field.type in ("integer", "number") and filled and greatest > least:
            bins = _bins(connection, question, field, float(least), float(greatest))
        found.append(
            FieldStatistics(
                field.name, filled, total - filled, distinct, top, least, greatest, bins
            )
        )
    return found


def _top(connection: Connection, question: Query, field: Field) -> tuple[tuple[Any, int], ...]:
    column = ident(field.name)
    value = f"unnest({column})" if field.type == "list" else column
    rows = connection.execute(
        f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM ({question.found})) WHERE v IS NOT NULL"
        f" GROUP BY v ORDER BY n DESC, v LIMIT {TOP}",
        question.parameters,
    ).fetchall()
    return tuple((v, n) for v, n in rows)


def _bins(
    connection: Connection, question: Query, field: Field, least: float, greatest: float
) -> tuple[int, ...]:
    column = ident(field.name)
    rows = connection.execute(
        f"SELECT least(floor(({column} - {least}) / {greatest - least} * {BINS})::INTEGER, {BINS - 1}) AS b, count(*)"
        f" FROM ({question.found}) WHERE {column} IS NOT NULL GROUP BY b",
        question.parameters,
    ).fetchall()
    found = dict(rows)
    return tuple(int(found.get(b, 0)) for b in range(BINS))
