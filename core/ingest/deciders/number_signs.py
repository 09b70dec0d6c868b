"""Which sign parts the decimals of a column, and which unit its numbers carry: decided by its values, or asked.

1.234,5 and 12,5 show a comma; 1,234.5 and 12.5 a point. 1,234 alone may be either: in a field of whole numbers its comma
groups the thousands, in another it is asked about.
"""

from __future__ import annotations

import duckdb

from core.cleaning.number_text import PLAIN, UNITS, around, signed
from core.cleaning.plan import Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
from core.ingest.deciders import tidied
from core.storage.planning import apart
from core.storage.sql import literal

_POINT = r"[+-]?(?:\d{1,3}(?:[,'’ ]\d{3})+\.\d+|\d{1,3}(?:,\d{2,3})+,\d{3}|\d*\.(?:\d{1,2}|\d{4,})|0\.\d+)"
_COMMA = r"[+-]?(?:\d{1,3}(?:[.'’ ]\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,(?:\d{1,2}|\d{4,})|0,\d+)"
_EITHER = r"[+-]?[1-9]\d{0,2},\d{3}"
_SPACED = r"[+-]?\d{1,3}(?:['’ ]\d{3})+"


def from_head(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    dataset: Dataset,
    plan: Plan,
    steps: tuple[Step, ...],
) -> tuple[Step, ...]:
    """The unit and the decimal sign of each column of numbers, as the first rows show them."""
    found: list[Step] = []
    for column in plan.mapping:
        if column.field not in dataset.field_names:
            continue
        field = dataset.field(column.field or "")
        told = any(
            s.op in ("decimal_sign", "unit", "negatives") and s.field == field.name for s in steps
        )
        if field.type in ("integer", "number") and not told:
            found += _decided(cursor, tidied.source(head, column, field, steps), field)
    return (*steps, *found)


def _decided(cursor: duckdb.DuckDBPyConnection, source: str, field: Field) -> list[Step]:
    n = f"regexp_replace(m, {literal(around(UNITS))}, '\\1')"
    unit = f"trim(regexp_extract(x, {literal(UNITS)}))"
    shapes = (PLAIN, _POINT, _COMMA, _EITHER, _SPACED)
    counts = [f"count(*) FILTER (regexp_full_match(n, {literal(shape)}))" for shape in shapes]
    row = cursor.execute(
        f"SELECT count(*), {', '.join(counts)}, list(DISTINCT u) FILTER (u <> ''), count(*) FILTER (u <> ''),"
        f" any_value(x) FILTER (u <> ''), any_value(n) FILTER (NOT regexp_full_match(n, {literal(PLAIN)})),"
        f" count(*) FILTER (m <> x), any_value(x) FILTER (m <> x),"
        f" bool_or(m <> x AND (ends_with(x, '-') OR u <> '' OR regexp_matches(n, '[.,]')))"
        f" FROM (SELECT *, {n} AS n, {unit} AS u FROM (SELECT x, {signed('x', 'minus')} AS m"
        f" FROM (SELECT replace(x, '−', '-') AS x FROM ({apart(source)}) WHERE x <> '')))"
    ).fetchone()
    if not row or row[0] == row[1] and not row[7] and not row[10]:
        return []
    total, plain, point, comma, either, spaced, units, with_unit, example, odd = row[:10]
    below, bracketed, money = row[10:]
    found = _unit(field, list(units or ()), with_unit, total, example)
    if below:
        found += _negatives(field, below, total, bracketed, money)
    if plain < total and (point or comma or either or spaced):
        found += _sign(field, point, comma, either, spaced, odd)
    return found


def _negatives(field: Field, below: int, total: int, example: str, money: bool) -> list[Step]:
    """Brackets around whole numbers alone, or in a field without numbers below zero, may mean something else."""
    never = isinstance(field.min, (int, float)) and field.min >= 0
    if never or (below == total and not money):
        return []
    reason = f"{below} of {total} values are written so, such as {example}"
    return [Step(op="negatives", field=field.name, value="minus", reason=reason)]


def _unit(
    field: Field, units: list[str], count: int, total: int, example: str | None
) -> list[Step]:
    if len(units) != 1 or (units[0] in "%％" and count < total):
        return []  # two currencies, or shares among plain numbers, are not one kind of number
    share = units[0] in "%％" and isinstance(field.max, (int, float)) and field.max <= 1
    reason = f"{count} of {total} values carry it, such as {example}"
    return [
        Step(
            op="unit", field=field.name, value=units[0], to="0.01" if share else None, reason=reason
        )
    ]


def _sign(field: Field, point: int, comma: int, either: int, spaced: int, odd: str) -> list[Step]:
    if point and comma:
        return []
    sign = "." if point else "," if comma else ""
    reason = f"{point or comma} values show it; others are such as {odd}" if sign else ""
    if not sign and either and field.type == "integer":
        sign, reason = (
            ".",
            f"a whole number has no decimals, so the comma groups thousands, as in {odd}",
        )
    if not sign and spaced and not either:
        sign, reason = ".", f"blanks group the thousands, as in {odd}"
    return [Step(op="decimal_sign", field=field.name, value=sign, reason=reason)] if sign else []
