"""Cyrillic in Latin letters, as several countries write it."""

from __future__ import annotations

from functools import cache

from core.names.tables import toml

SYSTEMS = ("english", "bgn", "passport", "scholarly", "german", "french", "polish")
_BEFORE_YE = frozenset("аеёиоуыэюяіїєўъь'")


@cache
def _letters(system: str) -> dict[str, str]:
    table = toml("cyrillic")
    return {**table["letters"], **table[system]}


@cache
def _endings(system: str) -> list[tuple[str, str]]:
    return sorted(
        toml("cyrillic")["endings"].get(system, {}).items(), key=lambda pair: -len(pair[0])
    )


def read(word: str) -> list[str]:
    """Latin spellings of a folded word in Cyrillic, one a system, the English one first."""
    return list(dict.fromkeys(_system(word, system) for system in SYSTEMS))


def _system(word: str, system: str) -> str:
    letters = _letters(system)
    end = ""
    for ending, latin in _endings(system):
        if word.endswith(ending) and len(word) > len(ending):
            word, end = word[: -len(ending)], latin
            break
    found = []
    for place, char in enumerate(word):
        if char == "е" and system == "bgn" and (not place or word[place - 1] in _BEFORE_YE):
            found.append("ye")
        else:
            found.append(letters.get(char, ""))
    return "".join(found) + end
