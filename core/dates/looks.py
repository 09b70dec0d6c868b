"""Whether a text looks like a date, seen from outside: used to tell what a column holds. Nothing is converted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from core.dates import words
from core.dates.months import NAMES, fold
from core.dates.read import FOREIGN, LATIN

_PLAIN_DIGITS = str.maketrans(FOREIGN, LATIN)


def _python(shape: str) -> re.Pattern[str]:
    """The same expression for Python, whose way of writing a character is another."""
    return re.compile(re.sub(r"\\x\{([0-9A-F]+)\}", lambda m: chr(int(m[1], 16)), shape))


_ERA = re.compile("|".join(f"(?:{_python(shape).pattern})" for shape in words.ERAS.values()))
_STEPS = [
    (_python(shape), stays)
    for shape, stays in (
        (words.TIME, r"\1 "),
        (words.WEEKDAY, ""),
        (words.ABOUT, r"\1\2"),
        (words.ORDINAL, r"\1\2"),
        *words.CJK.items(),
        (words.FILL, r"\1 \2"),
        (words.FILL, r"\1 \2"),
        (words.BETWEEN.replace("''", "'"), " "),
    )
]
_PLAINER, _TENS = (
    [(_python(shape), re.sub(r"\\(\d)", r"\\g<\1>", stays)) for shape, stays in pairs]
    for pairs in (words.PLAINER, words.TENS)
)
_HAN_DATE, _HAN_DIGITS = re.compile(words.HAN_DATE), str.maketrans(*words.HAN)
_HAN = frozenset(words.HAN[0] + "十廿卅")
_SPAN, _WORD = _python(words.SPAN), re.compile("[^0-9# ][^0-9#]*")
_D, _M = "(?:0?\\d|[12]\\d|3[01])", "(?:0?\\d|1[0-2])"  # 0 stands for "not known"
_WHOLE = re.compile(
    rf"{_D} @ \d{{4}}|@ {_D} \d{{4}}|\d{{4}} @(?: {_D})?|\d{{4}} {_D} @|@ \d{{4}}|\d{{4}} ?#(?: {_M}(?: {_D})?)?|\d{{4}} {_M} {_D}"
    rf"|{_D} {_D} \d{{4}}|\d{{4}} {_M}|{_M} \d{{4}}"
)
_MARKED = re.compile(r"[\d@#]+(?: [\d@#]+){0,3}")
_SHORT = re.compile(
    r"\d{1,2} @ \d{2}|@ \d{1,2} \d{2}|@ \d{2}|\d{1,2} \d{1,2} \d{2}|\d{2}#(?: \d{1,2}){0,2}|\d{3} \d{1,2} \d{1,2}|(?:0?[1-9]|1[0-2]) (?:3[2-9]|[4-9]\d)"
)
_ABOUT = _python(words.ABOUT)
_YEAR_FIRST = re.compile(r"[4-9]\d([./\-])\d{1,2}\1\d{1,2}")  # 79/1/18
_NO_DATE = re.compile(words.NO_DATE)


@lru_cache(maxsize=20_000)
def looks(text: str) -> Literal["date", "other_date"] | None:
    """`date`: the import reads it; `other_date`: it needs to be told something, such as the century."""
    digits = sum(c.isdigit() or c in _HAN for c in text) + 2 * ("元" in text)
    if len(text) > 60 or digits < 2:
        return None
    folded = _plainer(fold(text.translate(_PLAIN_DIGITS)))
    if span := _SPAN.search(folded):
        return "other_date" if looks(span[1]) else None
    bare = _ERA.sub(" ", folded)
    numbers = _numbers(bare)
    if bare != folded and _MARKED.fullmatch(numbers):
        return "date"
    if _WHOLE.fullmatch(numbers) or (re.fullmatch(r"\d{4}", numbers) and _ABOUT.search(bare)):
        return "date"
    short = _SHORT.fullmatch(numbers) or _YEAR_FIRST.fullmatch(text) or _NO_DATE.fullmatch(text)
    return "other_date" if short else None


def _plainer(text: str) -> str:
    for shape, stays in _PLAINER:
        text = shape.sub(stays, text)
    if _HAN_DATE.search(text):
        text = text.translate(_HAN_DIGITS)
        for shape, stays in _TENS:
            text = shape.sub(stays, text)
    return text


def _numbers(text: str) -> str:
    for shape, stays in _STEPS:
        text = shape.sub(stays, text).strip()
    word = _WORD.search(text)
    if word and word[0].strip() in NAMES:
        text = re.sub(" +", " ", text.replace(word[0].strip(), " @ ")).strip()
    return text
