"""Which sign parts the decimals of a column, and which unit its numbers carry: decided by its values, or asked.

1.234,5 and 12,5 show a comma; 1,234.5 and 12.5 a point. 1,234 alone may be either: in a field of whole numbers its comma
groups the thousands, in another it is asked about.
"""

from __future__ import annotations

import duckdb

from core.cleaning import recipe
from core.cleaning.number_text import PLAIN, UNITS, around
from core.cleaning.plan import Column, Plan
from core.cleaning.step import Step
from core.datasets.model import Dataset, Field
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
        told = any(s.op in ("decimal_sign", "unit") and s.field == field.name for s in steps)
        if field.type in ("integer", "number") and not told:
            found += _decided(cursor, head, field, column, recipe.empty_words(steps, field.name))
    return (*steps, *found)


def _decided(
    cursor: duckdb.DuckDBPyConnection,
    head: str,
    field: Field,
    column: Column,
    empty: tuple[str, ...],
) -> list[Step]:
    x = f"trim(replace(c{column.index}, '−', '-'))"
    nothing = literal(["", *(w.lower() for w in empty)])
    filled = f"c{column.index} <> '' AND NOT list_contains({nothing}, lower({x}))"
    rest = f"regexp_replace({x}, {literal(around(UNITS))}, '\\1')"
    unit = f"trim(regexp_extract({x}, {literal(UNITS)}))"
    shapes = (PLAIN, _POINT, _COMMA, _EITHER, _SPACED)
    counts = [f"count(*) FILTER (regexp_full_match(n, {literal(shape)}))" for shape in shapes]
    row = cursor.execute(
        f"SELECT count(*), {', '.join(counts)}, list(DISTINCT u) FILTER (u <> ''), count(*) FILTER (u <> ''),"
        f" any_value(x) FILTER (u <> ''), any_value(n) FILTER (NOT regexp_full_match(n, {literal(PLAIN)}))"
        f" FROM (SELECT {x} AS x, {rest} AS n, {unit} AS u FROM {head} WHERE {filled})"
    ).fetchone()
    if not row or row[0] == row[1] and not row[7]:
        return []
    total, plain, point, comma, either, spaced, units, with_unit, example, odd = row
    found = _unit(field, list(units or ()), with_unit, total, example)
    if plain < total and (point or comma or either or spaced):
        found += _sign(field, point, comma, either, spaced, odd)
    return found


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
