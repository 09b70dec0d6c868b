"""Which of the numbers of a date is the year, the month, the day, as SQL over the text that holds them.

The text has numbers with one blank between, @ for a month that was named, and # behind a year that was marked as one.
The answer is year-month-day as written, with @ for the named month; NULL where the shape is no date or its order open.
"""

from __future__ import annotations

from core.dates.calendars import YEAR_FIRST
from core.storage.sql import literal


def by_shape(c: str, e: str, order: str | None, calendar: str | None) -> str:
    """SQL for year-month-day of the numbers in column `c`, in the era of column `e`."""
    marked = f"{e} <> ''"
    eras = (*YEAR_FIRST, "") if calendar in ("roc", "showa") else YEAR_FIRST
    # An IN of many values is a join to DuckDB, and a join does not keep the order of the rows.
    year_first = f"list_contains({literal(list(eras))}, {e})"
    first = f"TRY_CAST(split_part({c}, ' ', 1) AS INTEGER)"
    shapes = (
        (r"(\d{1,4}) ?# ?(\d{0,2}) ?(\d{0,2})", r"\1-\2-\3", "true"),
        (r"(\d{2}) @ (\d{1,2})", r"\1-@-\2", f"{first} > 31"),
        (r"(\d{1,2}) @ (\d{1,4})", r"\2-@-\1", "true"),
        (r"@ (\d{1,2}) (\d{1,4})", r"\2-@-\1", "true"),
        (r"(\d{3,4}) @ (\d{1,2})", r"\1-@-\2", "true"),
        (r"@ (\d{2}|\d{4})", r"\1-@-", "true"),
        (r"@ (\d{1,4})", r"\1-@-", marked),
        (r"(\d{4}) @", r"\1-@-", "true"),
        (r"(\d{4}) (\d{1,2}) @", r"\1-@-\2", "true"),
        (r"(\d{1,4}) @", r"\1-@-", marked),
        (r"(\d{1,4}) (\d{1,2}) (\d{1,2})", r"\1-\2-\3", year_first),
        (r"(\d{1,4}) (\d{1,2})", r"\1-\2-", year_first),
        (r"(\d{2,3})(\d{2})(\d{2})", r"\1-\2-\3", year_first),
        (r"(\d{3,4}) (\d{1,2}) (\d{1,2})", r"\1-\2-\3", "true"),
        (r"(\d{4}) (\d{1,2})", r"\1-\2-", "true"),
        (r"(\d{1,2}) (\d{4})", r"\2-\1-", "true"),
        (r"(0?[1-9]|1[0-2]) (3[2-9]|[4-9]\d)", r"\2-\1-", "true"),
        (r"(\d{4})", r"\1--", "true"),
        (r"(\d{1,4})", r"\1--", marked),
    )
    cases = " ".join(
        f"WHEN regexp_full_match({c}, '{shape}') AND ({when})"
        f" THEN regexp_replace({c}, '^(?:{shape})$', '{stands}')"
        for shape, stands, when in shapes
    )
    a, b, y = (f"split_part({c}, ' ', {i})" for i in (1, 2, 3))
    return (
        f"CASE WHEN {c} IS NULL THEN NULL {cases}"
        rf" WHEN regexp_full_match({c}, '\d{{1,2}} \d{{1,2}} \d{{1,4}}') THEN {_ordered(a, b, y, order)}"
        rf" WHEN regexp_full_match({c}, '\d{{8}}') THEN {_eight_digits(c, order)} {_six_digits(c, order)} END"
    )


def _ordered(a: str, b: str, y: str, order: str | None) -> str:
    """Three numbers of which the last is the year; or the first, where it can be nothing else."""
    day_first, month_first = f"concat_ws('-', {y}, {b}, {a})", f"concat_ws('-', {y}, {a}, {b})"
    # 0 stands for a day that is not known; a month is never missing beside a day.
    over_a, over_b = (f"({n}::INTEGER > 12 OR {n}::INTEGER = 0)" for n in (a, b))
    cases = {
        "dmy": f"WHEN {over_b} THEN {month_first} ELSE {day_first}",
        "mdy": f"WHEN {over_a} THEN {day_first} ELSE {month_first}",
    }.get(
        order or "",
        f"WHEN {over_a} THEN {day_first} WHEN {over_b} OR {a}::INTEGER = {b}::INTEGER THEN {month_first}",
    )
    year_first = "true" if order == "ymd" else f"{a}::INTEGER > 31"
    as_year = f"length({y}) < 3 AND length({a}) = 2 AND {year_first}"
    return f"CASE WHEN {as_year} THEN concat_ws('-', {a}, {b}, {y}) {cases} END"


def _eight_digits(c: str, order: str | None) -> str:
    """19630321, or 21031963: the year is one between 1500 and 2100, so only one of the two can be."""
    iso = r"((?:1[5-9]|20)\d{2})(\d{2})(\d{2})"
    dashes = rf"regexp_replace({c}, '{iso}', '\1-\2-\3')"
    valid = f"TRY_CAST({dashes} AS DATE) IS NOT NULL"
    a, b, y = (f"substr({c}, {place})" for place in ("1, 2", "3, 2", "5, 4"))
    possible = rf"regexp_full_match({c}, '\d{{4}}(?:1[5-9]|20)\d{{2}}')"
    return (
        f"CASE WHEN regexp_full_match({c}, '{iso}') AND {valid} THEN {dashes}"
        f" WHEN {possible} THEN {_ordered(a, b, y, order)} END"
    )


def _six_digits(c: str, order: str | None) -> str:
    """630321: only where the order was said."""
    if order is None:
        return ""
    a, b, y = (f"substr({c}, {place})" for place in ("1, 2", "3, 2", "5, 2"))
    return rf"WHEN regexp_full_match({c}, '\d{{6}}') THEN {_ordered(a, b, y, order)}"
