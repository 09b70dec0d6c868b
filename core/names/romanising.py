"""All Latin readings of one token, whatever script it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from core.names import cjk
from core.names.folding import fold
from core.names.readings import chinese, cyrillic, greek, indic, japanese, korean, semitic, thai
from core.names.scripts import CJK, script

MOST = 20  # readings of one token
LONGEST = 64  # characters of a token that are read
_LETTERS = re.compile("[^a-z0-9 ]+")
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss"}
)

_READERS: dict[str, Callable[[str], Sequence[str]]] = {
    "Cyrl": cyrillic.read,
    "Grek": greek.read,
    "Arab": lambda word: semitic.read(word, "Arab"),
    "Hebr": lambda word: semitic.read(word, "Hebr"),
    "Deva": indic.read,
    "Thai": thai.read,
    "Hira": japanese.read,
    "Kana": japanese.read,
    "Hang": korean.read,
}


def romanised(token: str) -> tuple[str, ...]:
    """All Latin readings of one token, folded, the best first; a Latin token is its own reading.

    A Chinese, Japanese or Korean token that holds family and given name gives them with a blank between.
    """
    token = token[:LONGEST]
    parts = cjk.cut(token) if script(token) in CJK else (token,)
    if len(parts) < 2:
        return read(token)
    together = _together([read(part) for part in parts])
    return tuple(list(dict.fromkeys([*together[: MOST - 3], *read(token)[:3]])))


def read(word: str) -> tuple[str, ...]:
    """The readings of one word, which is not cut any more."""
    return _remembered(word[:LONGEST])


@lru_cache(maxsize=1 << 16)
def _remembered(word: str) -> tuple[str, ...]:
    kind = script(word)
    return _latin(word) if kind == "Latn" else _kept(_read(word, kind))


def _latin(token: str) -> tuple[str, ...]:
    plain = fold(token)
    if token.isascii():
        return (plain,)
    german = fold(token.lower().translate(_GERMAN))
    return (plain,) if german == plain else (plain, german)


def _read(token: str, kind: str) -> Sequence[str]:
    if kind == "Hani":
        return _han(token)
    reader = _READERS.get(kind)
    return reader(fold(token)) if reader else [_any(token)]


def _han(token: str) -> list[str]:
    """Chinese first, unless the word is known as Japanese and cannot be Chinese by its length."""
    found, other = chinese.read(token), japanese.read(token)
    if japanese.known(token):
        return [*other[:1], *found[:1], *other[1:3], *found[1:], *other[3:]]
    return [*found, *other[:9]]


def _any(token: str) -> str:
    from anyascii import anyascii  # its tables are read block by block

    return anyascii(token).lower()


def _together(parts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Readings of both parts: the best of each, then each one's others with the best of the other."""
    if not all(parts):
        return ()
    family, given = parts[0], parts[-1]
    pairs = [(family[0], given[0]), *zip(family[1:], given[1:], strict=False)]
    pairs += [(each, given[0]) for each in family[1:]] + [(family[0], each) for each in given[1:]]
    return tuple(list(dict.fromkeys(f"{a} {b}" for a, b in pairs))[:MOST])


def _kept(readings: Sequence[str]) -> tuple[str, ...]:
    plain = (each if each.isalpha() and each.isascii() else _plain(each) for each in readings)
    return tuple(list(dict.fromkeys(each for each in plain if each))[:MOST])


def _plain(reading: str) -> str:
    return _LETTERS.sub("", fold(reading)).strip()
