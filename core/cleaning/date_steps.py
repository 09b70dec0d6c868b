"""The cleaning steps of dates in words: which values they take, what they say."""

from __future__ import annotations

import re

from core.dates.calendars import CALENDARS

# op -> what its value is, as an error says it
VALUES = {
    "date_order": "dmy, mdy or ymd",
    "two_digit_years": "the first and the last year of at most a hundred, such as 1927-2026",
    "calendar": "one of " + ", ".join([*CALENDARS, "open"]),
    "day_numbers": "1900, 1904 or off",
}
_ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


def fits(op: str, value: str) -> bool:
    """Whether the step can have this value."""
    if op == "two_digit_years":
        years = re.fullmatch(r"(\d{4})-(\d{4})", value)
        return years is not None and 0 <= int(years[2]) - int(years[1]) <= 99
    allowed = {
        "date_order": tuple(_ORDERS),
        "calendar": (*CALENDARS, "open"),
        "day_numbers": ("1900", "1904", "off"),
    }
    return value in allowed[op]


def sentence(op: str, name: str, value: str) -> str:
    """The step in plain words."""
    if op == "date_order":
        return f"Read {name} as {_ORDERS.get(value, value)}"
    if op == "two_digit_years":
        return f"Years of two digits in {name} are those from {value.replace('-', ' to ')}"
    if op == "day_numbers" and value == "off":
        return f"Numbers in {name} are no days"
    if op == "day_numbers":
        return f"Numbers in {name} are days counted from {value}, as spreadsheet programs do"
    if value == "open":
        return f"Leave it open which calendar {name} is in"
    return f"Years without an era in {name} are of the {CALENDARS[value]} calendar"
