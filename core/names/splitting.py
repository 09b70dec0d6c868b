"""A name as words with their roles."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from core.names import cjk
from core.names.folding import fold
from core.names.roles import behind, roles, suffixes, titles
from core.names.scripts import CJK, of, runs, script
from core.names.word import Role, Word

LONGEST = 500  # characters of a name that are looked at: no person's name is longer
MOST = 24  # words of a name
_GAPS = re.compile(r"[\s,;:/\\|()\[\]{}<>«»„“”\"!?+*#=~_&・‧•·＝゠،、，；。．]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u05be]+")
_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032\uff07\u05f3\u05f4]")
_HAN = re.compile("[\u4e00-\u9fff]+")
_ELISIONS = frozenset(
    {"d", "l", "dell", "dall", "nell", "all", "t"}
)  # d'Arc, dell'Utri, van 't Hoff
_VOWELS = frozenset("aeiouyAEIOUY")


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> tuple[Word, ...]:
    tokens = _tokens(name)[:MOST]
    if len(tokens) == 1 and tokens[0].script in CJK:
        tokens = _unspaced(tokens[0].text)
    found = roles(
        [t.text for t in tokens],
        [t.folded for t in tokens],
        [t.script for t in tokens],
        [t.hyphened for t in tokens],
    )
    return tuple(_word(token.text, role) for token, role in zip(tokens, found, strict=True))


@lru_cache(maxsize=1 << 16)
def _word(text: str, role: Role) -> Word:
    return Word(text, fold(text).replace(" ", ""), script(text), role)


def words(name: str) -> tuple[Word, ...]:
    """The words of a name in the order in which they are written, each with its script and role.

    Hyphens and signs separate words; initials are words of their own (J.K. is two), and a Chinese, Japanese or
    Korean name without blanks is cut into family and given name where its family name is known.
    """
    return _words(name[:LONGEST])


def whole(text: str) -> Word:
    """A text as one word of a name."""
    return _word(text, "name")


class _Token(NamedTuple):
    text: str
    folded: str
    script: str
    hyphened: bool  # whether a hyphen follows


def _tokens(name: str) -> list[_Token]:
    mixed = not name.isupper() or name.isalpha() and len(name) <= 4  # JFK
    return [found for token in _GAPS.split(name) if token for found in _of(token, mixed)]


@lru_cache(maxsize=1 << 16)
def _of(token: str, mixed: bool) -> tuple[_Token, ...]:
    """What stands between two gaps: parts with hyphens between them, scripts, initials, names."""
    if _HAN.fullmatch(token):  # most names of China: nothing in them is to be cut off
        return (_Token(token, token, "Hani", False),)
    found: list[_Token] = []
    parts = [part for part in _HYPHENS.split(token) if part]
    for place, part in enumerate(parts):
        pieces = [piece for run in runs(part) for piece in _pieces(run, mixed)]
        for number, text in enumerate(pieces):
            hyphened = place < len(parts) - 1 and number == len(pieces) - 1
            found.append(_Token(text, fold(text).replace(" ", ""), script(text), hyphened))
    return tuple(found)


def _unspaced(name: str) -> list[_Token]:
    """A Chinese, Japanese or Korean name without blanks as family name, given name and title."""
    first, *title = _without_title(name)
    texts = [*cjk.cut(first), *title]
    return [_Token(text, fold(text).replace(" ", ""), script(text), False) for text in texts]


def _pieces(token: str, mixed: bool) -> list[str]:
    """What one token without hyphens holds: initials, a particle with an apostrophe and a name, a name."""
    if "." in token:
        return _dotted(token, mixed)
    if not token.isascii() or "'" in token:
        parts = [part for part in _APOSTROPHES.split(token) if part]
        if len(parts) == 2 and parts[0].lower() in _ELISIONS and len(parts[1]) > 1:
            return parts
        token = "".join(parts)
    if mixed and 2 <= len(token) <= 4 and _capitals(token):
        return list(token)
    return [token] if any(c.isalnum() or of(c) != "Zyyy" for c in token) else []


def _dotted(token: str, mixed: bool) -> list[str]:
    joined = token.replace(".", "")
    if fold(joined) in titles() | suffixes():
        return [joined]
    parts = [part for part in token.split(".") if part]
    return [piece for part in parts for piece in _pieces(part, mixed)]


def _capitals(token: str) -> bool:
    """Whether the token is initials without full stops (JK, AJ): capitals that cannot be spoken as a word."""
    if not (token.isascii() and token.isalpha() and token.isupper()):
        return False
    if fold(token) in titles() | suffixes() or token == "NG":  # nosec B105 (a name)
        return False
    return not _VOWELS & set(token) or token in ("AJ", "OJ", "EJ", "IJ")


def _without_title(token: str) -> list[str]:
    """A name of Chinese, Japanese or Korean, and the title at its end as a word of its own."""
    if token[-1] not in _last():
        return [token]
    for title in _ends():
        if token.endswith(title) and len(token) - len(title) >= 2:
            return [token[: -len(title)], title]
    return [token]


@cache
def _last() -> frozenset[str]:
    return frozenset(title[-1] for title in _ends())


@cache
def _ends() -> tuple[str, ...]:
    """Titles that may stand at the end of a name without a blank, the longest first."""
    found = [
        each for each in behind() if not each.isascii() and (len(each) > 1 or each in "様님씨")
    ]
    return tuple(sorted(found, key=len, reverse=True))
