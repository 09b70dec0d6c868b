"""Texts in a column of people's names that are no plain name of one person: what is odd about each, and the repair.

Nothing is changed here: a person decides. Odd are texts that are still encoded (`&eacute;`, `\\u00e9`, `=C3=AB`), markup,
marks of footnotes, numbers of a list, codes (Q123), mail addresses, @handles and bare numbers, notes (`Source: ...`,
`[deleted]`), several people in one cell, and a name with what the person does behind it; and nobody (John Doe, xxx,
test). A text without a letter or digit (a ditto mark) is no name at all.
"""

from __future__ import annotations

import html
import quopri
import re
from urllib.parse import unquote

from core.files.shape.totals import WORDS
from core.storage.sql import literal

_ENTITY = r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z]{2,8}\d{0,2});"
_ESCAPE = r"\\u[0-9A-Fa-f]{4}"
_ENCODED = (
    rf"\x{{FFFD}}|{_ENTITY}|{_ESCAPE}|\\x[0-9A-Fa-f]{{2}}"
    r"|=[0-9A-F]{2}|%[0-9A-F]{2}|=\?[\w-]+\?[bBqQ]\?"
)
_MARKUP = r"</?[A-Za-z][^>]*>|\[\[|\]\]|\{\{|''|\*\*|https?://|www\."
_FOOTNOTE = r"\[[^\]]{0,20}\]|[†‡*§¶¹²³⁴⁵⁶⁷⁸⁹]+$|^[†‡*§¶•◦▪►]+"
_NUMBERED = r"^[(#]?\d{1,4}[.)]\s*\pL|^#\d"
_CODE = r"^(?:Q\d+|[A-Za-z]{1,3}[:_-]?\d{3,})$|^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-"
_ADDRESS = r"^@\S+$|\S@\S+\.\pL|^[\pN .,/()+-]+$"  # mail, a handle, a telephone or another number
_NOTE = r"^[\[(<{].*[\])>}]$|\pL\s?:(?:\s|$)|[\d,] of \d|\pL\s*[(（].*[)）]$"
_SEVERAL = r";|\||\s[/&+]\s|\pL/\pL|\s(?:feat\.?|ft\.?|vs\.?)\s|,[^,]+,[^,]+,"
_DOES = r"\p{Lu}.*,\s*\p{Ll}{4,}"
_WORDS = (
    r"^(?:ditto|idem|(?:the )?same(?: as (?:above|before))?|(?:as|see) (?:above|before)|various(?: (?:artists|authors|people))?"
    r"|et al\.?|and others|several|multiple|page \d+)$"
    rf"|^\W*(?:(?:grand|sub)[ -]?)?(?:{WORDS}|average|mean)\W*$"
    r"|\s(?:and|und|with|mit|et al\.?|и|och|og)(?:\s|$)"
)
# Nobody: who stands for anybody in examples, and what is typed to fill a field. xxx is one letter again and again.
_NOBODY = (
    r"^(?:(?:john|jane|johnny|richard|mary) (?:q\.? ?)?(?:doe|roe|public)|joe (?:bloggs|public|sixpack)|(?:max|erika|maria) muster(?:mann|frau)?"
    r"|fulano(?: de tal)?|mengano|nomen nescio|n\.? ?n\.|山田 ?太郎|张三|張三|李四|王五|홍길동|alan smithee"
    r"|(?:my|your|first|last|full|given|family|user|test|some|any|no)[ _-]?name|(?:vor|nach)name|lorem(?: ipsum.*)?"
    r"|(?:test|demo|dummy|sample|example|beispiel|prueba|тест|テスト)(?:[ _-]?(?:user|person|test|\d+))*|test [a-z]+"
    r"|a?sdf[a-z]*|qwert[a-z]*|foo(?:[ -]?bar)?|nobody|niemand|anonym(?:ous|us|e)?|anónimo|anonimo|аноним|匿名|無名|无名"
    rf"|{'|'.join(f'{c}{{3,}}' for c in 'abcdefghijklmnopqrstuvwxyz')})$"
)
_PLAIN = r"[^\pL\pM .'’‘ʼ‐‑·・-]"  # most names have no other sign
_SIGNS = "|".join(
    f"(?:{p})"
    for p in (
        _ENCODED,
        _MARKUP,
        _FOOTNOTE,
        _NUMBERED,
        _CODE,
        _ADDRESS,
        _NOTE,
        _SEVERAL,
        _DOES,
        f"(?i:{_WORDS}|{_NOBODY})",
    )
)
NOTHING = r"[^\pL\pN\p{So}]*"


def sql(x: str) -> str:
    """SQL condition: the text in `x` is something else than the plain name of one person."""
    signs = f"regexp_matches({x}, {literal(_SIGNS)})"
    words = f"regexp_matches({x}, {literal(f'(?i){_WORDS}|{_NOBODY}')})"
    return f"CASE WHEN regexp_matches({x}, {literal(_PLAIN)}) THEN {signs} ELSE {words} END"


def encoded(x: str) -> str:
    """SQL condition: there is a letter in the text in `x` as HTML or JSON writes it: `&eacute;` or `\\u00e9`."""
    html_ = f"contains({x}, '&') AND regexp_matches({x}, {literal(_ENTITY)})"
    return f"({html_} OR contains({x}, '\\u') AND regexp_matches({x}, {literal(_ESCAPE)}))"


def decoded(text: str) -> str | None:
    """The text with those letters; None where it stays the same."""
    plain = _letters(text)
    return plain if plain != text else None


def nothing(x: str) -> str:
    """SQL condition: there is no letter, digit or symbol in the text in `x`."""
    short = f"strlen({x}) <= 12"  # a longer one without any is rare, and odd enough
    return f"{short} AND regexp_full_match({x}, {literal(NOTHING)})"


def repaired(text: str) -> str | None:
    """The plain name that was meant, where that is clear; else None."""
    plain = _decoded(text)
    plain = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]", r"\1", plain)
    plain = re.sub(r"</?[A-Za-z][^>]*>|''+|\*\*", "", plain)
    plain = re.sub(r"\s*\[[^\]]{0,20}\]\s*", " ", plain)
    plain = re.sub(r"^[\s†‡*§¶•◦▪►]+|[\s†‡*§¶¹²³⁴⁵⁶⁷⁸⁹]+$", "", plain)
    plain = re.sub(r"^[(#]?\d{1,4}[.)]\s*(?=[^\W\d_])|^#\d+\s+", "", plain)
    plain = re.sub(r"\s*[(（][a-zß-ÿ ]*[)）]$", "", plain)
    if re.search(r"[A-ZÀ-Þ].*,\s*[a-zß-ÿ]{4,}", plain):
        plain = plain.split(",")[0]
    plain = " ".join(plain.split())
    named = any(c.isalpha() for c in plain) and "\ufffd" not in plain
    return (
        plain
        if named and plain != text and not re.search(r"https?://|[\[\]{}<>=]", plain)
        else None
    )


def _letters(text: str) -> str:
    plain = html.unescape(text)
    plain = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), plain)
    return plain if not any("\ud800" <= c <= "\udfff" for c in plain) else text


def _decoded(text: str) -> str:
    plain = _letters(text)
    for pattern, decode in ((r"=[0-9A-F]{2}", quopri.decodestring), (r"%[0-9A-F]{2}", None)):
        if re.search(pattern, plain):
            try:
                raw = decode(plain.encode()) if decode else unquote(plain, errors="strict").encode()
                plain = raw.decode("utf-8")
            except (UnicodeDecodeError, ValueError):
                pass
    return plain
