"""Regular expressions as DuckDB runs them (RE2): it takes linear time, and knows no look-around and no back references."""

from __future__ import annotations

import functools

import duckdb

from core.files import scratch
from core.storage.sql import literal

LONGEST = 1_000


@functools.lru_cache(maxsize=1_000)
def fault(pattern: str) -> str | None:
    """What is wrong with a pattern, in the words of RE2; None when it compiles."""
    if len(pattern) > LONGEST:
        return f"it has {len(pattern):,} characters, and {LONGEST:,} are allowed"
    with scratch.looking() as connection:
        try:
            # From a column: DuckDB folds a call of constants alone, and then words its errors otherwise.
            connection.execute(
                f"SELECT regexp_matches(x, {literal(pattern)}) FROM (VALUES ('')) AS t(x)"
            ).fetchall()
        except duckdb.Error as error:
            return str(error).split("\n")[0].partition(": ")[2] or str(error)
    return None


def groups(pattern: str) -> int:
    """How many groups a pattern captures; the pattern compiles."""
    escaped, inside, count = False, False, 0
    for place, sign in enumerate(pattern):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
        elif sign == "(" and (pattern[place + 1 : place + 2] != "?" or _named(pattern, place)):
            count += 1
    return count


def _named(pattern: str, place: int) -> bool:
    return pattern.startswith(("(?P<", "(?<"), place)
