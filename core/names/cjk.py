"""Where the family name of a Chinese, Japanese or Korean name without blanks ends."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from core.names.folding import simplified
from core.names.readings.kanji import families, given
from core.names.scripts import script
from core.names.tables import listed, toml

_KANJI = re.compile("^[\u3005\u3400-\u9fff]+")


@cache
def _chinese() -> tuple[frozenset[str], frozenset[str]]:
    table = toml("families")["chinese"]
    return listed("families", "chinese", "two"), frozenset("".join(table["one"].split()))


@cache
def _korean() -> tuple[frozenset[str], frozenset[str]]:
    table = toml("families")["korean"]
    return listed("families", "korean", "two"), frozenset("".join(table["one"].split()))


@lru_cache(maxsize=1 << 15)
def cut(token: str) -> tuple[str, ...]:
    """Family and given name, or the token as it is where no family name is known."""
    kind = script(token)
    if kind == "Hang":
        return _hangul(token)
    if kind in ("Hira", "Kana"):
        return _with_kana(token)
    return _han(token) if kind == "Hani" else (token,)


def family(token: str) -> bool:
    """Whether a token in Hangul is a family name of Korea."""
    return any(token in names for names in _korean())


def _hangul(token: str) -> tuple[str, ...]:
    two, one = _korean()
    if 3 <= len(token) <= 4 and token[:2] in two:
        return token[:2], token[2:]
    return (token[0], token[1:]) if 2 <= len(token) <= 4 and token[0] in one else (token,)


def _with_kana(token: str) -> tuple[str, ...]:
    """宇多田ヒカル: kanji first, then the given name in kana."""
    family = _KANJI.match(token)
    if family and len(family.group()) < len(token):
        whole = family.group()
        for length in (3, 2, 1):
            if length <= len(whole) and whole[:length] in families() and len(token) > length:
                return token[:length], token[length:]
        return whole, token[len(whole) :]
    return (token,)


def _han(token: str) -> tuple[str, ...]:
    if not 2 <= len(token) <= 6 or token in families():
        return (token,)
    japanese = _japanese(token)
    chinese = _chinese_cut(token)
    if chinese and japanese:
        return japanese if len(japanese[0]) > 1 and japanese[1] in given() else chinese
    return chinese or japanese or (token,)


def _japanese(token: str) -> tuple[str, str] | None:
    lengths = [n for n in (2, 3, 1) if n < len(token) and token[:n] in families()]
    sure = [n for n in lengths if token[n:] in given()]
    for length in sure or lengths:
        return token[:length], token[length:]
    if len(token) > 4 and token[2:] in given():
        return token[:2], token[2:]
    return (token[:2], token[2:]) if len(token) == 4 else None


def otherwise(token: str) -> list[tuple[str, str]]:
    """The other places at which an unspaced name of Han or Hangul may be cut."""
    if script(token) not in ("Hani", "Hang") or not 3 <= len(token) <= 5:
        return []
    usual = cut(token)
    cuts = [(token[:n], token[n:]) for n in (1, 2, 3) if n < len(token)]
    return [each for each in cuts if each != usual]


def _chinese_cut(token: str) -> tuple[str, str] | None:
    two, one = _chinese()
    plain = simplified(token)
    if len(plain) == len(token) > 2 and plain[:2] in two:
        return token[:2], token[2:]
    return (token[0], token[1:]) if len(token) <= 3 and plain[:1] in one else None
