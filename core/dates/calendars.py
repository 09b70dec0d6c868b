"""The numbers of a date, with its era, to ISO text, as SQL.

Japanese eras, the Republic's years and Buddhist years (from 1941 on) begin with January, so a year becomes a year. A year
of the Hijri or the Persian calendar lies in two of ours: only a whole day can be converted. Hijri days follow the tabular
calendar (Friday epoch, leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29), which may be off by a day or two from what
was observed; Persian ones the cycle of 33 years, which is exact from 1178 to 1633.
"""

from __future__ import annotations

from core.dates.months import HIJRI, PERSIAN
from core.storage.sql import literal

# Era -> (what is added to its years, its last year).
ERAS: dict[str, tuple[int, int]] = {
    "meiji": (1867, 45),
    "taisho": (1911, 15),
    "showa": (1925, 64),
    "heisei": (1988, 31),
    "reiwa": (2018, 99),
    "roc": (1911, 200),
    "buddhist": (-543, 2999),
    "ad": (0, 9999),
}
YEAR_FIRST = ("roc", "before_roc", "meiji", "taisho", "showa", "heisei", "reiwa")
CALENDARS = {
    "gregorian": "Gregorian",
    "astronomical": "Gregorian, with a year 0 (-0099 is 100 BC)",
    "buddhist": "Buddhist",
    "roc": "Republic of China (Minguo)",
    "showa": "Japanese (Shōwa, where the year has two digits)",
    "hijri": "Hijri (lunar)",
    "persian": "Persian (solar Hijri)",
}
# Answers that leave something open: years that look like another calendar's, or all of them.
OPEN, UNKNOWN = "open", "unknown"
# Years that are more likely another calendar's: Hijri and Persian, Buddhist.
DOUBTFUL = ((1250, 1500), (2400, 2700))


def year(
    z: str, e: str, years: tuple[int, int] | None, calendar: str | None, ours: str, minus: str
) -> str:
    """SQL for our year of `z` (year-month-day as written) in the era `e`; negative before Christ.

    NULL where it cannot be told. Of the Hijri and the Persian calendar it is their year. `ours` says that the month
    is named as in our calendar, `minus` that a sign stands for the era.
    """
    text = f"split_part({z}, '-', 1)"
    y = f"TRY_CAST({text} AS INTEGER)"
    cases = " ".join(
        f"WHEN {literal(era)} THEN CASE WHEN {y} BETWEEN 1 AND {last} THEN {y} + {more} END"
        for era, (more, last) in ERAS.items()
    )
    bc = f"-{y} - CASE WHEN {minus} THEN 1 ELSE 0 END" if calendar == "astronomical" else f"-{y}"
    return (
        f"CASE WHEN {z} IS NULL THEN NULL ELSE CASE {e} {cases} WHEN 'bc' THEN {bc}"
        f" WHEN 'before_roc' THEN 1912 - {y} WHEN 'hijri' THEN {y} WHEN 'persian' THEN {y}"
        f" ELSE CASE length({text}) {_unmarked(y, years, calendar, ours)} END END END"
    )


def _unmarked(y: str, years: tuple[int, int] | None, calendar: str | None, ours: str) -> str:
    """The year of a text without an era, by how many digits it has."""
    if calendar == UNKNOWN:
        return "WHEN 0 THEN NULL"
    four = y
    if calendar == "buddhist":
        four = f"{y} - 543"
    elif calendar == OPEN:
        doubt = " OR ".join(f"{y} BETWEEN {a} AND {b}" for a, b in DOUBTFUL)
        four = f"CASE WHEN NOT ({doubt}) THEN {y} END"
    if calendar == "roc":
        return f"WHEN 4 THEN {y} WHEN 3 THEN {y} + 1911 WHEN 2 THEN {y} + 1911"
    if calendar == "showa":
        more, last = ERAS[calendar]
        return (
            f"WHEN 4 THEN {y} WHEN 2 THEN CASE WHEN {y} BETWEEN 1 AND {last} THEN {y} + {more} END"
        )
    if years is None:
        return f"WHEN 4 THEN {four}"
    first, last = years
    full = f"({first} + (({y} - {first % 100}) % 100 + 100) % 100)"
    told = f" AND {ours}" if calendar == OPEN else ""
    return f"WHEN 4 THEN {four} WHEN 2 THEN CASE WHEN {full} <= {last}{told} THEN {full} END"


def kind(m: str, e: str, calendar: str | None) -> str:
    """SQL for hijri or persian where the numbers are of that calendar; else ''."""
    other = literal(calendar if calendar in ("hijri", "persian") else "")
    return (
        f"CASE WHEN {e} IN ('hijri', 'persian') THEN {e} WHEN {m} > {PERSIAN} THEN 'persian'"
        f" WHEN {m} > {HIJRI} THEN 'hijri' WHEN {e} = '' THEN {other} ELSE '' END"
    )


def iso(y: str, m: str, d: str, e: str, kind_: str) -> str:
    """SQL for ISO text of a year, month and day in the era `e` and the calendar `kind_`."""
    # The calendar of the time, or the new year in April, make another year or day of these.
    unsure = (
        f"({e} = 'meiji' AND {y} < 1873 AND {m} IS NOT NULL)"
        f" OR ({e} = 'buddhist' AND {y} < 1941 AND coalesce({m}, 1) < 4)"
    )
    return (
        f"CASE WHEN {y} IS NULL THEN NULL"
        f" WHEN {kind_} <> '' THEN {_of_another(kind_, y, m, d)}"
        f" WHEN {y} = 0 OR abs({y}) > 9999 OR {unsure} THEN NULL ELSE {_ours(y, m, d)} END"
    )


def _of_another(kind: str, y: str, m: str, d: str) -> str:
    hijri = f"(11 * {y} + 3) // 30 + 354 * {y} + 30 * {m} - ({m} - 1) // 2 + {d} + 1948055"
    persian = (
        f"365 * ({y} - 1) + (8 * {y} + 21) // 33"
        f" + CASE WHEN {m} <= 7 THEN 31 * ({m} - 1) ELSE 30 * ({m} - 1) + 6 END + {d} + 1948319"
    )
    return (
        f"CASE WHEN NOT coalesce({m} BETWEEN 1 AND 12 AND {d} BETWEEN 1 AND 31, false) THEN NULL"
        f" WHEN {kind} = 'hijri' THEN CASE WHEN {y} < 1600 AND {d} <= 30 THEN {_of_days(hijri)} END"
        f" WHEN {y} BETWEEN 1178 AND 1633 THEN {_of_days(persian)} END"
    )


def _of_days(julian: str) -> str:
    return f"strftime(DATE '1970-01-01' + (({julian}) - 2440588)::INTEGER, '%Y-%m-%d')"


def _ours(y: str, m: str, d: str) -> str:
    """Before Christ every year may have a 29th of February."""
    year = f"printf('%s%04d', CASE WHEN {y} < 0 THEN '-' ELSE '' END, abs({y}))"
    real = f"TRY_CAST(printf('%04d-%02d-%02d', CASE WHEN {y} < 0 THEN 2000 ELSE {y} END, {m}, {d}) AS DATE)"
    return (
        f"CASE WHEN {m} IS NULL THEN CASE WHEN {d} IS NULL THEN {year} END"
        f" WHEN NOT {m} BETWEEN 1 AND 12 THEN NULL"
        f" WHEN {d} IS NULL THEN {year} || printf('-%02d', {m})"
        f" WHEN {real} IS NOT NULL THEN {year} || printf('-%02d-%02d', {m}, {d}) END"
    )
