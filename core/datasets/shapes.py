"""What a header or a value looks like, seen from outside: shapes only, nothing is converted."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from core.dates.looks import looks

Kind = Literal[
    "text", "url", "email", "boolean", "integer", "number", "year", "date", "other_date", "code"
]
"""`date` is a style that the import reads; `other_date` looks like one (19790118, 3/4/79).
`year` is also an integer. `code` is a number in looks only: leading zeros, or too long."""

DATES: frozenset[Kind] = frozenset({"date", "other_date", "year"})

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_S = r"[/.\- ]"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MON = r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"-?\d{{4}}-{_MON}(?:-{_DAY})?(?:[t ]\d\d:\d\d\S*(?: ?[ap]m)?)?"
    rf"|{_DAY}{_S}{_DAY}{_S}\d{{4}}|\d{{4}}{_S}{_MON}{_S}{_DAY}"
    rf"|{_MON}[/.]\d{{4}}|\d{{4}}[/.]{_MON}"
    rf"|\d{{4}} ?年(?: ?{_MON} ?月(?: ?{_DAY} ?[日号])?)?"
    rf"|(?:{_DAY}(?:st|nd|rd|th)?[ \-/.]+)?{_MONTH}[,.\-/ ]+\d{{4}}"
    rf"|{_MONTH}[ .\-/]+{_DAY}(?:st|nd|rd|th)?[,.\-/ ]+\d{{4}}"
    rf"|\d{{4}}[,.\-/ ]+{_MONTH}[ .\-/]+{_DAY}",
    re.IGNORECASE,
)
_OTHER_DATE = re.compile(
    rf"[12]\d{{3}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY}[/.\-]{_DAY}[/.\-]\d{{2}}(?:\d\d)?(?: \d\d?:\d\d\S*)?"
    rf"|{_DAY}\.? (?:de )?[^\W\d_]{{3,10}}\.?,? (?:de )?[12]\d{{3}}",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[12]\d{3}")
_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)\.\d+|[+-]?\d(?:\.\d+)?e[+-]?\d{1,2}", re.IGNORECASE)
_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?")
_URL = re.compile(r"https?://[^\s/?#]+\.\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")
_BOOLEANS = frozenset({"true", "false", "yes", "no", "是", "否"})
# Where a new word begins without a blank: birthDate, MBTI类型
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z0-9])(?=[\u3040-\u9fff])")


_STROKES = str.maketrans("ıłđ", "ild")  # no accent that could be taken off


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a header without case, accents and punctuation: birthDate -> (birth, date).

    Only the accents of Latin, Greek and Cyrillic go; in other scripts a mark makes another letter.
    """
    plain = _HUMP.sub(" ", text)
    if not plain.isascii():
        bare = (c for c in unicodedata.normalize("NFKD", plain) if not "\u0300" <= c <= "\u036f")
        plain = unicodedata.normalize("NFC", "".join(bare)).casefold().translate(_STROKES)
        plain = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in plain)
        return tuple(plain.split())
    return tuple(re.findall(r"[a-z0-9]+", plain.casefold()))


def fold(text: str) -> str:
    """A header without case, blanks, underscores, accents and punctuation: Birth_Date -> birthdate."""
    return "".join(words(text))


def kind(text: str) -> Kind:
    """The shape of one value that is not empty."""
    if (any("0" <= c <= "9" for c in text) or "年" in text or "月" in text) and len(text) <= 40:
        found = _kind_with_digits(text)
        if found:
            return found
    if text.casefold() in _BOOLEANS:
        return "boolean"
    if ("/" in text or "." in text) and _URL.fullmatch(text):
        return "url"
    if "@" in text and _EMAIL.fullmatch(text):
        return "email"
    return "text"


def _kind_with_digits(text: str) -> Kind | None:
    if _YEAR.fullmatch(text):
        return "year"
    if _DATE.fullmatch(text):
        return "date"
    if _OTHER_DATE.fullmatch(text):
        return "other_date"
    if not _DIGITS.match(text):
        return looks(text)
    # 18 digits fit a 64-bit integer for certain; a double keeps 15.
    digits = sum(c.isdigit() for c in text)
    if _INTEGER.fullmatch(text):
        return "integer" if digits <= 18 else "code"
    if _NUMBER.fullmatch(text):
        return "number" if digits <= 15 else "code"
    return "code" if _DIGITS.fullmatch(text) else looks(text)


def year(text: str) -> int | None:
    """The year of a date by shape; None when it has only two digits."""
    found = re.search(r"(?<!\d)-?\d{4}", text)
    return int(found.group()) if found else None


def is_name(text: str) -> bool:
    """Whether this could be a person's name: two to five capitalised words, or 2 to 8 signs of CJK."""
    if not 2 <= len(text) <= 60 or any(c.isdigit() or c in "@/\\:;,|_!?()[]{}<>=+" for c in text):
        return False
    parts = [p for p in re.split(r"[\s·・]+", text) if p]
    if all(_cased(part) for part in parts):
        capitals = sum(part[0].isupper() or part[0] in "'’" for part in parts)
        return 2 <= len(parts) <= 5 and capitals >= 2 and parts[-1][0].isupper()
    letters = "".join(parts)
    return letters.isalpha() and not any(map(_cased, letters)) and 2 <= len(letters) <= 8


def _cased(part: str) -> bool:
    return part.lower() != part.upper()
