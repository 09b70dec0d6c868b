"""The words under which a name is indexed and looked for: what `core.names` knows, by word.

Names in Latin letters alone are indexed as they are written; what else they may be called is asked for, not stored.
Names in other scripts are indexed with their readings, too, so that both directions meet in Latin letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from core.names.abroad import from_abroad
from core.names.folding import simplified
from core.names.nicknames import nicknames as known_as
from core.names.romanising import romanised
from core.names.splitting import words as parts
from core.search.tokens import words

READINGS = 8  # of one word that are indexed
ASKED = 6  # of one word that are looked for


@lru_cache(maxsize=200_000)
def indexed(name: str) -> tuple[str, ...]:
    """All words of a name for the index: as written, then its readings in Latin letters."""
    written = words(name)
    if name.isascii():
        return written
    return tuple(dict.fromkeys([*written, *origins(name)]))


@lru_cache(maxsize=20_000)
def origins(name: str) -> dict[str, tuple[int, int]]:
    """Each reading of a name, and the place of the word that it is of."""
    found: dict[str, tuple[int, int]] = {}
    for start, end in _places(name):
        for reading in romanised(name[start:end])[:READINGS]:
            pieces = reading.split(" ")
            for form in (*pieces, "".join(pieces)):
                found.setdefault(form, (start, end))
    return found


def _places(name: str) -> Iterator[tuple[int, int]]:
    """Where the words of a name stand that have readings: all that are not plain Latin."""
    at = 0
    for word in parts(name):
        start = name.find(word.text, at)
        if start < 0:  # an apostrophe was left out of it
            continue
        at = start + len(word.text)
        if not word.text.isascii():
            yield start, at


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """A word of another script in Latin letters, in the usual spellings, the best first; each a word or several."""
    if word.isascii():
        return ()
    read = dict.fromkeys(tuple(r.split(" ")) for r in romanised(word))
    plain = words(word)
    first = [(each,) for each in from_abroad(word)]  # 斯皮尔斯 is rather spirs than sipiersi
    return tuple(dict.fromkeys([*first, *[r for r in read if r != plain][:ASKED]]))


def nicknames(word: str) -> tuple[str, ...]:
    """Names that are used for one another: mike for michael, and the other way."""
    return tuple(sorted(known_as(word)))


def warm() -> None:
    """Load what takes a while: the dictionaries of Chinese and Japanese."""
    romanised("周杰伦")
    simplified("倫")
