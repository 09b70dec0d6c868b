"""Text to typed values, as SQL. A text that does not fit gives NULL; checks.py says so."""

from __future__ import annotations

import re

from core.datasets.model import Field
from core.storage.sql import literal

# What may stand between the numbers of a date.
_SEPARATOR = r"[/.\- ]"
ANY, UP_TO_12, OVER_12 = r"\d{1,2}", "(?:0?[1-9]|1[0-2])", r"(?:1[3-9]|[2-9]\d)"
_ISO_DAY = r"\d{4}-\d{2}-\d{2}"
_ASIAN_DAY = (
    r"[1-9]\d{3}年\d{1,2}月\d{1,2}日"  # most texts with 年; taking parts out costs ten times
)
_NAMED = "['%d %b %Y', '%d %B %Y', '%b %d %Y', '%B %d %Y', '%Y %b %d', '%Y %B %d']"
_NAMED_MONTH = "['%b %Y', '%B %Y']"
# Letters without accents: ASCII, the caseless scripts (Han, Arabic, kana ...), Cyrillic.
_LETTERS = r"[0-9A-Za-z\p{Lo}\x{400}-\x{481}\x{48A}-\x{52F}]"
# Latin letters, plain and with accents: Latin-1 without the two signs in it, and the Latin extensions.
_LATIN = r"[0-9A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{17F}\x{1E00}-\x{1EFF}]"
SEPARATORS = ";|,"  # of lists, where no step says otherwise
_TRUE = ["true", "yes", "y", "t", "1", "是", "x"]
_FALSE = ["false", "no", "n", "f", "0", "否"]


def numeric_date(first: str = ANY, second: str = ANY) -> str:
    """The shape of a date such as 31/12/1990; both may be narrowed to numbers up to or over 12."""
    return rf"{first}{_SEPARATOR}{second}{_SEPARATOR}\d{{4}}"


def value(field: Field, x: str, *, order: str | None = None, separators: str | None = None) -> str:
    """SQL for the typed value of the cleaned text in column `x` (a quoted identifier)."""
    if field.type == "list":
        return split(x, separators if separators is not None else SEPARATORS)
    if field.type == "date":
        return date(x, order)
    if field.type == "integer":
        return f"TRY_CAST(regexp_extract({x}, '^[+-]?\\d{{1,19}}$') AS BIGINT)"
    if field.type == "number":
        shape = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
        number = f"TRY_CAST(regexp_extract({x}, '{shape}') AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} END"
    if field.type == "boolean":
        yes, no = (f"list_contains({literal(words)}, lower({x}))" for words in (_TRUE, _FALSE))
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
    return x


def split(x: str, separators: str) -> str:
    """A JSON list, or text cut at the separators. `distinct` drops empties and doubles, a layer later.

    The comma only cuts where no other separator stands: "Smith, John; Doe, Jane" is two names.
    """
    hard = [s for s in separators if s != ","] + (["；", "\n"] if separators.strip(",") else [])
    cuts = []
    for group in (hard, [",", "，", "、"] if "," in separators else []):
        if group:
            has = " OR ".join(f"contains({x}, {literal(s)})" for s in group)
            one_of = "[" + "".join(re.escape(s) for s in group) + "]"
            cut = literal(rf"\s*{one_of}\s*")
            cuts.append(f"WHEN {has} THEN string_split_regex({x}, {cut})")
    return (
        f"CASE WHEN starts_with({x}, '[') AND json_valid({x}) "
        f"THEN list_transform(from_json({x}, '[\"VARCHAR\"]'), lambda i: trim(i)) "
        f"{' '.join(cuts)} WHEN {x} IS NOT NULL THEN [{x}] END"
    )


def distinct(v: str) -> str:
    """The list without empties, and with the first of equal elements only, in their order."""
    first = f"list_filter({v}, lambda i, n: i <> '' AND list_position({v}, i) = n)"
    # Most lists have one or two elements; counting the unique ones of more costs ten times as much.
    return (
        f"CASE WHEN len({v}) < 2 THEN CASE WHEN {v}[1] <> '' THEN {v} END "
        f"WHEN len({v}) = 2 AND {v}[1] <> {v}[2] AND {v}[1] <> '' AND {v}[2] <> '' THEN {v} "
        f"WHEN list_unique({v}) < len({v}) OR list_contains({v}, '') THEN nullif({first}, []) "
        f"ELSE {v} END"
    )


def date(x: str, order: str | None) -> str:
    """ISO text: YYYY, YYYY-MM or YYYY-MM-DD, with a leading minus for years before Christ.

    `order` says how 03/04/1990 is read; None leaves such a text open (NULL) unless only one
    reading is possible.
    """
    plain = f"translate({x}, '/. ', '---')"
    day_first = f"try_strptime({plain}, '%d-%m-%Y')"
    month_first = f"try_strptime({plain}, '%m-%d-%Y')"
    first, second = (day_first, month_first) if order != "mdy" else (month_first, day_first)
    numeric = f"coalesce({first}, {second})"
    if order is None:
        both = f"{day_first} IS NOT NULL AND {month_first} IS NOT NULL AND {day_first} <> {month_first}"
        numeric = f"CASE WHEN {both} THEN NULL ELSE {numeric} END"
    words = f"regexp_replace(regexp_replace({x}, '(\\d)(st|nd|rd|th)\\b', '\\1'), '[,.\\-/ ]+', ' ', 'g')"
    asian = r"^(-?\d{1,4})\s*年\s*(\d{1,2})\s*月\s*(?:(\d{1,2})\s*[日号])?$"
    return f"""CASE
      WHEN {x} IS NULL THEN NULL
      WHEN regexp_full_match({x}, '{_ISO_DAY}') THEN CASE WHEN {_real_day(x)} THEN {x} END
      WHEN regexp_full_match({x}, '-?\\d{{4}}') THEN {x}
      WHEN regexp_full_match({x}, '-?\\d{{4}}-(0[1-9]|1[0-2])') THEN {x}
      WHEN regexp_full_match({x}, '-\\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])') THEN {x}
      WHEN regexp_full_match({x}, '{_ISO_DAY}[T ]\\d{{2}}:\\d{{2}}.*') THEN
        CASE WHEN {_real_day(f"left({x}, 10)")} THEN left({x}, 10) END
      WHEN regexp_full_match({x}, '{numeric_date()}') THEN strftime({numeric}, '%Y-%m-%d')
      WHEN regexp_full_match({x}, '\\d{{4}}{_SEPARATOR}\\d{{1,2}}{_SEPARATOR}\\d{{1,2}}') THEN
        strftime(try_strptime({plain}, '%Y-%m-%d'), '%Y-%m-%d')
      WHEN regexp_full_match({x}, '\\d{{1,2}}[/.]\\d{{4}}') THEN
        strftime(try_strptime({plain}, '%m-%Y'), '%Y-%m')
      WHEN regexp_full_match({x}, '\\d{{4}}[/.]\\d{{1,2}}') THEN
        strftime(try_strptime({plain}, '%Y-%m'), '%Y-%m')
      WHEN regexp_full_match({x}, '{_ASIAN_DAY}') THEN
        strftime(try_strptime({x}, '%Y年%m月%d日'), '%Y-%m-%d')
      WHEN regexp_matches({x}, '年') THEN {_asian(x, asian)}
      WHEN regexp_matches({x}, '[A-Za-z]{{3}}') THEN coalesce(
        strftime(try_strptime({words}, {_NAMED}), '%Y-%m-%d'),
        strftime(try_strptime({words}, {_NAMED_MONTH}), '%Y-%m'))
    END"""


def _real_day(x: str) -> str:
    return f"TRY_CAST({x} AS DATE) IS NOT NULL AND left({x}, 4) <> '0000'"


def _asian(x: str, shape: str) -> str:
    # 1979年1月18日, 1979年1月, 1979年
    year, month, day = (f"regexp_extract({x}, '{shape}', {i})" for i in (1, 2, 3))
    only_year = f"regexp_extract({x}, '^(\\d{{4}})\\s*年$', 1)"
    padded = f"lpad({year}, 4, '0') || '-' || lpad({month}, 2, '0')"
    full = f"{padded} || '-' || lpad({day}, 2, '0')"
    return (
        f"CASE WHEN {only_year} <> '' THEN {only_year} WHEN {year} = '' THEN NULL "
        f"WHEN {day} = '' THEN CASE WHEN {month}::INT BETWEEN 1 AND 12 THEN {padded} END "
        f"WHEN {_real_day(full)} THEN {full} END"
    )


def fold(x: str) -> str:
    """The comparable form of a name: lower case, punctuation to blanks, accents of Latin and Greek off.

    Other scripts keep their marks: in them a mark makes another letter (ガ is not カ, й is not и).
    """
    ascii_fold = f"trim(regexp_replace(lower({x}), '[^a-z0-9]+', ' ', 'g'))"
    plain = f"CASE WHEN regexp_full_match({x}, '[\\p{{Latin}}\\p{{Greek}}\\p{{Common}}\\p{{Inherited}}]*')"
    lowered = f"{plain} THEN strip_accents(lower({x})) ELSE lower({x}) END"
    full = f"trim(regexp_replace({lowered}, '[\\p{{P}}\\p{{Z}}\\p{{S}}\\p{{Cc}}]+', ' ', 'g'))"
    # Most names are words of plain letters with one space between: those only need lower case.
    simple = f"regexp_full_match({x}, '{_LETTERS}+(?: {_LETTERS}+)*')"
    latin = f"regexp_full_match({x}, '{_LATIN}+(?: {_LATIN}+)*') THEN strip_accents(lower({x}))"
    ascii_ = f"strlen({x}) = length({x})"
    folded = (
        f"CASE WHEN {simple} THEN lower({x}) WHEN {latin} WHEN {ascii_} THEN {ascii_fold}"
        f" ELSE {full} END"
    )
    return f"coalesce(nullif({folded}, ''), lower({x}))"
