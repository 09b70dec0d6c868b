"""Dates in the order of time: one text that sorts so, and the first and last day of a partial date, as SQL.

ISO text sorts as time does, except before Christ, where the larger year is the earlier: there the digits of the year
are turned round (0044 to 9955). A partial date is an interval. It fits a condition when one of its days does, and
breaks a rule when none of its days keeps it.
"""

from __future__ import annotations

_TURNED = "'0123456789', '9876543210'"


def place(x: str) -> str:
    """SQL for a text that sorts as time: a year before its months, a month before its days."""
    turned = f"'-' || translate(substr({x}, 2, 4), {_TURNED}) || substr({x}, 6)"
    return f"CASE WHEN starts_with({x}, '-') THEN {turned} ELSE {x} END"


def first(x: str) -> str:
    """SQL for the place of the first day of a date."""
    return f"({place(x)} || {_rest(x, '-01-01')})"


def last(x: str) -> str:
    """SQL for the place of the last day of a date; every month counts as one of 31 days."""
    return f"({place(x)} || {_rest(x, '-12-31')})"


def _rest(x: str, days: str) -> str:
    return f"right('{days}', greatest(0, CASE WHEN starts_with({x}, '-') THEN 11 ELSE 10 END - length({x})))"


def condition(operator: str, x: str, bound: str) -> str:
    """SQL: one day of the date `x` is before (lt, le) or after (gt, ge) the date `bound`; le and ge with its days."""
    return {
        "lt": f"{first(x)} < {first(bound)}",
        "le": f"{first(x)} <= {last(bound)}",
        "gt": f"{last(x)} > {last(bound)}",
        "ge": f"{last(x)} >= {first(bound)}",
    }[operator]
