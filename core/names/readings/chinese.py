"""Chinese words in Latin letters: Pinyin without tones, Wade-Giles, and Cantonese as Hong Kong writes names.

Characters are read one by one, each once in a process: names are too short for the context that dictionaries use, and
a million names have a few thousand characters.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from importlib import import_module
from itertools import islice, product
from types import ModuleType
from typing import Any

from core.names.folding import simplified
from core.names.tables import toml

_NO_PHRASES = "PYPINYIN_NO_PHRASES"
_LONGEST = 6  # characters of one word
_SEEN = 1 << 14  # characters that are remembered
_LAST = 1 << 12  # words: forms and keys of a name ask for them one after the other


@cache
def _table() -> dict[str, Any]:
    return toml("chinese")


@lru_cache(maxsize=_LAST)
def read(word: str) -> tuple[str, ...]:
    """Latin spellings of a word in Han, Mandarin first: zhou, chou, chow."""
    plain = simplified(word)
    if len(word) > _LONGEST:  # no person's name: one reading
        return tuple(pinyin(plain)[:1])
    mandarin = pinyin(plain)
    customary: str = _table()["families"].get(plain, "")
    found = [*mandarin[:1], *customary.split(), *mandarin[1:3]]
    if mandarin:
        giles = "".join(_giles(char) for char in plain)
        found += [giles] if giles else []
        if "yu" in mandarin[0]:  # Lü is typed as lu, too
            found.append(mandarin[0].replace("lyu", "lu").replace("nyu", "nu"))
    return tuple(dict.fromkeys([*found, *cantonese(word)]))


def pinyin(plain: str) -> list[str]:
    """A simplified word in Pinyin without tones; a single character first as a family name is read."""
    syllables = [_mandarin(char) for char in plain]
    if len(plain) == 1 and plain in _table()["read"]:
        syllables[0] = tuple(dict.fromkeys((_table()["read"][plain], *syllables[0])))
    if len(syllables) > 1:
        best = "".join(each[0] for each in syllables if each)
        others = islice(product(*syllables), 1, 3) if all(map(len, syllables)) else ()
        return list(dict.fromkeys([best, *("".join(each) for each in others)])) if best else []
    return list(syllables[0]) if syllables else []


@cache
def _pypinyin() -> ModuleType:
    """The library without its phrases, of 44 MB, which single characters do not need."""
    before = os.environ.get(_NO_PHRASES)
    os.environ[_NO_PHRASES] = "true"  # read when it is imported
    try:
        return import_module("pypinyin")
    finally:
        os.environ.pop(_NO_PHRASES, None)
        if before is not None:
            os.environ[_NO_PHRASES] = before


@lru_cache(maxsize=_SEEN)
def _mandarin(char: str) -> tuple[str, ...]:
    library = _pypinyin()
    found = library.pinyin(char, style=library.Style.NORMAL, heteronym=True, errors="ignore")
    readings = found[0] if found else []
    return tuple(dict.fromkeys(each.replace("v", "yu") for each in readings))[:2]


@lru_cache(maxsize=_SEEN)
def _giles(char: str) -> str:
    library = _pypinyin()
    found = "".join(library.lazy_pinyin(char, style=library.Style.WADEGILES, errors="ignore"))
    return found.replace("'", "").replace("ü", "u").replace("v", "u").replace("-", "")


@lru_cache(maxsize=_LAST)
def cantonese(word: str) -> tuple[str, ...]:
    """The word as Hong Kong's names are spelled (chow, kitlun): the usual one, and the others of each syllable."""
    syllables = [_spelled(char) for char in word]
    if not all(syllables):
        return ()
    found = ["".join(each[0] for each in syllables)]
    for n in (1, 2):
        if any(len(each) > n for each in syllables):
            found.append("".join(each[min(n, len(each) - 1)] for each in syllables))
    return tuple(found)


@lru_cache(maxsize=_SEEN)
def _spelled(char: str) -> tuple[str, ...]:
    from ToJyutping import get_jyutping_list

    return tuple(_hong_kong("".join(jyutping or "" for _, jyutping in get_jyutping_list(char))))


def _hong_kong(jyutping: str) -> list[str]:
    """A syllable of Jyutping with its tone (zau1) as chow, chau."""
    syllable = jyutping.rstrip("0123456789")
    whole: str = _table()["syllables"].get(syllable, "")
    if whole:
        return whole.split()
    for length in (2, 1, 0):
        begin, end = syllable[:length], syllable[length:]
        if (not begin or begin in _table()["initials"]) and end in _table()["finals"]:
            initials = _table()["initials"][begin].split() if begin else [""]
            return [i + f for f in _table()["finals"][end].split() for i in initials]
    return []
