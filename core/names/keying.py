"""Keys by which names that may be one person's are found: the same key, and they are worth comparing."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from core.names.readings import chinese, japanese
from core.names.sounds import skeleton, sound
from core.names.splitting import words
from core.names.spoken import spoken
from core.names.tables import respelled

_MOST = 4  # skeletons of a word
_WORDS = 8  # of a name
_LONGEST = 4  # words of a name whose neighbours are joined as well
_ALONE = 3  # consonants from which a word alone is a key


class _Bones(NamedTuple):
    """The skeletons of one word; of one in Han by language, since its parts are read in the same."""

    all: tuple[str, ...]
    chinese: tuple[str, ...] = ()
    cantonese: tuple[str, ...] = ()
    japanese: tuple[str, ...] = ()


def keys(name: str) -> tuple[str, ...]:
    """Keys of a name: the consonants of each two words in any script and order, joined by +, and those of single words.

    Neighbours are also taken as one word (Ji Sung as Jisung). A word alone is a key where it has three consonants, or is
    all there is.
    """
    parts = [w for w in words(name) if w.role in ("name", "particle") and w.folded][:_WORDS]
    bones = [_bones(word.text) for word in parts]
    found = _pairs(bones)
    if 2 < len(parts) <= _LONGEST:
        for place in range(len(parts) - 1):
            if parts[place].script == parts[place + 1].script:
                joined = _joined(bones[place], bones[place + 1])
                found += _pairs([*bones[:place], joined, *bones[place + 2 :]])
    alone = [each for each, word in zip(bones, parts, strict=True) if word.role == "name"]
    single = [key for each in alone for key in each.all[:2]]
    found += [key for key in single if len(key) >= _ALONE or len(alone) == 1]
    return tuple(dict.fromkeys(found))


def _pairs(bones: list[_Bones]) -> list[str]:
    found: list[tuple[str, str]] = []
    for one, two in combinations(bones, 2):
        if one.chinese and two.chinese:
            found += zip(one.chinese, two.chinese, strict=False)
            found += zip(one.cantonese, two.cantonese, strict=False)
            found += product(one.japanese, two.japanese)
        else:
            found += product(one.all[:3], two.all[:3])
    return [f"{a}+{b}" if a < b else f"{b}+{a}" for a, b in found]


def _joined(one: _Bones, two: _Bones) -> _Bones:
    """Two words as one: no consonant twice where they meet."""
    found = []
    for a, b in product(one.all[:2], two.all[:2]):
        found.append(a + (b[1:] if a[-1:] == b[:1] else b))
    return _Bones(tuple(dict.fromkeys(found)))


def skeletons(word: str) -> tuple[str, ...]:
    """The consonants of a word's readings, each once, the likeliest first; a word of vowels alone keeps them."""
    return _bones(word).all


@lru_cache(maxsize=1 << 16)
def _bones(word: str) -> _Bones:
    if any("\u3400" <= char <= "\u9fff" for char in word):
        return _han(word)
    return _Bones(_skeletons(spoken(word))[:_MOST])


def _han(word: str) -> _Bones:
    """Readings in three languages; of Japanese the more where the word is known as a name there."""
    mandarin = [sound(respelled(each, "foreign")) for each in chinese.read(word)[:1]]
    cantonese = [sound(each) for each in chinese.cantonese(word)[:1]]
    several = 4 if japanese.known(word) or len(word) == 1 else 2
    readings = [sound(each) for each in japanese.read(word)[:several]]
    found = [_skeletons(tuple(each)) for each in (mandarin, cantonese, readings)]
    return _Bones(tuple(dict.fromkeys(each for some in found for each in some)), *found)


def _skeletons(sounds: tuple[str, ...]) -> tuple[str, ...]:
    """Consonants alone, each text once; what has vowels alone keeps them."""
    return tuple(dict.fromkeys(skeleton(each) or each for each in sounds if each))
