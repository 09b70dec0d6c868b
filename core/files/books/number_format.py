"""What the number format of a cell makes of its number: a date, a duration, a percentage ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ASIDE = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_FRACTION = re.compile(r"[.,]0+")  # of a second
_WORDS = re.compile(r"general|standard|e[+-]", re.IGNORECASE)
_HALF = re.compile(r"am/pm|a/p", re.IGNORECASE)  # of a day

# What Excel shows for the formats that files name only by number. 27 to 36 and 50 to 58 are dates
# and times of East Asian editions.
BUILT_IN = {
    **dict.fromkeys((0, 1, 2, 3, 4, 11, 12, 13, 37, 38, 39, 40, 48, 49), "General"),
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 16, 17), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 45, 47), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}


@dataclass(frozen=True)
class Shown:
    """`kind` is number, date, time, duration or percent; `zeros` is the least number of digits."""

    kind: str
    zeros: int = 0


NUMBER = Shown("number")


@lru_cache(maxsize=10_000)
def shown(code: str) -> Shown:
    """What a format code such as `yyyy-mm-dd;@` shows a positive number as."""
    section = _first_section(code[:300])
    if _ELAPSED.search(section):
        return Shown("duration")
    section, halves = _HALF.subn("", section)
    signs = _WORDS.sub("", section).lower()
    letters = set(_FRACTION.sub("", signs))
    if not letters & set("0#?"):
        if letters & set("yd") or ("m" in letters and not letters & set("hs")):
            return Shown("date")
        if letters & set("hms") or halves:
            return Shown("time")
    if "%" in signs:
        return Shown("percent")
    return Shown("number", len(signs)) if re.fullmatch("00+", signs) else NUMBER


def _first_section(code: str) -> str:
    """The code up to its first semicolon, without what is only decoration."""
    return _ASIDE.sub("", code).partition(";")[0].strip()
