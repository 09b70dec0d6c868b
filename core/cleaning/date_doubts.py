"""Dates that are read and may still mean something else: each is a warning with its answers, until a step says more."""

from __future__ import annotations

from core.cleaning import recipe
from core.cleaning.date_checks import DateCheck
from core.cleaning.step import Step
from core.cleaning.steps import decimal_years
from core.cleaning.steps.listopad import SHAPE
from core.dates.read import LATE, column
from core.storage.sql import literal

# What programs write where they know no date: .NET, Windows, contacts without a year, SQL Server, spreadsheets.
DEFAULTS = (*("0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01"),)
NO_YEAR = "1604-"
# Rule -> how many rows, and which share of the dates, make it a doubt.
MANY = {"january_first": (5, 0.1), "local_midnight": (2, 0.9)}
# Years of the Hijri and the Persian calendar. Of people of those centuries, some were born before and after them.
OLD, AROUND = ("1250", "1501"), (("0900", "1250"), ("1501", "1850"))
RULES = ("default_date", "old_years", "january_first", "local_midnight", "listopad", "decimal_year")


def checks(name: str, steps: tuple[Step, ...], t: str, v: str) -> list[DateCheck]:
    """The doubts about a date field that no step of the recipe has settled."""
    if any(s.op == "exported" for s in steps):
        return []
    folded = column(name, "folded")
    # DuckDB computes both sides of an AND for every row; of a CASE only what is asked.
    named = f"{v} IS NOT NULL AND regexp_matches({t}, {literal(SHAPE)})"
    listopad = f"CASE WHEN {folded} IS NOT NULL THEN {named} END"
    found = [("listopad", "a month of one language", listopad)]
    if recipe.option(steps, "decimal_years", name) is None:
        decimal = f"regexp_full_match({t}, {literal(decimal_years.OPEN)})"
        meant = f"CASE WHEN {folded} IS NOT NULL THEN {v} IS NOT NULL AND {decimal} END"
        found.append(("decimal_year", "a month, or a year without decimals", meant))
    default = f"list_contains({literal(list(DEFAULTS))}, {v})"
    january = f"CASE WHEN ends_with({v}, '-01-01') THEN NOT {default} END"
    if recipe.option(steps, "january_first", name) is None:
        found.append(("january_first", "a day that is known, or the year alone", january))
    if recipe.option(steps, "calendar", name) is None:
        found.append(
            ("old_years", "a year of our calendar", f"{v} >= '{OLD[0]}' AND {v} < '{OLD[1]}'")
        )
    if recipe.option(steps, "default_dates", name) is None:
        known = f"CASE WHEN {v} <= '{max(DEFAULTS)}' THEN {default} OR starts_with({v}, '{NO_YEAR}') END"
        found.append(("default_date", "a date that is known", known))
    if recipe.option(steps, "late_times", name) is None:
        late = f"CASE WHEN contains({t}, ':') THEN regexp_matches({t}, {literal(LATE)}) END"
        found.append(("local_midnight", "a day without a time", late))
    return found
