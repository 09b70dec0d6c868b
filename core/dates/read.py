"""A text to ISO text, as SQL: YYYY, YYYY-MM or YYYY-MM-DD, with a leading minus for years before Christ.

Common styles have a short way (`plain`). What is left goes through a chain of small steps (`_slow`): eras, times, words.
A text that is no date, or has more than one reading, gives NULL: core/cleaning/checks.py says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from core.characters.forms import let
from core.dates import calendars, words
from core.dates.months import NAMES
from core.dates.order import by_shape
from core.storage.sql import ident, literal

Column = Callable[[str], str]  # what a step made -> the column that holds it
Order = Literal["dmy", "mdy", "ymd", "ydm"]
SEPARATOR = r"[/.\- ]"
ANY, UP_TO_12, OVER_12 = r"\d{1,2}", "(?:0?[1-9]|1[0-2])", r"(?:1[3-9]|2\d|3[01])"
_ISO_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO_TIME = r"[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)? ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
# 22:00 UTC: midnight in a zone further east.
LATE = r"[T ](?:1\d|2[0-3]):(?:00|15|30|45)(?::00(?:[.,]0+)?)? ?(?:Z|UTC|\+00(?::?00)?)$"
SERIAL = r"\d{5}(?:[.,]\d+)?"  # days since 1900 as spreadsheet programs count them
_ASIAN_DAY = (
    r"[1-9]\d{3}年\d{1,2}月\d{1,2}日"  # most texts with 年; taking parts out costs ten times
)
_YEAR_FIRST = rf"\d{{4}}{SEPARATOR}{ANY}{SEPARATOR}{ANY}"
_FOUR_DIGITS = rf"{ANY}{SEPARATOR}{ANY}{SEPARATOR}\d{{4}}"
_WITH_TIME = rf"{ANY}[/.\-]{ANY}[/.\-]\d{{4}} \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?: [AaPp][Mm])?"
_ZEROS = rf"^0{{1,2}}{SEPARATOR}|{SEPARATOR}0{{1,2}}{SEPARATOR}"
_MONTH = r"[A-Za-z]{3,9}"
_DAY_FIRST = rf"\d{{1,2}}[ \-./]{_MONTH}\.?[ \-./]\d{{4}}"
_MONTH_FIRST = rf"{_MONTH}\.? \d{{1,2}},? \d{{4}}"
_MONTH_ONLY = rf"{_MONTH}\.?[ \-./]\d{{4}}"
ENGLISH = f"{_DAY_FIRST}|{_MONTH_FIRST}|{_MONTH_ONLY}"
_NAMED = "['%d %b %Y', '%d %B %Y', '%b %d %Y', '%B %d %Y']"
_NAMED_MONTH = "['%b %Y', '%B %Y']"
# Digits and signs of other scripts as plain ones.
FOREIGN = "０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹๐๑๒๓๔๕๖๗๘๙०१२३४५६७८९／．－：，～　،\u00a0−⁄∕ı"
LATIN = "0123456789" * 5 + "/.-:,~ , -//i"


@dataclass(frozen=True)
class Reading:
    """What a recipe says about reading one date field.

    `order` of day and month; `years`, the window (first, last) into which years of two digits fall; `calendar` of years
    without an era; `serial`, the first day of the day numbers of a spreadsheet; `span`, which end of a life is meant; `late`, that 22:00 UTC is
    the midnight before the next day.
    None means that nobody said, and a text that needs it stays open.
    """

    order: Order | None = None
    years: tuple[int, int] | None = None
    calendar: str | None = None
    serial: Literal["1900", "1904"] | None = None
    span: Literal["first", "last"] | None = None
    late: bool = False


OPEN = Reading()


def numeric(first: str = ANY, second: str = ANY, year: str = r"(?:\d{4}|\d{2})") -> str:
    """The shape of a date such as 31/12/1990; both may be narrowed to numbers up to or over 12."""
    return rf"{first}{SEPARATOR}{second}{SEPARATOR}'?{year}(?:[ T,].*:.*)?"


def year_first(second: str, third: str) -> str:
    """The shape of a date such as 1990-12-31, of whose other numbers both are narrowed."""
    return rf"\d{{4}}{SEPARATOR}{second}{SEPARATOR}{third}(?:[T ].*:.*)?"


def typed(sql: str, fields: Mapping[str, Reading], plain: frozenset[str] = frozenset()) -> str:
    """The SELECT with the date `v_<field>` beside each text `t_<field>`: one projection for each small step.

    A text that the short way reads is NULL in all the others, which then cost nothing. Of the fields in `plain` it is
    known to read every text.
    """
    for stage in _STAGES:
        part = stage.__name__[1:]
        columns = [
            f"{_NULLS[stage] if name in plain and stage in _NULLS else stage(partial(column, name), reading)}"
            f" AS {column(name, part)}"
            for name, reading in fields.items()
        ]
        sql = f"SELECT *, {', '.join(columns)}\nFROM (\n{sql}\n)"
    values = [
        f"coalesce({column(n, 'short')}, {column(n, 'long')}) AS {ident(f'v_{n}')}" for n in fields
    ]
    return f"SELECT *, {', '.join(values)}\nFROM (\n{sql}\n)" if fields else sql


def short(name: str, reading: Reading) -> str:
    """SQL for the date in `t_<field>` where the short way reads it, or NULL."""
    return _short(partial(column, name), reading)


def one(text: str, reading: Reading = OPEN) -> str:
    """SQL for the date in one text (a parameter or a literal; no column)."""
    return f"(SELECT v_x FROM ({typed(f'SELECT {text}::VARCHAR AS t_x', {'x': reading})}))"


def column(name: str, part: str) -> str:
    """The column in which a step left what it made: short, folded, end, era, month ..."""
    return ident(f"t_{name}" if part == "text" else f"_{part}_{name}")


def _short(column: Column, reading: Reading) -> str:
    """The common styles; in English, those that strptime reads. NULL goes the long way."""
    x = column("text")
    if reading.calendar not in (None, "gregorian"):
        return "NULL::VARCHAR"  # every year means another one
    dashes = f"translate({x}, '/. ', '---')"
    before_time = f"split_part({x}, ' ', 1)"
    asian = f"strftime(try_strptime({x}, '%Y年%m月%d日'), '%Y-%m-%d')"
    spaced = f"regexp_replace({x}, '[,.\\-/ ]+', ' ', 'g')"
    english = (
        f"coalesce(strftime(try_strptime({spaced}, {_NAMED}), '%Y-%m-%d'),"
        f" strftime(try_strptime({spaced}, {_NAMED_MONTH}), '%Y-%m'))"
    )
    return f"""CASE
      WHEN {x} IS NULL THEN NULL {_year_day_month(x, reading)}
      WHEN regexp_full_match({x}, '{_ISO_DAY}') THEN CASE WHEN {_real_day(x)} THEN {x} END
      WHEN regexp_full_match({x}, '\\d{{4}}') THEN CASE WHEN {x} <> '0000' THEN {x} END
      WHEN regexp_full_match({x}, '\\d{{4}}-(0[1-9]|1[0-2])') THEN CASE WHEN NOT starts_with({x}, '0000') THEN {x} END
      WHEN regexp_full_match({x}, '{_ISO_DAY}{_ISO_TIME}') THEN
        CASE WHEN {_real_day(f"left({x}, 10)")} THEN {_day_of(x, reading)} END
      WHEN regexp_full_match({x}, '{_FOUR_DIGITS}') THEN {_four_digits(dashes, reading.order)}
      WHEN regexp_full_match({x}, '{_YEAR_FIRST}') THEN
        strftime(try_strptime({dashes}, '%Y-%m-%d'), '%Y-%m-%d')
      WHEN regexp_full_match({x}, '{_ASIAN_DAY}') THEN {asian}
      WHEN regexp_full_match({x}, '{ENGLISH}') THEN {english}
      WHEN regexp_full_match({x}, '{_WITH_TIME}') THEN
        {_four_digits(f"translate({before_time}, '/.', '--')", reading.order)} {_serial(x, reading)} END"""


def _year_day_month(x: str, reading: Reading) -> str:
    """1990-31-12, which looks like 1990-12-31: only where the order was said, and before all that looks like it."""
    if reading.order != "ydm":
        return ""
    day = f"translate(regexp_extract({x}, '^{_YEAR_FIRST}'), '/. ', '---')"
    found = f"coalesce(try_strptime({day}, '%Y-%d-%m'), try_strptime({day}, '%Y-%m-%d'))"
    packed = rf"regexp_replace({x}, '^(\d{{4}})(\d\d)(\d\d)$', '\1-\2-\3')"
    digits = f"coalesce(try_strptime({packed}, '%Y-%d-%m'), try_strptime({packed}, '%Y-%m-%d'))"
    return (
        f"WHEN regexp_full_match({x}, '{_YEAR_FIRST}(?:[T ].*:.*)?') THEN strftime({found}, '%Y-%m-%d')"
        rf" WHEN regexp_full_match({x}, '(?:1[5-9]|20)\d{{6}}') THEN strftime({digits}, '%Y-%m-%d')"
    )


def _serial(x: str, reading: Reading) -> str:
    if reading.serial is None:
        return ""
    day_0 = {"1900": "1899-12-30", "1904": "1904-01-01"}[reading.serial]
    days = f"floor(TRY_CAST(replace({x}, ',', '.') AS DOUBLE))::INTEGER"
    return f"WHEN regexp_full_match({x}, '{SERIAL}') THEN strftime(DATE '{day_0}' + {days}, '%Y-%m-%d')"


def _day_of(x: str, reading: Reading) -> str:
    """SQL for the day of a day with a time."""
    day = f"left({x}, 10)"
    if not reading.late:
        return day
    after = f"strftime(CAST({day} AS DATE) + 1, '%Y-%m-%d')"
    return f"CASE WHEN regexp_matches({x}, {literal(LATE)}) THEN {after} ELSE {day} END"


def _real_day(x: str) -> str:
    return f"TRY_CAST({x} AS DATE) IS NOT NULL AND left({x}, 4) <> '0000'"


def _four_digits(dashes: str, order: Order | None) -> str:
    day_first = f"try_strptime({dashes}, '%d-%m-%Y')"
    month_first = f"try_strptime({dashes}, '%m-%d-%Y')"
    first, second = (day_first, month_first) if order != "mdy" else (month_first, day_first)
    found = f"coalesce({first}, {second})"
    if order not in ("dmy", "mdy"):
        both = f"{day_first} IS NOT NULL AND {month_first} IS NOT NULL AND {day_first} <> {month_first}"
        found = f"CASE WHEN {both} THEN NULL ELSE {found} END"
    return f"CASE WHEN NOT ends_with({dashes}, '0000') THEN strftime({found}, '%Y-%m-%d') END"


def folded(x: str) -> str:
    """SQL for a text in lower case, without accents, with plain digits."""
    plain = f"translate({x}, {literal(FOREIGN)}, {literal(LATIN)})"
    thai = f"regexp_matches({x}, '[\\x{{E00}}-\\x{{E7F}}]') THEN lower({plain})"  # its marks tell months apart
    ascii_ = f"strlen({x}) = length({x}) THEN lower({x})"
    return f"CASE WHEN {ascii_} WHEN {thai} ELSE strip_accents(lower({plain})) END"


def _folded(column: Column, reading: Reading) -> str:
    x = column("text")
    # The long way finds no more in it, but where the day or the month is 0.
    zeros = (
        f"regexp_matches({x}, '{_ZEROS}') AND NOT regexp_full_match({x}, {literal(words.NO_DATE)})"
    )
    open_ = f"(regexp_full_match({x}, '{_FOUR_DIGITS}') AND NOT ({zeros}))"
    if reading.calendar not in (None, "gregorian"):
        open_ = "false"
    text = folded(
        f"ltrim({x}, chr(39))"
    )  # spreadsheets take -0044 for a formula, and '-0044 for a text
    text = let("folded", text, _plainer("folded"))
    none = f"(ends_with({x}, '-00') AND regexp_full_match({x}, {literal(words.NO_DATE)}))"
    there = f"{column('short')} IS NULL AND {x} IS NOT NULL"
    return f"CASE WHEN {there} AND NOT {open_} AND NOT {none} THEN {text} END"


def _plainer(x: str) -> str:
    """Numbers in words of Chinese and Vietnamese, and what an encyclopedia puts around a date."""
    plain = x
    for shape, stays in words.PLAINER:
        plain = f"regexp_replace({plain}, {literal(shape)}, {literal(stays)}, 'g')"
    han = f"translate({plain}, '{words.HAN[0]}', '{words.HAN[1]}')"
    for shape, stays in words.TENS:
        han = f"regexp_replace({han}, '{shape}', '{stays}', 'g')"
    return (
        f"CASE WHEN regexp_matches({x}, '{words.HAN_DATE}') THEN {han}"
        f" WHEN regexp_matches({x}, {literal(words.TO_BE_PLAINER)}) THEN {plain} ELSE {x} END"
    )


def _end(column: Column, reading: Reading) -> str:
    """One end of a life; NULL where nobody knows which is meant, or whether it is a life."""
    n, shape = column("folded"), literal(words.SPAN)
    spans = f"{n} IS NULL OR NOT regexp_matches({n}, {shape})"
    if reading.span is None:
        return f"CASE WHEN {spans} THEN {n} END"
    first, last = (f"regexp_extract({n}, {shape}, {i})" for i in (1, 2))
    years = f"TRY_CAST(right({last}, 4) AS INTEGER) - TRY_CAST(right({first}, 4) AS INTEGER)"
    life = f"coalesce({years} BETWEEN 12 AND 120, {literal(reading.span == 'first')})"
    return f"CASE WHEN {spans} THEN {n} WHEN {life} THEN {first if reading.span == 'first' else last} END"


def _era(column: Column, reading: Reading) -> str:
    s = column("end")
    cases = " ".join(
        f"WHEN regexp_matches({s}, {literal(shape)}) THEN {literal(name)}"
        for name, shape in words.ERAS.items()
    )
    plain = f"regexp_full_match({s}, '[0-9][-+0-9 ./,:]*')"
    return f"CASE WHEN {s} IS NULL THEN NULL WHEN {plain} THEN '' {cases} ELSE '' END"


def _bare(column: Column, reading: Reading) -> str:
    """The text without its era."""
    s, e = column("end"), column("era")
    cases = " ".join(
        f"WHEN {literal(name)} THEN regexp_replace({s}, {literal(shape)}, {literal(words.stays(shape))})"
        for name, shape in words.ERAS.items()
    )
    return f"CASE {e} WHEN '' THEN {s} {cases} END"


def _words(column: Column, reading: Reading) -> str:
    """The text without time, weekday, "about" and what stands between: numbers, and the name of a month."""
    t = column("bare")
    for shape, stays in (
        (words.TIME, r"\1 "),
        (words.WEEKDAY, ""),
        (words.ABOUT, r"\1\2"),
        (words.ORDINAL, r"\1\2"),
    ):
        t = f"trim(regexp_replace({t}, {literal(shape)}, {literal(stays)}))"
    for shape, stays in words.CJK.items():
        t = f"regexp_replace({t}, {literal(shape)}, {literal(stays)}, 'g')"
    for _ in range(2):  # two words side by side share the sign between them
        t = f"regexp_replace({t}, {literal(words.FILL)}, '\\1 \\2', 'g')"
    return f"trim(regexp_replace({t}, '{words.BETWEEN}', ' ', 'g'))"


def _word(column: Column, reading: Reading) -> str:
    return f"trim(regexp_extract({column('words')}, '[^0-9# ][^0-9#]*'))"


def _month(column: Column, reading: Reading) -> str:
    """The number of the month that is named, or 0."""
    w, names, numbers = column("word"), list(NAMES), list(NAMES.values())
    found = f"{literal(numbers)}[list_position({literal(names)}, {w})]"
    return f"CASE WHEN {w} IS NULL THEN NULL WHEN {w} = '' THEN 0 ELSE coalesce({found}, 0) END"


def _numbers(column: Column, reading: Reading) -> str:
    """The numbers, with @ for the named month."""
    c, w, m = column("words"), column("word"), column("month")
    marked = f"trim(regexp_replace(replace({c}, {w}, ' @ '), ' +', ' ', 'g'))"
    return f"CASE WHEN {m} > 0 THEN {marked} ELSE {c} END"


def _parts(column: Column, reading: Reading) -> str:
    return by_shape(column("numbers"), column("era"), reading.order, reading.calendar)


def _year(column: Column, reading: Reading) -> str:
    word, whole = column("word"), column("end")
    ours = f"({word} <> '' AND strlen({word}) = length({word}))"
    return calendars.year(
        column("parts"),
        column("era"),
        reading.years,
        reading.calendar,
        ours,
        f"starts_with({whole}, '-')",
    )


def _mon(column: Column, reading: Reading) -> str:
    z = column("parts")
    named = f"CASE WHEN contains({z}, '@') THEN {column('month')} % 100"
    return f"{named} ELSE nullif(TRY_CAST(split_part({z}, '-', 2) AS INTEGER), 0) END"


def _day(column: Column, reading: Reading) -> str:
    return f"nullif(TRY_CAST(split_part({column('parts')}, '-', 3) AS INTEGER), 0)"


def _kind(column: Column, reading: Reading) -> str:
    return calendars.kind(column("month"), column("era"), reading.calendar)


def _long(column: Column, reading: Reading) -> str:
    return calendars.iso(*(column(n) for n in ("year", "mon", "day", "era", "kind")))


_STAGES = (
    *(_short, _folded, _end, _era, _bare, _words, _word, _month, _numbers, _parts),
    *(_year, _mon, _day, _kind, _long),
)
_NUMBERS = (_month, _year, _mon, _day)
_NULLS = {s: f"NULL::{'INTEGER' if s in _NUMBERS else 'VARCHAR'}" for s in _STAGES[1:]}
