"""What can be wrong with a date or open about it, and what was made of it: the checks of date fields.

Few texts of a column are bad or unusual: every condition first asks what costs nothing.
"""

from __future__ import annotations

from core.dates import words
from core.dates.calendars import DOUBTFUL, OPEN, UNKNOWN
from core.dates.months import HIJRI
from core.dates.read import (
    ANY,
    OVER_12,
    SEPARATOR,
    SERIAL,
    UP_TO_12,
    Reading,
    column,
    numeric,
    year_first,
)
from core.dates.words import DAY_ALONE, NO_DATE
from core.storage.sql import ident, literal

DateCheck = tuple[str, str, str]  # rule, expected, condition

# Counted in the same pass to settle how a column is read; never shown.
EVIDENCE = (
    "day_first_seen",
    "month_first_seen",
    "no_date_seen",
    "past_years_seen",
    "near_years_seen",
)
# What somebody has to decide, where the file does not show it.
# What was made of a text that says something else, or less.
SAID = ("era", "approximate", "life_span", "old_style", "time_left_out")
_EXPECTED = {
    "date_order": "the order of day and month",
    "century": "a year of four digits",
    "calendar": "the calendar of these years",
    "day_numbers": "a date, or that these are the day numbers of a spreadsheet",
}
EXPECTED = "a date such as 1990-12-31, 31/12/1990, 1990-12 or 1990"

YEAR_FIRST = r"(?:3[2-9]|[4-9]\d)[/.\-](?:0?[1-9]|1[0-2])[/.\-]\d{1,2}"  # 79/1/18
SIX_DIGITS = r"[0-3]\d[0-3]\d\d{2}|\d{2}[01]\d[0-3]\d"  # 930516, which needs its order to be known
THREE_DIGITS = rf"\d{{3}}{SEPARATOR}\d{{1,2}}{SEPARATOR}\d{{1,2}}"


TWO_DIGITS = r"\d{2}"
MONTH_AND_YEAR = r"(?:0?[1-9]|1[0-2])[/.\-](?:3[2-9]|[4-9]\d)"  # 07/56, which can be no day


def short_year(years: str = TWO_DIGITS) -> str:
    """The shape of a date whose year has two digits, one of `years`."""
    named = rf"(?:\d{{1,2}}[ .\-/]{{0,2}})?[^\d\s.,/()\-]{{3,}}[^\d]{{0,6}}(?:\d{{1,2}}(?:st|nd|rd|th)?[, .\-]+)?'?{years}"
    shape = rf"{ANY}{SEPARATOR}{ANY}{SEPARATOR}'?{years}(?:[ T,].*:.*)?|{named}"
    return rf"{shape}|{MONTH_AND_YEAR}" if years == TWO_DIGITS else shape


def digits_of(first: int, last: int) -> str:
    """Two digits as in the years from first to last."""
    return "(?:" + "|".join(sorted({f"{y % 100:02d}" for y in range(first, last + 1)})) + ")"


def question(t: str, v: str, reading: Reading) -> str:
    """SQL for what is open about a bad text, as a rule (date_order, century, calendar, day_numbers), `type`, or no_date_seen; NULL for a good one."""
    cases = [f"WHEN regexp_full_match({t}, {literal(NO_DATE)}) THEN 'no_date_seen'"]
    if reading.calendar in (OPEN, UNKNOWN):  # before the order and the century of such years
        cases.append(f"WHEN {_of_any_calendar(t, reading)} THEN 'calendar'")
    if reading.order not in ("dmy", "mdy"):
        cases.append(
            f"WHEN regexp_full_match({t}, {literal(_open_order(reading))}) THEN 'date_order'"
        )
    cases.append(f"WHEN regexp_full_match({t}, {literal(DAY_ALONE)}) THEN 'type'")
    short = f"{short_year()}|{SIX_DIGITS}"
    cases.append(f"WHEN regexp_full_match({t}, {literal(short)}) THEN 'century'")
    cases.append(f"WHEN {_doubtful(t, reading)} THEN 'calendar'")
    if reading.serial is None:
        cases.append(f"WHEN regexp_full_match({t}, {literal(SERIAL)}) THEN 'day_numbers'")
    return (
        f"CASE WHEN {t} IS NOT NULL AND {v} IS NULL THEN CASE {' '.join(cases)} ELSE 'type' END END"
    )


def checks(name: str, reading: Reading, today: str) -> list[DateCheck]:
    """Evidence, questions, what is no date, and what was made of the others."""
    t, v, q = ident(f"t_{name}"), ident(f"v_{name}"), ident(f"q_{name}")
    asked = [(rule, expected, f"{q} = {literal(rule)}") for rule, expected in _EXPECTED.items()]
    asked.append(("type", EXPECTED, f"{q} IN ('type', 'no_date_seen')"))
    found = [("no_date_seen", "", f"{q} = 'no_date_seen'"), *asked, *_order(t, v, reading)]
    if reading.years is None:
        found += _centuries(t, q, int(today[:4]))
    return found + _beyond_the_value(name, t, v)


def _open_order(reading: Reading) -> str:
    years = digits_of(*reading.years) if reading.years else r"\d{4}"
    shape = numeric(UP_TO_12, UP_TO_12, rf"(?:\d{{4}}|{years})")
    if reading.order is None:
        shape += f"|{SIX_DIGITS}"
    return shape + r"|(?:0[1-9]|1[0-2]){2}(?:1[5-9]|20)\d{2}"


def _order(t: str, v: str, reading: Reading) -> list[DateCheck]:
    day_first = f"regexp_full_match({t}, {literal(numeric(OVER_12, UP_TO_12))})"
    month_first = f"regexp_full_match({t}, {literal(numeric(UP_TO_12, OVER_12))})"
    if reading.order == "dmy":
        return [("other_order", "day first", f"{month_first} AND {v} IS NOT NULL")]
    if reading.order == "mdy":
        return [("other_order", "month first", f"{day_first} AND {v} IS NOT NULL")]
    evidence: list[DateCheck] = [(EVIDENCE[0], "", day_first), (EVIDENCE[1], "", month_first)]
    if reading.order == "ydm":
        swapped = f"regexp_full_match({t}, {literal(year_first(UP_TO_12, OVER_12))})"
        return [
            *evidence,
            ("other_order", "the year, the day, the month", f"{swapped} AND {v} IS NOT NULL"),
        ]
    return evidence


def _centuries(t: str, q: str, this_year: int) -> list[DateCheck]:
    century = this_year // 100 * 100
    near = literal(short_year(digits_of(century, this_year)))
    near = f"regexp_full_match({t}, {near}) AND NOT regexp_full_match({t}, {literal(YEAR_FIRST)})"
    return [
        ("past_years_seen", "", f"{q} = 'century' AND NOT ({near})"),
        ("near_years_seen", "", f"{q} = 'century' AND {near}"),
    ]


def _of_any_calendar(t: str, reading: Reading) -> str:
    """SQL: while the calendar is open, years of two digits are as well, but beside the name of a month of ours."""
    if reading.calendar == UNKNOWN:
        return rf"regexp_matches({t}, '\d\d')"
    numbers = literal(rf"{ANY}{SEPARATOR}{ANY}{SEPARATOR}'?{ANY}|{SIX_DIGITS}")
    named = rf"(strlen({t}) <> length({t}) AND regexp_full_match({t}, '(?:\d{{1,2}}\D+)?\d{{2}}'))"
    return f"length({t}) < 24 AND (regexp_full_match({t}, {numbers}) OR {named})"


def _doubtful(t: str, reading: Reading) -> str:
    doubt = f"regexp_full_match({t}, {literal(THREE_DIGITS)})"
    if reading.calendar == OPEN:
        year = f"TRY_CAST(regexp_extract({t}, '\\d{{4}}') AS INTEGER)"
        doubt += "".join(f" OR {year} BETWEEN {a} AND {b}" for a, b in DOUBTFUL)
    return doubt


def _beyond_the_value(name: str, t: str, v: str) -> list[DateCheck]:
    """What a text says beyond its value; the long way of reading it left the evidence."""
    folded, end, era, month = (column(name, part) for part in ("folded", "end", "era", "month"))
    read = f"{v} IS NOT NULL AND {folded} IS NOT NULL"
    midnight = f"regexp_matches(lower({t}), {literal(words.MIDNIGHT)})"
    about = f"regexp_matches({end}, {literal(words.ABOUT)})"
    return [
        (
            "era",
            "a year of our calendar",
            f"{read} AND ({era} NOT IN ('', 'bc', 'ad') OR {month} > {HIJRI})",
        ),
        ("approximate", "a date that is known", f"{read} AND {about}"),
        (
            "old_style",
            "a date of our calendar",
            f"{read} AND regexp_matches(lower({t}), {literal(words.JULIAN)})",
        ),
        ("life_span", "one date", f"{read} AND {end} <> {folded}"),
        (
            "time_left_out",
            "a date without a time",
            f"{v} IS NOT NULL AND contains({t}, ':') AND NOT {midnight}",
        ),
    ]
