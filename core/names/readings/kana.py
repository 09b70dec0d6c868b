"""Kana in Latin letters: Hepburn, long vowels written out and left out, and the spellings of Kunrei."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from core.names.tables import respelled, toml

_LONG = re.compile("ou|oo|oh|uu|aa|ee|ii")
_KUNREI = (
    ("sh", "sy"),
    ("syi", "si"),
    ("chi", "ti"),
    ("ch", "ty"),
    ("tsu", "tu"),
    ("ji", "zi"),
    ("fu", "hu"),
    ("j", "zy"),
)


@cache
def _table() -> tuple[dict[str, str], re.Pattern[str]]:
    found: dict[str, str] = toml("kana")["hepburn"]
    return found, re.compile("|".join(sorted(found, key=len, reverse=True)) + "|.")


def hiragana(text: str) -> str:
    """Katakana as hiragana; the sign of a long vowel stays."""
    return "".join(chr(ord(c) - 0x60) if "\u30a1" <= c <= "\u30f6" else c for c in text)


def hepburn(text: str) -> str:
    """Kana as Hepburn writes it, long vowels as in kana (satou, tookyoo); what is no kana is left out."""
    table, pattern = _table()
    found = ""
    double = False
    for piece in pattern.findall(hiragana(text)):
        if piece == "っ":
            double = True
        elif piece == "ー":
            found += found[-1:] if found[-1:] in "aeiou" else ""
        elif piece in table:
            latin = table[piece]
            found += ("t" if latin.startswith("ch") else latin[0]) + latin if double else latin
            double = False
    return found


@lru_cache(maxsize=1 << 14)
def read(text: str) -> tuple[str, ...]:
    """Latin spellings of a text in kana, the usual one first: sato, satou, satoh."""
    written = hepburn(text)
    if not written:
        return ()
    short = _LONG.sub(lambda match: match.group()[0], written)
    found = [short, written]
    if "ou" in written or "oo" in written:
        found.append(re.sub("ou|oo", "oh", written))
    kunrei = short
    for usual, other in _KUNREI:
        kunrei = kunrei.replace(usual, other)
    found += [kunrei, re.sub("n(?=[bmp])", "m", short)]
    if len(text) > 2 and "\u30a1" <= text[0] <= "\u30fa":
        found.insert(1, respelled(written, "katakana"))
    return tuple(dict.fromkeys(found))
