"""Keys by which names that may be one person's are found: the same key, and they are worth comparing."""

from __future__ import annotations

from functools import lru_cache

from core.names.sounds import skeleton
from core.names.splitting import words
from core.names.spoken import spoken

_MOST = 3  # skeletons of a word


def keys(name: str) -> tuple[str, ...]:
    """Keys of a name: the consonants of each word in any script, and of two words together in any order."""
    found = [
        skeletons(word.text)
        for word in words(name)
        if word.role in ("name", "particle") and word.folded
    ]
    single = [key for each in found for key in each]
    pairs = [
        "+".join(sorted((a, b)))
        for place, one in enumerate(found)
        for two in found[place + 1 :]
        for a in one[:2]
        for b in two[:2]
    ]
    return tuple(dict.fromkeys([*pairs, *single]))


@lru_cache(maxsize=1 << 17)
def skeletons(word: str) -> tuple[str, ...]:
    """The consonants of a word's readings, the likeliest first; a word of vowels alone keeps them."""
    found = dict.fromkeys(skeleton(s) or s for s in spoken(word))
    return tuple(each for each in found if each)[:_MOST]
