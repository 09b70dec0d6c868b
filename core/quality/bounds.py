"""The bounds and patterns of checks: numbers, dates and texts, looked at when a check is made."""

from __future__ import annotations

import math

import duckdb

from core.errors import InputError
from core.records.dates import iso
from core.storage.sql import literal

Bound = float | str | None


def check(low: Bound, high: Bound, kind: str) -> None:
    """Raises InputError for a bound that is no value of the kind, and where nothing could be between the two."""
    given = [bound for bound in (low, high) if bound is not None]
    if kind == "number":
        apart = _apart([number(bound) for bound in given])
    elif kind == "date":
        apart = _apart([_year(date(bound)) for bound in given])
    else:
        apart = len(given) == 2 and str(low) > str(high)
    if apart:
        raise InputError(f"min is above max: {low} and {high}")


def _apart(found: list[float]) -> bool:
    return len(found) == 2 and found[0] > found[1]


def _year(text: str) -> float:
    return float(text[:5] if text.startswith("-") else text[:4])


def number(bound: float | str) -> float:
    """A bound as a number. Raises InputError."""
    try:
        found = float(bound)
    except ValueError as error:
        raise InputError(f"the bound {bound!r} is no number") from error
    if not math.isfinite(found):
        raise InputError(f"the bound {bound!r} is not a finite number")
    return found


def date(bound: float | str) -> str:
    """A bound as a date in ISO form. Raises InputError."""
    try:
        return iso(plain(bound))
    except ValueError as error:
        hint = "Such as 1850 or 1990-02-28."
        raise InputError(f"the bound {bound!r} is no date", hint=hint) from error


def plain(value: float | str) -> str:
    """A number of JSON as DuckDB writes it: 3.0 is 3."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def pattern(text: str) -> None:
    """Raises InputError unless DuckDB can match it: it has no look-around and no back references."""
    try:
        with duckdb.connect() as connection:
            connection.execute(f"SELECT regexp_full_match('', {literal(text)})")
    except (duckdb.Error, UnicodeError) as error:
        said = str(error).split("\n\n")[0].strip()
        raise InputError(f"the pattern is broken: {said}", hint="It is written as RE2.") from error
