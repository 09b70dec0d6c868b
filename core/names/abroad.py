"""Names from abroad in Chinese signs, back in Latin letters: 斯皮尔斯 as spirs, 约翰 as john."""

from __future__ import annotations

from functools import cache, lru_cache

from core.names.folding import simplified
from core.names.tables import toml

LEAST = 2  # signs
_OPEN = frozenset("aeious")  # 斯 begins words without a vowel: spears
_AFTER = frozenset("aeioulrwy")


@cache
def _signs() -> dict[str, str]:
    table: dict[str, str] = toml("transcribed")["signs"]
    return {sign: latin for latin, signs in table.items() for sign in signs}


@cache
def _names() -> dict[str, str]:
    table: dict[str, str] = toml("transcribed")["names"]
    return {each: latin for latin, listed in table.items() for each in listed.split()}


@lru_cache(maxsize=1 << 15)
def from_abroad(word: str) -> tuple[str, ...]:
    """How a word of Chinese signs is written where the name comes from; nothing when a sign is not used for that.

    A known name comes first, then the word sign by sign.
    """
    plain = simplified(word)
    if plain in _names():
        return (_names()[plain],)
    signs = _signs()
    if len(plain) < LEAST or not all(sign in signs for sign in plain):
        return ()
    made = ""
    for place, sign in enumerate(plain):
        latin = signs[sign]
        if made and made[-1] == latin[0]:  # 安娜: one n
            latin = latin[1:]
        if (
            place == 0
            and len(latin) == 1
            and latin not in _OPEN
            and signs[plain[1]][0] not in _AFTER
        ):
            latin += "e"  # 德普: depp; but 特里: tri
        made += latin
    return (made,)
