"""Which words of a name are titles, suffixes, particles and initials, by tables and by where they stand."""

from __future__ import annotations

from functools import cache

from core.datasets.words import listed as known
from core.names.folding import fold
from core.names.tables import listed
from core.names.word import Role

_ONE_LETTER = frozenset(
    {"Latn", "Cyrl", "Grek", "Armn", "Hebr"}
)  # in which a letter alone is an initial


def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(word).replace(" ", "") for word in words)


@cache
def titles() -> frozenset[str]:
    """Titles before a name, folded and without blanks; those that cells of files hold among them."""
    cells = known("values", "courtesy") | known("values", "honorific")
    # In files the cell says that it is a title; within a name these are words and initials of it.
    return _folded(cells | listed("words", "titles", "before")) - {
        "m",
        "st",
        "saint",
        "king",
        "count",
    }


@cache
def behind() -> frozenset[str]:
    """Titles behind a name."""
    return _folded(listed("words", "titles", "after"))


@cache
def suffixes() -> frozenset[str]:
    """Generations, degrees and orders behind a name."""
    cells = known("values", "suffix") | listed("words", "suffixes", "words")
    return _folded(cells) - {"i", "v", "x", "theelder", "theyounger"}


@cache
def particles(where: str) -> frozenset[str]:
    """Particles that are ones `anywhere`, only `between` two words, or where they are `hyphened`."""
    return _folded(listed("words", "particles", where))


def roles(
    texts: list[str], folded: list[str], scripts: list[str], hyphened: list[bool]
) -> list[Role]:
    """One role a word; at least one word stays a name. `hyphened`: whether a hyphen follows the word."""
    found: list[Role] = ["name"] * len(folded)
    last = _behind(folded, found)
    first = _before(folded, found, last)
    for place in range(first, last):
        if len(folded[place]) == 1 and scripts[place] in _ONE_LETTER:
            found[place] = "initial"
    for place in range(first, last - 1):
        if len(folded[place]) == 1 and texts[place] != texts[place].lower():
            continue  # an initial: only a small letter is one of d'Arc, Ortega y Gasset
        if _particle(folded[place], place > first, hyphened[place]):
            found[place] = "particle"
    if "name" not in found[first:last]:
        found[first:last] = ["name" if role == "particle" else role for role in found[first:last]]
    return found


def _behind(folded: list[str], found: list[Role]) -> int:
    """Marks what stands behind the name; returns where the name ends."""
    last = len(folded)
    while last > 1:
        word = folded[last - 1]
        if word in behind():
            found[last - 1] = "title"
        elif word in suffixes() and last > (2 if len(word) < 3 and word not in _SURE else 1):
            found[last - 1] = "suffix"
        else:
            break
        last -= 1
    return last


_SURE = frozenset(
    {"jr", "sr", "ii", "iv"}
)  # of two letters, and yet no surname: those are Do, Ma, Ba


def _before(folded: list[str], found: list[Role], last: int) -> int:
    """Marks the titles before the name; returns where the name begins."""
    first = 0
    while first < last - 1 and folded[first] in titles():
        found[first] = "title"
        first += 1
    return first


def _particle(word: str, inside: bool, hyphened: bool) -> bool:
    if word in particles("anywhere") or inside and word in particles("between"):
        return True
    return hyphened and word in particles("hyphened")
