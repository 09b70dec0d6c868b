"""The value of a cell as text: what it is, exactly, in one way for every kind of workbook.

Numbers are written in the fewest digits that mean the same double, without exponent and without
`.0`; digits that no double can hold stay as they are stored. Dates and times are ISO text; a
duration is h:mm:ss; a percentage has its sign (0.125 is 12.5%).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Context, Decimal, InvalidOperation

from core.files.books.number_format import Shown

LAST_SERIAL = 2_958_466  # the first day after 9999-12-31, in the epoch of 1900
DAY_MS = 86_400_000
BETWEEN_EPOCHS = 1_462  # days from the epoch of 1900 to that of 1904
FIRST_SERIAL = -693_000  # early in the year 2
_DAY_0, _GREGORIAN = date(1899, 12, 30), date(1582, 10, 15)
_PLAIN = re.compile(r"-?(?:[1-9]\d{0,14}|0)(?:\.\d{0,14}[1-9])?")
_WHOLE = re.compile(r"(-?)0*(\d+)(?:\.0*)?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def number_text(stored: str) -> str:
    """The text of a number that is stored as text, in XML. What is no number stays as it is."""
    if len(stored) <= 16 and _PLAIN.fullmatch(stored):
        return stored if stored != "-0" else "0"
    stored = stored.strip()
    whole = _WHOLE.fullmatch(stored)
    if whole:
        return whole[1] + whole[2] if whole[2] != "0" else "0"
    try:
        value = float(stored)
        exact = Decimal(stored)
    except (ValueError, InvalidOperation):
        return stored
    digits = len(exact.as_tuple().digits)
    if digits > 17 and exact.is_finite() and not _is_printed_double(exact, value, digits):
        return _written_out(exact)
    return double_text(value)


def _is_printed_double(exact: Decimal, value: float, digits: int) -> bool:
    """Whether somebody printed the double with more digits than it takes to tell it apart."""
    return Context(prec=digits).create_decimal(value) == exact


def double_text(value: float) -> str:
    """The shortest text that is read as this double again: 7, 0.1, 10000000000000000000000."""
    text = repr(value)
    if "e" in text:
        text = _written_out(Decimal(text))
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _written_out(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(stored: str) -> str:
    """0.07 is 7%: the comma moves, no digit is lost."""
    try:
        return _written_out(Decimal(number_text(stored)).scaleb(2)) + "%"
    except InvalidOperation:
        return stored


def moment_text(serial: float, has_date: bool, epoch_1904: bool) -> str | None:
    """A serial number of days as ISO text; None when it is outside of what Excel calls a date.

    Days before 1900 are negative: only LibreOffice writes such.

    Midnight is left out. In the epoch of 1900 the days 0 and 60 do not exist; Excel shows them as
    1900-01-00 and 1900-02-29, and so do we: no other day may stand for them.
    """
    if FIRST_SERIAL <= serial < 0 and has_date:
        return _before_1900(serial, epoch_1904)
    if not 0 <= serial < LAST_SERIAL:
        return None
    days, clock = divmod(round(serial * DAY_MS), DAY_MS)
    time = clock_text(clock)
    if days == 0 and (clock or not has_date) and not (epoch_1904 and has_date):
        return time
    day = _day(days, epoch_1904)
    if day is None:
        return None
    return f"{day} {time}" if clock else day


def _before_1900(serial: float, epoch_1904: bool) -> str | None:
    """A day before the first one of Excel, as LibreOffice counts it: of the Julian calendar before 1582-10-15."""
    days, clock = divmod(round(serial * DAY_MS), DAY_MS)
    day = _DAY_0 + timedelta(days + (BETWEEN_EPOCHS if epoch_1904 else 0))
    text = day.isoformat() if day >= _GREGORIAN else _julian(day.toordinal())
    return f"{text} {clock_text(clock)}" if clock else text


def _julian(ordinal: int) -> str:
    """The date by the Julian calendar of a day counted from 0001-01-01 of the Gregorian one."""
    c = ordinal + 1_721_425 + 32_082  # Julian day, from the March of 4801 BC
    years = (4 * c + 3) // 1461
    rest = c - 1461 * years // 4
    month = (5 * rest + 2) // 153
    day = rest - (153 * month + 2) // 5 + 1
    return f"{years - 4800 + month // 10:04d}-{month + 3 - 12 * (month // 10):02d}-{day:02d}"


def _day(days: int, epoch_1904: bool) -> str | None:
    if epoch_1904:
        days += BETWEEN_EPOCHS
    elif days in (0, 60):
        return "1900-02-29" if days else "1900-01-00"
    elif days < 60:
        days += 1
    return (_DAY_0 + timedelta(days)).isoformat() if days < LAST_SERIAL else None


def clock_text(milliseconds: int) -> str:
    """12:30:00, or 12:30:00.5 where there are parts of a second."""
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}".rstrip("0") if rest else text


def duration_text(serial: float) -> str:
    """Days as hours, minutes and seconds: 30:05:00, -0:00:01, 7:00:00."""
    total = round(abs(serial) * DAY_MS)
    seconds, rest = divmod(total, 1000)
    sign = "-" if serial < 0 and total else ""
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}".rstrip("0") if rest else text


def text_for(shown: Shown, epoch_1904: bool) -> Callable[[str], str]:
    """What makes text of a stored number that is shown in this way."""
    if shown.kind == "percent":
        return percent_text
    if shown.kind == "number":
        return number_text if not shown.zeros else lambda stored: _padded(stored, shown.zeros)

    def of_days(stored: str) -> str:
        try:
            serial = float(stored)
            if shown.kind == "duration":
                return duration_text(serial)
            text = moment_text(serial, shown.kind == "date", epoch_1904)
        except (ValueError, OverflowError):
            return stored
        return number_text(stored) if text is None else text

    return of_days


def _padded(stored: str, zeros: int) -> str:
    text = number_text(stored)
    return text.zfill(zeros) if text.isascii() and text.isdigit() else text


def iso_text(stored: str) -> str:
    """A date that is stored as ISO text: a blank for the T, midnight and the Z left out."""
    text = stored.strip().replace("T", " ").removesuffix("Z")
    return re.sub(r"(?<=\d) 00:00(?::00(?:[.,]0+)?)?$", "", text)


def unescaped(text: str) -> str:
    """Excel writes what XML cannot hold as _x0007_, and _x005F_ before what only looks like that."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a character is none
