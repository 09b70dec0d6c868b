"""Chinese words in Latin letters: Pinyin without tones, Wade-Giles, and Cantonese as Hong Kong writes names."""

from __future__ import annotations

from functools import cache
from itertools import islice, product
from typing import Any

from core.names.folding import simplified
from core.names.tables import toml

_LONGEST = 6  # characters of one word


@cache
def _table() -> dict[str, Any]:
    return toml("chinese")


def read(word: str) -> list[str]:
    """Latin spellings of a word in Han, Mandarin first: zhou, chou, chow."""
    if len(word) > _LONGEST:
        return []
    mandarin = pinyin(word)
    found = [*mandarin[:1], *_customary(word), *mandarin[1:3]]
    found += [each for text in mandarin[:1] for each in (_giles(word), _u(text)) if each]
    return list(dict.fromkeys([*found, *cantonese(word)]))


def _customary(word: str) -> list[str]:
    """Spellings that a family name has outside of China, where the table knows it."""
    found: str = _table()["families"].get(simplified(word), "")
    return found.split()


def pinyin(word: str) -> list[str]:
    """The word in Pinyin without tones, first as a family name is read, then as other words are."""
    syllables = _syllables(simplified(word))
    combined = islice(product(*syllables), 6) if all(syllables) else iter(())
    return list(dict.fromkeys("".join(each).replace("v", "yu") for each in combined))


def _syllables(word: str) -> list[list[str]]:
    from pypinyin import Style, pinyin  # its dictionary takes a third of a second

    found = pinyin(word, style=Style.NORMAL, heteronym=True, errors="ignore")
    syllables = [list(dict.fromkeys(each))[:2] for each in found]
    own: str = _table()["read"].get(word, _table()["read"].get(word[:1], ""))
    if own and syllables and len(word) == 1:
        syllables[0] = list(dict.fromkeys([own, *syllables[0]]))
    return syllables if len(syllables) == len(word) else []


def _u(text: str) -> str:
    """Lü is typed as lv and lu, too."""
    for written in ("lyu", "nyu"):
        if written in text:
            return text.replace(written, written[0] + "u")
    return ""


def _giles(word: str) -> str:
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(simplified(word), style=Style.WADEGILES, errors="ignore")
    return "".join(found).replace("'", "").replace("ü", "u").replace("v", "u").replace("-", "")


def cantonese(word: str) -> list[str]:
    """The word as Hong Kong's names are spelled (chow, kitlun): the usual one, and the other of each syllable."""
    from ToJyutping import get_jyutping_list

    syllables = [_hong_kong(jyutping or "") for _, jyutping in get_jyutping_list(word)]
    if not all(syllables):
        return []
    usual = "".join(each[0] for each in syllables)
    others = ["".join(each[min(n, len(each) - 1)] for each in syllables) for n in (1, 2)]
    return list(dict.fromkeys([usual, *others]))


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
