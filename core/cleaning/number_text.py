"""Numbers as people write them, as SQL: 1,234.5 and 1.234,5, $5, 50 %, 1e3; a text that fits no way gives NULL."""

from __future__ import annotations

import re

from core.datasets.model import Field
from core.cleaning import recipe
from core.cleaning.step import Step
from core.storage.sql import literal

PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
# The sign of the decimals -> a number whose thousands are grouped.
GROUPED = {
    ".": r"[+-]?\d{1,3}(?:[,'’ ]\d{2,3})*[,'’ ]\d{3}(?:\.\d+)?",
    ",": r"[+-]?(?:\d{1,3}(?:[.'’ ]\d{3})+|\d+)(?:,\d+)?",
}
_WHOLE, _WHOLE_POINT = r"[+-]?\d{1,19}", r"[+-]?\d{1,19}\.0*"
# Signs of a currency or a share, before or behind a number.
UNITS = (
    r"(?:[A-Z]{1,2}\$|\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|RUB|PLN|SEK|NOK|DKK|AUD|CAD|NZD|BRL|MXN|TRY|ZAR|KRW|HKD"
    r"|TWD|SGD|THB|HUF|CZK|UAH|ILS|Rs\.?|TL|kr\.?|zł|Kč|Ft|руб\.?|元|円|원|%|％)"
)
# (5), $(5) and (5) €, as accounts write what is below zero; 5- is the same.
_BRACKETS = r"^([^()\d]*)\(([^()]*\d[^()]*)\)([^()\d]*)$"
_AMOUNT = rf"^[(+−-]*\s*(?:{UNITS})?\s*[(+−-]*\s*\d[\d.,'’ ]*\)?-?\s*(?:{UNITS})?\)?$"
_BEHIND = r"^([^()+-]*\d)\s*-$"


def around(unit: str) -> str:
    """A unit before or behind a number; the sign of the number is group 1."""
    return rf"^([+-]?)\s*(?:{unit})\s*|\s*(?:{unit})$"


def value(field: Field, x: str, steps: tuple[Step, ...]) -> str:
    """SQL for the number in the text of column `x`."""
    sign = recipe.option(steps, "decimal_sign", field.name)
    units = [s for s in steps if s.op == "unit" and s.field == field.name]
    below = recipe.option(steps, "negatives", field.name)
    if not sign and not units and not below:
        return _typed(field, x)  # most columns: nothing to take away
    text = _without_units(signed(f"replace({x}, '−', '-')", below), field, steps)
    if sign:
        text = _plain(text, sign)
    share = "%" if any(s.to == "0.01" for s in units) else ""
    return f"({_typed(field, text)}) / 100" if share else _typed(field, text)


def signed(text: str, below: str | None) -> str:
    """SQL: the text of a number with its sign in front; `below` is what brackets mean (minus, plain)."""
    if not below:
        return text
    if below == "plain":
        return f"regexp_replace({text}, {literal(_BRACKETS)}, '\\1\\2\\3')"
    behind = f"regexp_replace({text}, {literal(_BEHIND)}, '-\\1')"
    return f"regexp_replace({behind}, {literal(_BRACKETS)}, '-\\1\\2\\3')"


def _without_units(text: str, field: Field, steps: tuple[Step, ...]) -> str:
    for step in steps:
        if step.op == "unit" and step.field == field.name:
            unit = literal(around(re.escape(step.value or "")))
            text = f"regexp_replace({text}, {unit}, '\\1')"
    return text


def open_negative(t: str, v: str) -> str:
    """SQL: a number in brackets, or with the minus behind it, of which nobody says what that means."""
    shape = f"regexp_matches({t}, {literal(_BRACKETS)}) OR regexp_matches({t}, {literal(_BEHIND)})"
    bare = f"regexp_matches({t}, {literal(_AMOUNT)})"
    return f"{t} IS NOT NULL AND {v} IS NULL AND ({shape}) AND {bare}"


def other_unit(field: Field, steps: tuple[Step, ...], t: str, v: str) -> str:
    """SQL: a number with a currency or share that no step takes off, since the column has several, or none by its head."""
    rest = _without_units(t, field, steps)
    with_unit = (
        f"regexp_matches({rest}, {literal(UNITS)}) AND regexp_matches({rest}, {literal(_AMOUNT)})"
    )
    return f"{t} IS NOT NULL AND {v} IS NULL AND {with_unit}"


def _plain(text: str, sign: str) -> str:
    """The number with a point and without groups. With a comma for the decimals, 12.5 is no number."""
    fits = f"regexp_full_match({text}, {literal(GROUPED[sign])})"
    bare = f"regexp_replace({text}, '[{'.' if sign == ',' else ','}''’ ]', '', 'g')"
    if sign == ",":
        return f"CASE WHEN {fits} THEN replace({bare}, ',', '.') END"
    return f"CASE WHEN {fits} THEN {bare} ELSE {text} END"


def _typed(field: Field, x: str) -> str:
    number = f"TRY_CAST(regexp_extract({x}, '^{PLAIN}$') AS DOUBLE)"
    if field.type == "number":
        return f"CASE WHEN isfinite({number}) THEN {number} END"
    # 1.0 and 1e3 are whole; a double holds every whole number up to 2^53.
    whole = f"abs({number}) < 9007199254740992 AND {number} = floor({number})"
    return (
        f"CASE WHEN regexp_full_match({x}, '{_WHOLE}') THEN TRY_CAST({x} AS BIGINT)"
        f" WHEN regexp_full_match({x}, '{_WHOLE_POINT}') THEN TRY_CAST(split_part({x}, '.', 1) AS BIGINT)"
        f" WHEN {whole} THEN {number}::BIGINT END"
    )


def open_sign(field: Field, t: str, v: str) -> str:
    """SQL: a text is no number as long as nobody says which sign parts the decimals.

    Of a whole number only where one of the signs makes it whole: 1,234 and 1,0 are open, 1.5 is none.
    """
    shape = r"\d[.,](?:\d{3}|0+)(?:\D|$)" if field.type == "integer" else r"\d[.,]\d"
    return f"{t} IS NOT NULL AND {v} IS NULL AND regexp_matches({t}, {literal(shape)})"


def rounded(t: str, v: str) -> str:
    """SQL: the number has other digits than its text. Of a text of 15 characters none is lost."""
    return f"CASE WHEN length({t}) > 15 AND {v} IS NOT NULL THEN nullif({_digits(t)}, '') <> {_digits(f'{v}::VARCHAR')} END"


def _digits(x: str) -> str:
    """SQL: the digits that count, without the zeros around them and the power of ten."""
    mantissa = f"regexp_replace({x}, '[eE][+-]?[0-9]+$', '')"
    return f"trim(regexp_replace({mantissa}, '[^0-9]', '', 'g'), '0')"
