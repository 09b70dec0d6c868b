"""How a word may be spoken, whatever script it is in: texts of sounds (`core.names.sounds`), the likeliest first."""

from __future__ import annotations

from functools import cache, lru_cache

from core.names.folding import fold
from core.names.romanising import read
from core.names.scripts import script
from core.names.sounds import sound
from core.names.tables import respelled, rows

MOST = 16  # ways to speak one word


@cache
def _table() -> dict[str, str]:
    return {name: sounds for name, sounds in rows("irregular")}


def _others(word: str) -> list[str]:
    """How else a Latin word is spoken: a name whose letters do not say it, j, x, q and ch of other languages."""
    latin = fold(word)
    found = [_table()[latin]] if latin in _table() else []
    found += [respelled(latin, "german")] if "j" in latin else []
    found += [respelled(latin, "pinyin")] if "x" in latin or "q" in latin else []
    return found + ([respelled(latin, "greek")] if "ch" in latin else [])


# What else a reading may stand for: rules by script, most of them for names that came from abroad.
_ALSO = {
    "Latn": ("english",),
    "Kana": ("kana",),
    "Hira": ("kana",),
    "Hang": ("hangul",),
    "Hani": ("pinyin", "foreign"),
}
_FIRST = 2  # readings of a word in Han that are taken for Mandarin


@lru_cache(maxsize=1 << 16)
def spoken(word: str) -> tuple[str, ...]:
    """The sounds of a word as written, each way once."""
    kind = script(word)
    found: dict[str, None] = {}
    for place, latin in enumerate(read(word)):
        if kind != "Hani" or place >= _FIRST:
            found[sound(latin)] = None
        if kind != "Hani" or place < _FIRST:
            found.update((sound(respelled(latin, rule)), None) for rule in _ALSO.get(kind, ()))
    if kind == "Latn":
        found.update([(sound(respelled(english, "soft")), None) for english in [*found][-1:]])
        found.update((sound(each), None) for each in _others(word))
    found.pop("", None)
    return tuple(found)[:MOST]
