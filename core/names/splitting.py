"""A name as words with their roles."""

from __future__ import annotations

import re
from functools import lru_cache

from core.names import cjk
from core.names.folding import fold
from core.names.roles import behind, roles, suffixes, titles
from core.names.scripts import CJK, of, runs, script
from core.names.word import Word

LONGEST = 1000  # characters of a name that are looked at: no person's name is longer
_GAPS = re.compile(r"[\s,;:/\\|()\[\]{}<>«»„“”\"!?+*#=~_&・‧•·＝゠،、，；。．]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u05be]+")
_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032\uff07\u05f3\u05f4]")
_ELISIONS = frozenset(
    {"d", "l", "dell", "dall", "nell", "all", "t"}
)  # d'Arc, dell'Utri, van 't Hoff
_VOWELS = frozenset("aeiouyAEIOUY")


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> tuple[Word, ...]:
    texts, hyphened = _tokens(name)
    folded = [fold(text).replace(" ", "") for text in texts]
    scripts = [script(text) for text in texts]
    found = roles(texts, folded, scripts, hyphened)
    return tuple(map(Word, texts, folded, scripts, found))


def words(name: str) -> tuple[Word, ...]:
    """The words of a name in the order in which they are written, each with its script and role.

    Hyphens and signs separate words; initials are words of their own (J.K. is two), and a Chinese, Japanese or
    Korean name without blanks is cut into family and given name where its family name is known.
    """
    return _words(name[:LONGEST])


def whole(text: str) -> Word:
    """A text as one word of a name."""
    return Word(text, fold(text).replace(" ", ""), script(text))


def _tokens(name: str) -> tuple[list[str], list[bool]]:
    texts: list[str] = []
    hyphened: list[bool] = []
    mixed = not name.isupper()
    for token in _GAPS.split(name):
        parts = [part for part in _HYPHENS.split(token) if part]
        for place, part in enumerate(parts):
            pieces = [p for run in runs(part) for p in _pieces(run, mixed)]
            texts += pieces
            hyphened += [False] * len(pieces)
            if pieces and place < len(parts) - 1:
                hyphened[-1] = True
    if len(texts) == 1 and script(texts[0]) in CJK:
        texts = _without_title(texts[0])
        texts = [*cjk.cut(texts[0]), *texts[1:]]
        hyphened = [False] * len(texts)
    return texts, hyphened


def _pieces(token: str, mixed: bool) -> list[str]:
    """What one token without hyphens holds: initials, a particle with an apostrophe and a name, a name."""
    if "." in token:
        return _dotted(token, mixed)
    if not token.isascii() or "'" in token:
        parts = [part for part in _APOSTROPHES.split(token) if part]
        if len(parts) == 2 and parts[0].lower() in _ELISIONS and len(parts[1]) > 1:
            return parts
        token = "".join(parts)
    if mixed and 2 <= len(token) <= 3 and _capitals(token):
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
    if fold(token) in titles() | suffixes() or token == "NG":
        return False
    return not _VOWELS & set(token) or token in ("AJ", "OJ", "EJ", "IJ")


def _without_title(token: str) -> list[str]:
    """A name of Chinese, Japanese or Korean, and the title at its end as a word of its own."""
    for title in sorted(behind(), key=len, reverse=True):
        if not title.isascii() and token.endswith(title) and len(token) - len(title) >= 2:
            if len(title) > 1 or title in "様님씨":
                return [token[: -len(title)], title]
    return [token]
