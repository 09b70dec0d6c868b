"""Greek in Latin letters: the standard of passports, and how names are written abroad."""

from __future__ import annotations

import re
from functools import cache

from core.names.tables import toml

_VOICELESS = frozenset("θκξπσςτφχψ")


@cache
def _table(custom: bool) -> tuple[dict[str, str], re.Pattern[str]]:
    table: dict[str, str] = {**toml("letters")["greek"]}
    if custom:
        table |= toml("letters")["greek_custom"]
    return table, re.compile("|".join(sorted(table, key=len, reverse=True)))


def read(word: str) -> list[str]:
    """Latin spellings of a folded word in Greek: papadopoulos; pathenaios."""
    found = [_written(word, custom=False), _written(word, custom=True)]
    begins = {"μπ": "b", "ντ": "d", "γκ": "g"}
    if word[:2] in begins:
        found.insert(0, begins[word[:2]] + _written(word[2:], custom=False))
    return list(dict.fromkeys(found))


def _written(word: str, custom: bool) -> str:
    table, pattern = _table(custom)
    found = ""
    for match in pattern.finditer(word):
        latin = table[match.group()]
        if latin in ("av", "ev", "iv") and (word[match.end() :][:1] or "σ") in _VOICELESS:
            latin = latin[0] + "f"
        found += latin
    return found
