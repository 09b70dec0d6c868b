"""How Japanese names in kanji are read: known names first, else by the readings of each kanji in names."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, product

from core.names.tables import rows, toml

_READ = re.compile("(.*?)([\u3041-\u3096]+)")  # kanji, and how they are read
_MOST = 12  # readings of one word
_NEW = str.maketrans(
    "澤濱邊邉邊廣龍櫻齊齋齎瀧惠德榮黑關實兒圓圖國經續綠髮彈戰總靜學會壽眞與曾藏濵條榮禮乘勞將假",
    "沢浜辺辺辺広竜桜斉斎斎滝恵徳栄黒関実児円図国経続緑髪弾戦総静学会寿真与曽蔵浜条栄礼乗労将仮",
)


@cache
def _names() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Given names to their readings in hiragana, family names to theirs."""
    from japanese_personal_name_dataset import load_dataset

    men, women, last = load_dataset("org", include_last_names=True)
    found: dict[str, list[str]] = {}
    for names in (men, women):
        for reading, entry in names.items():
            for kanji in entry["kanji"]:
                found.setdefault(kanji, []).append(reading)
    families_ = {kanji: entry["reading"] for kanji, entry in last.items()}
    return found, {**rarer(), **families_}


@cache
def rarer() -> dict[str, str]:
    """Family names of our own table."""
    cut = (_READ.fullmatch(each) for each in toml("families")["japanese"]["more"].split())
    return {found[1]: found[2] for found in cut if found}


@cache
def _common() -> frozenset[str]:
    """Readings that many people have, among those of the data set."""
    from japanese_personal_name_dataset import load_dataset

    men, women = load_dataset("opti")
    return frozenset(men) | frozenset(women)


@cache
def _kanji() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {kanji: (tuple(g.split()), tuple(f.split())) for kanji, g, f in rows("kanji")}


def families() -> dict[str, str]:
    """Family names in kanji and their usual reading."""
    return _names()[1]


def given() -> dict[str, list[str]]:
    """Given names in kanji and their readings."""
    return _names()[0]


def read(word: str) -> list[str]:
    """Readings of a word in kanji in hiragana, the likeliest first; kana within it stay."""
    new = word.translate(_NEW)
    found = [
        table[each] for table in (families(), rarer()) for each in (word, new) if each in table
    ]
    found += [r for each in (word, new) for r in _usual_first(given().get(each, []))]
    if len(found) < 2:
        found += _by_kanji(new, family=False)
        found += _by_kanji(new, family=True)
    return list(dict.fromkeys(found))[:_MOST]


def _usual_first(readings: list[str]) -> list[str]:
    return sorted(readings, key=lambda reading: reading not in _common())


def _by_kanji(word: str, family: bool) -> list[str]:
    """Each kanji by its own readings; the likelier ones first."""
    if len(word) > 5:
        return []
    choices = [_of(char, family) for char in word]
    if not all(choices):
        return []
    ranked = islice(product(*(list(enumerate(each))[:3] for each in choices)), 243)
    best = sorted(ranked, key=lambda combination: sum(place for place, _ in combination))
    return ["".join(text for _, text in combination) for combination in best[:9]]


def _of(char: str, family: bool) -> tuple[str, ...]:
    if "\u3041" <= char <= "\u30ff" and char != "々":
        return (char,)
    given_, family_ = _kanji().get(char, ((), ()))
    return (family_ or given_) if family else (given_ or family_)
